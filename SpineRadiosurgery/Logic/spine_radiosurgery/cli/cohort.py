"""`spine-radiosurgery cohort`: many plans to tables and a summary."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console

from ..cohort.manifest import read_manifest
from ..cohort.running import run_cohort
from ..cohort.settings import CohortSettings
from ..tolerance import SetupUncertainty
from . import options
from .cohort_progress import cohort_progress


def cohort(
    manifest: Annotated[Path, typer.Argument(help="CSV file with one row a case.")],
    *,
    output: Annotated[Path, typer.Option(help="Folder for results, tables and summary.")],
    scheduler: Annotated[
        str | None,
        typer.Option(help="Dask scheduler, tcp://host:port; by default a cluster on this machine."),
    ] = None,
    workers: Annotated[
        int | None,
        typer.Option(help="Workers on this machine; by default one a core, as far as memory goes."),
    ] = None,
    memory_per_worker_gb: Annotated[
        float | None,
        typer.Option(help="A worker that takes more is ended; by default its share of the memory."),
    ] = None,
    pages: Annotated[bool, typer.Option("--pages", help="Write each case's report, too.")] = False,
    protocol: Annotated[
        str,
        typer.Option(help="For rows that name none: auto, an identifier, or a protocol file."),
    ] = "auto",
    margin_mm: options.MarginMm = 6.0,
    cord_mode: options.CordMode = "axial",
    metric: options.Metric = None,
    dose_interpolation: options.DoseInterpolation = "trilinear",
    between_contours: options.BetweenContours = "slabs",
    robustness: options.Robustness = True,
    setup_scenarios: options.SetupScenarios = options.DEFAULT_SETUP.scenarios,
    setup_sigma_mm: options.SetupSigmaMm = options.DEFAULT_SETUP.sigma_mm,
    setup_sigma_deg: options.SetupSigmaDeg = options.DEFAULT_SETUP.sigma_deg,
    setup_seed: options.SetupSeed = options.DEFAULT_SETUP.seed,
    alpha_beta_gy: options.AlphaBetaGy = None,
    dose_response: Annotated[
        list[str] | None,
        typer.Option(
            help='A metric against an outcome column, such as "cord_volume D10%[Gy]:myelopathy"; '
            "may repeat."
        ),
    ] = None,
    retry_failed: Annotated[
        bool, typer.Option("--retry-failed", help="Evaluate again what failed before, too.")
    ] = False,
    check_contents: Annotated[
        bool,
        typer.Option(
            "--check-contents", help="Compare all files' contents, not only sizes and times."
        ),
    ] = False,
) -> None:
    """Evaluate many plans; started again, do only what is missing."""
    setup = SetupUncertainty(setup_scenarios, setup_sigma_mm, setup_sigma_deg, setup_seed)
    settings = CohortSettings(
        protocol=str(Path(protocol).absolute()) if protocol.lower().endswith(".json") else protocol,
        margin_mm=margin_mm,
        mode=cord_mode,
        metrics=tuple(metric or ()),
        dose_interpolation=dose_interpolation,
        between_contours=between_contours,
        robustness=setup if robustness else None,
        alpha_beta_gy=alpha_beta_gy,
        pages=pages,
    )
    with cohort_progress(sys.stderr) as show:
        run = run_cohort(
            read_manifest(manifest),
            output,
            settings,
            scheduler=scheduler,
            workers=workers,
            memory_per_worker_gb=memory_per_worker_gb,
            dose_responses=dose_response or (),
            retry_failed=retry_failed,
            check_contents=check_contents,
            on_progress=show,
        )
    console = Console(soft_wrap=True, highlight=False)
    console.print(
        f"{run.total} {'case' if run.total == 1 else 'cases'}: {run.evaluated} evaluated, "
        f"{run.failed} failed; {run.kept} kept from before.",
        markup=False,
    )
    if run.failed:
        console.print(f"Why they failed: {output / 'cases.csv'}", markup=False)
    if run.not_in_manifest:
        console.print(
            f"Kept and not counted, as their cases are not in the manifest: "
            f"{len(run.not_in_manifest)}; see {output / 'cohort.json'}",
            markup=False,
        )
    console.print(f"Summary: {output / 'summary.html'}", markup=False)
