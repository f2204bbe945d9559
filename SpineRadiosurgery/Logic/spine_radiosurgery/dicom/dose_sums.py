"""The case's dose from the files chosen for it: one dose, or the sum of several."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from ..dose import DoseGrid, DosePart, DoseSum, sum_doses
from ..geometry import InputError
from .assembly import CaseReader
from .doses import PARTIAL_DOSES, ReadDose, read_dose, referenced_plans
from .plans import PlanOfCase
from .registration import Registrations
from .scanning import ScannedFile
from .values import FloatArray, short_uid


@dataclass(frozen=True, eq=False)
class CaseDose:
    """The dose of a case, in the planning image's frame.

    Attributes
    ----------
    grid : DoseGrid
    label, summation : str
    parts : tuple of ReadDose
        One, or those that are summed.
    facts : mapping
        For the provenance, where several doses are summed.
    """

    grid: DoseGrid
    label: str
    summation: str
    parts: tuple[ReadDose, ...]
    facts: Mapping[str, Any] = field(default_factory=dict)


def dose_groups(files: Sequence[ScannedFile]) -> list[list[ScannedFile]]:
    """Put the BEAM (or FRACTION) doses of one plan together; every other dose stands alone."""
    groups: dict[tuple[str, ...], list[ScannedFile]] = {}
    for file in files:
        kind = file.text("DoseSummationType").upper()
        plans = referenced_plans(file.header, file.name)
        own = (kind, *plans) if kind in PARTIAL_DOSES else (file.name,)
        groups.setdefault(own, []).append(file)
    return list(groups.values())


def dose_of(
    reader: CaseReader,
    files: Sequence[ScannedFile],
    plans: Sequence[PlanOfCase],
    frame: str,
    registrations: Registrations,
) -> CaseDose | None:
    """Read the chosen doses and add them up where there are several.

    Parameters
    ----------
    reader : CaseReader
    files : sequence of ScannedFile
        Doses of beams of one plan make one dose.
    plans : sequence of PlanOfCase
        Those of the folder that the doses refer to; they tell the fractions.
    frame : str
        The planning image's frame of reference.
    registrations : Registrations

    Raises
    ------
    InputError
        A dose that cannot be read; doses in different frames of reference or of one plan twice.
    """
    if not files:
        return None
    parts = []
    groups = dose_groups(files)
    for group in groups:
        read, loaded = read_dose(group, reader.choices.dose_choice)
        for file in loaded:
            reader.use("RTDOSE", file)
        reader.warnings += read.warnings
        own = [plan for plan in plans if plan.uid in read.plan_uids]
        _check_summed_beams(read, own if len(groups) > 1 else plans)
        parts.append(read)
    _check_one_frame(parts)
    _check_plans_once(parts)
    matrix = _into_planning_frame(reader, parts[0], frame, registrations)
    if len(parts) == 1:
        read = parts[0]
        return CaseDose(read.grid(matrix), read.label, read.summation, (read,))
    total = sum_doses(
        [DosePart(read.grid(matrix), read.label, _fractions_of(read, plans)) for read in parts]
    )
    reader.warnings.append(total.semantics)
    label = " + ".join(read.label for read in parts)
    return CaseDose(total.dose, label, "MULTI_PLAN", tuple(parts), _facts(total, parts))


def _fractions_of(read: ReadDose, plans: Sequence[PlanOfCase]) -> int | None:
    """Return the fractions of the dose's plans; None where one is unknown or they differ."""
    own = {plan.uid: plan.plan.fractions for plan in plans if plan.uid in read.plan_uids}
    stated = set(own.values())
    return stated.pop() if len(own) == len(read.plan_uids) and len(stated) == 1 else None


def _facts(total: DoseSum, parts: Sequence[ReadDose]) -> dict[str, Any]:
    return {
        "dose_semantics": total.semantics,
        "dose_parts": [
            {"label": part.label, "file": read.file, "fractions": part.fractions}
            for part, read in zip(total.parts, parts, strict=True)
        ],
        "dose_resampling_error_gy": total.resampling_error_gy,
        "same_fractionation": total.same_fractionation,
    }


def _check_one_frame(parts: Sequence[ReadDose]) -> None:
    first = parts[0]
    for other in parts[1:]:
        if other.frame_uid != first.frame_uid:
            raise InputError(
                f"The doses '{first.label}' (frame of reference {short_uid(first.frame_uid)}) and "
                f"'{other.label}' ({short_uid(other.frame_uid)}) lie in different frames of "
                "reference and cannot be summed; export them on one planning image."
            )


def _check_plans_once(parts: Sequence[ReadDose]) -> None:
    """Refuse to count a plan twice: its dose beside another of its doses, or in a sum of plans."""
    taken: dict[str, ReadDose] = {}
    for read in parts:
        for uid in read.plan_uids:
            if uid in taken:
                raise InputError(
                    f"The doses '{taken[uid].label}' (UID {taken[uid].uid}) and '{read.label}' "
                    f"(UID {read.uid}) belong to the same plan, whose dose would count twice; "
                    "choose one of them."
                )
            taken[uid] = read


def _check_summed_beams(dose: ReadDose, plans: Sequence[PlanOfCase]) -> None:
    """Refuse a sum of BEAM doses that lacks a beam of its plan."""
    if len(plans) != 1 or dose.summation != "sum of BEAM" or not dose.beam_numbers:
        return
    plan = plans[0]
    lacking = sorted(set(plan.plan.beam_numbers) - set(dose.beam_numbers))
    if lacking:
        listed = ", ".join(str(number) for number in lacking)
        raise InputError(
            f"The summed BEAM doses lack beam {listed} of the plan '{plan.plan.label}' "
            f"({plan.file}); export the doses of all beams."
        )


def _into_planning_frame(
    reader: CaseReader, read: ReadDose, frame: str, registrations: Registrations
) -> FloatArray | None:
    """Return the RAS matrix into the planning image's frame (None: the dose lies there)."""
    name = read.file
    if not read.frame_uid:
        reader.warnings.append(
            f"{name} does not name its frame of reference; it is taken to be the planning image's."
        )
        return None
    if not frame or read.frame_uid == frame:
        return None
    passage = registrations.passage(read.frame_uid, frame)
    if passage is None:
        raise InputError(
            f"{name}: the dose lies in frame of reference {short_uid(read.frame_uid)}, the"
            f" planning image in {short_uid(frame)}, and no registration leads from one to the"
            " other."
        )
    reader.use_registrations(registrations, passage.names)
    reader.warnings.append(
        f"{name}: the dose was moved into the planning image's frame of reference by"
        f" {', '.join(passage.names)}."
    )
    return passage.matrix_ras
