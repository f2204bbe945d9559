"""`spine-radiosurgery evaluate`: one plan to one report folder."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console

from ..assessment import read_record
from ..dicom import DoseChoice, read_dicom_case
from ..geometry import InputError, stage
from ..report import Report, evaluate
from ..report.pdf import why_no_pdf
from ..report.presentation import Presentation
from ..report.writing import ExportWriter, SceneWriter, check_output, write_report
from ..scene import why_unavailable, write_scene
from ..tolerance import SetupUncertainty
from . import options
from .exporting import export_writer
from .progress import progress_line
from .summary import print_summary


def evaluate_case(
    case_dir: Annotated[Path, typer.Argument(help="Folder with CT, RTSTRUCT, RTDOSE and RTPLAN.")],
    *,
    target: Annotated[
        list[str] | None,
        typer.Option(help="Target ROI (the CTV); may repeat. Left out where --template makes it."),
    ] = None,
    cord: Annotated[str, typer.Option(help="Spinal cord ROI.")],
    output: Annotated[Path, typer.Option(help="Folder for the report.")],
    vertebra: options.Vertebra = None,
    template: options.Template = None,
    template_margin_mm: options.TemplateMarginMm = None,
    gtv: options.Gtv = None,
    prescription_gy: Annotated[
        float | None, typer.Option(help="Total prescribed dose, Gy; by default the plan's.")
    ] = None,
    fractions: Annotated[
        int | None, typer.Option(help="Number of fractions; by default the plan's.")
    ] = None,
    protocol: Annotated[
        str, typer.Option(help="auto, an identifier (see `protocols list`) or a protocol file.")
    ] = "auto",
    margin_mm: options.MarginMm = 6.0,
    cord_mode: options.CordMode = "axial",
    dose: Annotated[
        list[str] | None,
        typer.Option(help="UID or label of the dose to use; may repeat: the doses are summed."),
    ] = None,
    structures: Annotated[
        str | None, typer.Option(help="UID or label of the structure set to use.")
    ] = None,
    plan: Annotated[str | None, typer.Option(help="UID or label of the plan to use.")] = None,
    metric: options.Metric = None,
    override_prescription: Annotated[
        bool, typer.Option(help="Accept a prescription that contradicts the plan.")
    ] = False,
    previous_radiation: Annotated[
        str, typer.Option(help="Earlier irradiation of this region: yes, no or unknown.")
    ] = "unknown",
    dose_interpolation: options.DoseInterpolation = "trilinear",
    between_contours: options.BetweenContours = "slabs",
    falloff_percent: options.FalloffPercent = (90.0, 50.0),
    falloff_plane: options.FalloffPlane = "axial",
    falloff_toward: options.FalloffToward = None,
    robustness: options.Robustness = True,
    setup_scenarios: options.SetupScenarios = options.DEFAULT_SETUP.scenarios,
    setup_sigma_mm: options.SetupSigmaMm = options.DEFAULT_SETUP.sigma_mm,
    setup_sigma_deg: options.SetupSigmaDeg = options.DEFAULT_SETUP.sigma_deg,
    setup_seed: options.SetupSeed = options.DEFAULT_SETUP.seed,
    alpha_beta_gy: options.AlphaBetaGy = None,
    prv_margin_mm: options.PrvMarginMm = None,
    assessment: Annotated[
        Path | None,
        typer.Option(help="The patient's record (see `assess`); it becomes part of the report."),
    ] = None,
    sum_beams: Annotated[
        bool, typer.Option(help="Add up the doses of a plan's beams where there is no plan dose.")
    ] = False,
    relative_dose_gy: Annotated[
        float | None, typer.Option(help="Gy that 1 stands for in a dose in relative units.")
    ] = None,
    scene: Annotated[
        bool, typer.Option(help="Write case.mrb where slicer-core is installed.")
    ] = True,
    identify: options.Identify = False,
    pdf: options.Pdf = False,
    language: options.Language = "en",
    date_format: options.DateFormat = "iso",
    paper: options.Paper = "a4",
    export: options.Export = None,
    merge: options.Merge = False,
) -> None:
    """Evaluate a plan: cord volume, metrics, constraints, verdict; write the report."""
    check_output(output)
    if pdf and (reason := why_no_pdf()):
        raise InputError(reason)
    margin = options.margin_of("--prv-margin-mm", prv_margin_mm)
    template_margin = options.margin_of("--template-margin-mm", template_margin_mm)
    record = None if assessment is None else read_record(assessment)
    presentation = Presentation(language, date_format, paper)
    exports = export_writer(export or (), case_dir, merge=merge, identify=identify)
    setup = SetupUncertainty(setup_scenarios, setup_sigma_mm, setup_sigma_deg, setup_seed)
    with progress_line():
        with stage("Reading the case", 0.0, 0.25):
            case = read_dicom_case(
                case_dir,
                dose=dose,
                structures=structures,
                plan=plan,
                dose_choice=DoseChoice(relative_dose_gy=relative_dose_gy, sum_beams=sum_beams),
                identify=identify,
            )
        with stage("Evaluating", 0.25, 0.65):
            report = evaluate(
                case,
                target=target,
                cord=cord,
                vertebrae=vertebra or (),
                template=template,
                template_margin_mm=0.0 if template_margin is None else template_margin,
                gtv=gtv,
                protocol=protocol,
                prescription_gy=prescription_gy,
                fractions=fractions,
                margin_mm=margin_mm,
                mode=cord_mode,
                metrics=metric or (),
                override_prescription=override_prescription,
                previous_radiation=previous_radiation,
                dose_interpolation=dose_interpolation,
                between_contours=between_contours,
                falloff_from_percent=falloff_percent[0],
                falloff_to_percent=falloff_percent[1],
                falloff_plane=falloff_plane,
                falloff_toward=falloff_toward,
                robustness=setup if robustness else None,
                alpha_beta_gy=alpha_beta_gy,
                prv_margin_mm=margin,
                assessment=record,
            )
        with stage("Writing the report", 0.65, 1.0):
            left_out = write(
                report,
                output,
                with_scene=scene,
                presentation=presentation,
                pdf=pdf,
                write_exports=exports,
            )
    print_written(report, output, left_out)


def write(
    report: Report,
    output: Path,
    *,
    with_scene: bool,
    attached: Mapping[str, Path] | None = None,
    presentation: Presentation | None = None,
    pdf: bool = False,
    write_exports: ExportWriter | None = None,
) -> str:
    """Write the report's folder; return why case.mrb was left out, "" when it was not."""
    writer, left_out = scene_writer() if with_scene else (None, "")
    write_report(
        report,
        output,
        write_scene=writer,
        attached=attached,
        presentation=presentation,
        pdf=pdf,
        write_exports=write_exports,
    )
    return left_out


def print_written(report: Report, output: Path, left_out: str) -> None:
    """Say on standard output what is in the report's folder."""
    console = Console(soft_wrap=True, highlight=False)
    print_summary(report, console)
    for title, name in (("Report", "report.html"), ("PDF", "report.pdf"), ("Exports", "export")):
        if (output / name).exists():
            console.print(f"{title}: {output / name}", markup=False)
    if left_out:
        console.print(f"Left out: case.mrb ({left_out})", markup=False)


def scene_writer() -> tuple[SceneWriter | None, str]:
    """Return what writes case.mrb, or why it is left out."""
    left_out = why_unavailable()
    return (None, left_out) if left_out else (write_scene, "")
