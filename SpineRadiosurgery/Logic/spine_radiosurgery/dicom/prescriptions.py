"""The prescription of a case from the plans that its dose belongs to."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from ..case import Prescription
from ..geometry import InputError
from .assembly import CaseReader
from .contours import StructureSet
from .doses import referenced_plans
from .plans import PlanOfCase, read_plan
from .registration import Registrations
from .scanning import ScannedFile
from .selection import choose_plan
from .values import items, short_uid, text


def plan_files_of(reader: CaseReader, doses: Sequence[ScannedFile]) -> tuple[ScannedFile, ...]:
    """Choose the plans that the doses belong to.

    Raises
    ------
    InputError
        Several plans fit, or one plan was named for several doses.
    """
    wanted = _referenced(doses)
    several = len(reader.choices.doses) > 1
    if several and reader.choices.plan is not None:
        raise InputError(
            f"The plan '{reader.choices.plan}' was named beside {len(reader.choices.doses)} doses "
            "to sum; their plans are those that they refer to, name none."
        )
    files = reader.of_kind("RTPLAN")
    if several:
        return tuple(file for file in files if file.uid in wanted)
    found, warnings = choose_plan(files, reader.choices.plan, wanted)
    reader.warnings += warnings
    return found


def plans_of(
    reader: CaseReader,
    files: Sequence[ScannedFile],
    contents: StructureSet | None,
    frame: str,
    registrations: Registrations,
) -> tuple[PlanOfCase, ...]:
    """Read the chosen plans.

    Raises
    ------
    InputError
        A plan lies in another frame of reference than the planning image.
    """
    roi_names = {r.number: r.name for r in contents.regions} if contents else {}
    plans = []
    for file in files:
        own = file.frame_uid
        if own and frame and own != frame and registrations.passage(own, frame) is None:
            raise InputError(
                f"{file.name}: the plan lies in frame of reference {short_uid(own)}, the planning"
                f" image in {short_uid(frame)}, and no registration leads from one to the other."
            )
        plan = read_plan(reader.load(file).dataset, file.label, file.name, roi_names)
        reader.warnings += plan.warnings
        plans.append(PlanOfCase(file.uid, file.name, plan))
    return tuple(plans)


def plans_of_other_structures(
    plans: Sequence[ScannedFile], structures: ScannedFile | None
) -> tuple[str, ...]:
    """Say which plans were made on another structure set than the one in use."""
    said = []
    for plan in plans if structures is not None else ():
        references = items(plan.header, "ReferencedStructureSetSequence", plan.name)
        uids = {text(reference, "ReferencedSOPInstanceUID") for reference in references} - {""}
        if uids and structures is not None and structures.uid not in uids:
            said.append(
                f"{plan.name} was made on another structure set than {structures.name}; check that"
                " its structures are those of the plan."
            )
    return tuple(said)


def prescription_of(
    reader: CaseReader, plans: Sequence[PlanOfCase], doses: Sequence[ScannedFile]
) -> tuple[Prescription | None, dict[str, Any]]:
    """Return the prescription and facts on the plans for the provenance.

    That of several plans is the sum of theirs where all have the same number of fractions; they are
    then taken to be given together. Otherwise there is none.
    """
    if not plans:
        return None, {}
    lacking = _lacking(reader, plans, doses)
    fractions = [plan.plan.fractions for plan in plans] + [None] * lacking
    facts: dict[str, Any] = {"plan_fractions": fractions}
    if len(fractions) == 1:
        prescription, warnings = plans[0].plan.prescription(plans[0].file)
        reader.warnings += warnings
        return prescription, facts
    facts["same_fractionation"] = len(set(fractions)) == 1 and None not in fractions
    if not facts["same_fractionation"]:
        reader.warnings.append(_not_one_prescription(plans, lacking))
        return None, facts
    return _summed(reader, plans), facts


def _lacking(reader: CaseReader, plans: Sequence[PlanOfCase], doses: Sequence[ScannedFile]) -> int:
    """Return how many plans of the dose are not known."""
    if reader.choices.plan is not None:
        return 0
    found = {plan.uid for plan in plans}
    absent = sum(uid not in found for uid in _referenced(doses))
    if len(reader.choices.doses) > 1:
        absent += sum(not referenced_plans(dose.header, dose.name) for dose in doses)
    return absent


def _referenced(doses: Sequence[ScannedFile]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(uid for d in doses for uid in referenced_plans(d.header, d.name)))


def _summed(reader: CaseReader, plans: Sequence[PlanOfCase]) -> Prescription | None:
    """Sum the prescriptions of plans with the same number of fractions."""
    known: list[Prescription] = []
    for plan in plans:
        prescription, warnings = plan.plan.prescription(plan.file)
        reader.warnings += warnings
        if prescription is None:
            reader.warnings.append(
                f"The prescription of the sum of {len(plans)} plans must be given: that of "
                f"'{plan.plan.label}' ({plan.file}) is not known."
            )
            return None
        known.append(prescription)
    listed = " + ".join(
        f"'{plan.plan.label}' {one.dose_gy:g} Gy" for plan, one in zip(plans, known, strict=True)
    )
    count = known[0].fractions
    try:
        total = Prescription(sum(one.dose_gy for one in known), count, f"RTPLAN, sum of {listed}")
    except InputError as error:
        reader.warnings.append(f"The sum of the plans' prescriptions is not used. {error}")
        return None
    reader.warnings.append(
        f"The prescription of {total.dose_gy:g} Gy in {count} fraction{'s' * (count != 1)} is the "
        f"sum of the plans' ({listed}), as if every fraction gave a part of each; override it "
        "where one plan follows the other or each has its own target."
    )
    return total


def _not_one_prescription(plans: Sequence[PlanOfCase], lacking: int) -> str:
    listed = ", ".join(f"'{p.plan.label}' in {p.plan.fractions or '?'} fractions" for p in plans)
    if lacking:
        listed += f", {lacking} not in the folder"
    different = len({p.plan.fractions for p in plans}) > 1
    return (
        f"The dose is the sum of {len(plans) + lacking} plans ({listed})"
        + (" of different fractionation" if different else "")
        + "; the prescription must be given."
    )
