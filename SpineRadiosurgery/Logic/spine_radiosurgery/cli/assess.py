"""`spine-radiosurgery assess`: records of patients, checked, completed and tabulated."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console

from ..assessment import PatientRecord, levels_from_text, read_record
from ..geometry import InputError
from .assess_cohort import print_cohort
from .assess_files import check_outputs, write_outputs
from .assess_measuring import (
    Recurrence,
    Shapes,
    with_failure,
    with_shapes,
    with_volume,
)
from .assess_new import write_new
from .assess_page import print_record
from .references import HELP, InputReader

UNKNOWN = "unknown"


def assess(
    records: Annotated[
        list[Path] | None, typer.Argument(help="Records (JSON); several make a cohort.")
    ] = None,
    *,
    output: Annotated[
        Path | None,
        typer.Option(
            "--output",
            "-o",
            help="Folder for the checked records, as STUDY_CODE.json with what follows from them, "
            "and for the cohort's table, assessments.csv.",
        ),
    ] = None,
    identify: Annotated[
        bool,
        typer.Option(
            "--identify", help="Write the treatment date, patient name and ID; else left out."
        ),
    ] = False,
    new: Annotated[
        Path | None, typer.Option(help="Write an empty record to fill in by hand; nothing else.")
    ] = None,
    patient: Annotated[str, typer.Option(help="With --new: the study code.")] = "",
    levels: Annotated[str, typer.Option(help="With --new: treated levels such as T8, T9.")] = "",
    tumour: Annotated[
        str | None,
        typer.Option("--tumor", "--tumour", "--gtv", help=f"Measure a tumor: {HELP}."),
    ] = None,
    cord: Annotated[str | None, typer.Option(help="Spinal cord, to measure the tumor by.")] = None,
    canal: Annotated[str | None, typer.Option(help="Spinal canal, likewise.")] = None,
    thecal_sac: Annotated[str | None, typer.Option(help="Thecal sac, likewise.")] = None,
    vertebra: Annotated[
        list[str] | None,
        typer.Option(
            help="Vertebra of the index level, and its neighbors to compare heights with; may "
            "repeat. A file of many vertebrae: the index level and its neighbors are taken."
        ),
    ] = None,
    target: Annotated[
        str | None, typer.Option(help="Target: its length; with --recurrence the share inside.")
    ] = None,
    recurrence: Annotated[
        str | None, typer.Option(help="Add a failure: the recurrence as a structure.")
    ] = None,
    case: Annotated[
        Path | None, typer.Option(help="With --recurrence: DICOM folder of the plan.")
    ] = None,
    transform: Annotated[
        Path | None,
        typer.Option(
            help="With --recurrence: brings the follow-up image to the planning image (3D Slicer's "
            ".tfm or .h5, or a 4x4 matrix in RAS as .json, .csv or .txt)."
        ),
    ] = None,
    same_image: Annotated[
        bool,
        typer.Option("--same-image", help="The recurrence is drawn on the planning image."),
    ] = False,
    registration_error_mm: Annotated[
        str | None,
        typer.Option(help="With --transform: error of the registration in mm, or unknown."),
    ] = None,
    epidural_volume: Annotated[
        str | None, typer.Option(help="Add a volume: the epidural tumor as a structure.")
    ] = None,
    day: Annotated[
        int | None,
        typer.Option(help="Day after treatment of --recurrence or --epidural-volume."),
    ] = None,
) -> None:
    """Check records of patients, print and tabulate them; add what images measure."""
    shapes = Shapes(tumour, cord, canal, thecal_sac, target, tuple(vertebra or ()))
    failure = _recurrence(recurrence, case, transform, same_image, registration_error_mm)
    is_measuring = bool(failure or epidural_volume or shapes.is_given or day is not None)
    if new is not None:
        if records or output or is_measuring:
            raise InputError("--new writes an empty record and nothing else; leave the rest out.")
        write_new(new, patient, levels_from_text(levels), identify=identify)
        console = _console()
        console.print(f"Written: {new}", markup=False)
        console.print(f"Fill it in, then: spine-radiosurgery assess {new}", markup=False)
        return
    if patient or levels:
        raise InputError("--patient and --levels go with --new; enter them in the record.")
    if not records:
        raise InputError("No record is given; name a JSON file, or write one with --new FILE.")
    read = [read_record(path) for path in records]
    if output is not None:
        check_outputs(output, read, identify=identify)
    if is_measuring:
        if len(read) > 1:
            raise InputError("Structures are measured for one record at once; name only that.")
        read = [_measured(read[0], shapes, failure, epidural_volume, day)]
    written = () if output is None else write_outputs(output, read, identify=identify)
    console = _console()
    if len(read) == 1:
        print_record(read[0], console)
    else:
        print_cohort(read, console)
    for path in written:
        console.print(f"Written: {path}", markup=False)
    if is_measuring and output is None:
        console.print("Not kept: what was measured is written only with --output.", markup=False)


def _console() -> Console:
    return Console(soft_wrap=True, highlight=False)


def _measured(
    record: PatientRecord,
    shapes: Shapes,
    failure: Recurrence | None,
    epidural_volume: str | None,
    day: int | None,
) -> PatientRecord:
    """Add what is asked for; target, canal and vertebrae serve tumor and recurrence alike."""
    inputs = InputReader()
    if (shapes.cord or shapes.thecal_sac) and not shapes.tumour:
        raise InputError("Cord and thecal sac are measured against a tumor; give --tumor, too.")
    if shapes.tumour or (shapes.is_given and failure is None):
        record = with_shapes(record, shapes, inputs)
    if failure is None and epidural_volume is None:
        if day is not None:
            raise InputError("--day goes with --recurrence or --epidural-volume.")
        return record
    if day is None:
        raise InputError("Give the --day after treatment on which this was seen.")
    if failure is not None:
        record = with_failure(record, failure, day, shapes, inputs)
    if epidural_volume is not None:
        record = with_volume(record, epidural_volume, day, inputs)
    return record


def _recurrence(
    structure: str | None,
    case: Path | None,
    transform: Path | None,
    same_image: bool,
    error: str | None,
) -> Recurrence | None:
    if structure is None:
        if case or transform or same_image or error:
            raise InputError(
                "--case, --transform, --same-image and --registration-error-mm go with "
                "--recurrence; give it, too."
            )
        return None
    if case is None:
        raise InputError("--recurrence needs the plan that was treated; give --case CASE_DIR.")
    if (transform is None) != same_image:
        raise InputError(
            "How does the recurrence come to the plan? Give --transform FILE of the registration, "
            "or --same-image where it is drawn on the planning image."
        )
    return Recurrence(structure, case, transform, _error_mm(transform, error))


def _error_mm(transform: Path | None, text: str | None) -> float | None:
    if transform is None:
        if text is not None:
            raise InputError("--registration-error-mm goes with --transform; leave it out.")
        return None
    if text is None:
        raise InputError(
            "How large is the error of the registration? Give --registration-error-mm, in mm, or "
            "unknown."
        )
    if text.strip().lower() == UNKNOWN:
        return None
    try:
        return float(text)
    except ValueError:
        raise InputError(
            f"--registration-error-mm cannot be {text!r}; give mm, such as 1.5, or unknown."
        ) from None
