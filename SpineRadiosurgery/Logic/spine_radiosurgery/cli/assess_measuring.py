"""What `assess` measures into a record: never over what a person chose."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from .. import read_vertebrae
from ..anatomy import VertebraSectors, level_of, shifted, split_vertebra
from ..assessment import (
    SAME_IMAGE,
    Failure,
    PatientRecord,
    TumourVolume,
    measure_failure,
    with_measurements,
)
from ..case import Case, guess_role
from ..dicom import read_dicom_case, read_transform
from ..geometry import InputError, Structure
from .references import InputReader, Reference


@dataclass(frozen=True)
class Shapes:
    """Structures as references (see `references.Reference`); None or empty: not given."""

    tumour: str | None = None
    cord: str | None = None
    canal: str | None = None
    thecal_sac: str | None = None
    target: str | None = None
    vertebrae: tuple[str, ...] = ()

    @property
    def is_given(self) -> bool:
        """Whether there is anything to measure."""
        return any((self.tumour, self.cord, self.canal, self.thecal_sac, self.target)) or bool(
            self.vertebrae
        )


@dataclass(frozen=True)
class Recurrence:
    """A recurrence and how it comes to the plan.

    Attributes
    ----------
    structure : str
        Reference.
    case_dir : Path
        The plan: dose and vertebrae.
    transform : Path or None
        Follow-up to plan; None where both are one image.
    error_mm : float or None
        Of the registration; None where it is not known.
    """

    structure: str
    case_dir: Path
    transform: Path | None
    error_mm: float | None


def with_shapes(record: PatientRecord, shapes: Shapes, inputs: InputReader) -> PatientRecord:
    """Return the record with what segmentations measure (see `assessment.with_measurements`).

    Raises
    ------
    InputError
        A structure cannot be read, or vertebrae are given but none is the index level.
    """
    tumour, cord = inputs.optional("tumour", shapes.tumour), inputs.optional("cord", shapes.cord)
    canal, target = inputs.optional("canal", shapes.canal), inputs.optional("target", shapes.target)
    sac = inputs.optional("thecal_sac", shapes.thecal_sac)
    split = [
        split_vertebra(bone, canal, cord=cord, level=level)
        for bone, level in _vertebrae(shapes.vertebrae, record.index, inputs)
    ]
    graded = _index_of(split, record) if split else None
    return with_measurements(
        record,
        tumour=tumour,
        cord=cord,
        canal=canal,
        thecal_sac=sac,
        sectors=graded,
        neighbours=[one for one in split if one is not graded],
        target=target,
    )


def with_volume(record: PatientRecord, text: str, day: int, inputs: InputReader) -> PatientRecord:
    """Return the record with the volume of an epidural tumor on one day.

    Raises
    ------
    InputError
        The structure cannot be read, or that day has a volume that was not measured on it.
    """
    tumour = inputs.structure("epidural tumor", text)
    measured = TumourVolume(day, tumour.volume_cc, "epidural", tumour.name)
    same = [v for v in record.follow_up.volumes if (v.day, v.kind) == (day, "epidural")]
    if any(volume.structure != tumour.name for volume in same):
        raise InputError(
            f"The record has an epidural volume of day {day} that was not measured on "
            f"{tumour.name}; take it out of the record, or give another --day."
        )
    kept = tuple(volume for volume in record.follow_up.volumes if volume not in same)
    return replace(record, follow_up=replace(record.follow_up, volumes=(*kept, measured)))


def with_failure(
    record: PatientRecord,
    recurrence: Recurrence,
    day: int,
    shapes: Shapes,
    inputs: InputReader,
) -> PatientRecord:
    """Return the record with a failure that is measured against the plan's dose.

    A failure of that day that was measured on the same recurrence is measured anew; what a person
    decided of it stays.

    Raises
    ------
    InputError
        The case has no dose or no prescription, or something cannot be read.
    """
    case = read_dicom_case(recurrence.case_dir)
    if case.dose is None:
        raise InputError(f"{recurrence.case_dir} holds no dose to compare the recurrence with.")
    bones = {level: bone for bone, level in _vertebrae(shapes.vertebrae, record.index, inputs)}
    transform = recurrence.transform
    measured = measure_failure(
        inputs.structure("recurrence", recurrence.structure),
        case.dose,
        _prescribed_gy(record, case),
        target=inputs.optional("target", shapes.target),
        to_plan=None if transform is None else read_transform(transform),
        registration=SAME_IMAGE if transform is None else transform.name,
        registration_error_mm=recurrence.error_mm,
        vertebrae={**_vertebrae_of(case), **{k: v for k, v in bones.items() if k}},
        treated_levels=record.levels,
        canal=inputs.optional("canal", shapes.canal),
    )
    failures = list(record.follow_up.failures)
    for number, former in enumerate(failures):
        if former.day == day and former.measured:
            if former.measured.recurrence == measured.recurrence:
                failures[number] = replace(former, measured=measured)
                break
    else:
        failures.append(Failure(day, measured=measured))
    return replace(record, follow_up=replace(record.follow_up, failures=tuple(failures)))


def _vertebrae(
    texts: Sequence[str], index: str, inputs: InputReader
) -> list[tuple[Structure, str | None]]:
    """Read vertebrae; of a file with many, the index level and its neighbors."""
    found: list[tuple[Structure, str | None]] = []
    for text in texts:
        reference = Reference.parsed(text)
        wanted = _levels_in(reference.path, index) if _holds_many(reference) else ()
        found += inputs.vertebrae([text], (), wanted, "auto")
    if index and len(found) == 1 and found[0][1] is None and not level_of(found[0][0].name):
        return [(found[0][0], index)]
    return found


def _holds_many(reference: Reference) -> bool:
    if reference.label is not None or reference.path.is_dir():
        return False
    try:
        reference.structure()
    except InputError:
        return True
    return False


def _levels_in(path: Path, index: str) -> tuple[str, ...]:
    present = read_vertebrae(path)
    if not index:
        raise InputError(
            f"{path.name} holds {len(present)} vertebrae and the record tells no index level; "
            "enter index_level, or name the vertebra as FILE:LABEL."
        )
    near = [index, *(level for level in _neighbours(index) if level in present)]
    return tuple(near)


def _neighbours(index: str) -> list[str]:
    found = []
    for step in (-1, 1):
        try:
            found.append(shifted(index, step))
        except InputError:
            continue
    return found


def _index_of(split: Sequence[VertebraSectors], record: PatientRecord) -> VertebraSectors:
    index = record.index
    if record.levels and not index:
        raise InputError(
            f"The record treats {', '.join(record.levels)} and does not tell which of them is "
            "graded; enter index_level, then measure the vertebra."
        )
    of_level = [one for one in split if one.level == index]
    if len(of_level) == 1:
        return of_level[0]
    if len(split) == 1 and not (index and split[0].level):
        return split[0]
    levels = ", ".join(one.level or one.vertebra.name for one in split)
    raise InputError(
        f"The vertebrae are {levels}, the record's index level is {index or 'open'}; give the "
        "vertebra of the index level once."
    )


def _vertebrae_of(case: Case) -> dict[str, Structure]:
    found = {}
    for structure in case.structures:
        level = level_of(structure.name)
        if level and guess_role(structure) == "vertebra":
            found[level] = structure
    return found


def _prescribed_gy(record: PatientRecord, case: Case) -> float:
    recorded = record.prescription.dose_gy
    planned = case.prescription.dose_gy if case.prescription else None
    if recorded is not None and planned is not None and abs(recorded - planned) > 0.005 * planned:
        raise InputError(
            f"The record says {recorded:g} Gy and the plan {planned:g} Gy; correct dose_gy in the "
            "record, or choose the plan that was treated."
        )
    dose = recorded if recorded is not None else planned
    if dose is None:
        raise InputError("Neither record nor plan tell the dose; enter dose_gy in the record.")
    return dose
