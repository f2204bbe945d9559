"""Target, cord and prescription of a case that was found: guessed where only one can be meant."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from ...case import Prescription, rois_of
from ...case.naming import role_by_name
from ...dicom.contours import Region
from ...dicom.plans import ReadPlan, read_plan
from ...dicom.scanning import load, scan_file
from ...geometry import InputError
from .index import Instance, TreeIndex


@dataclass(frozen=True)
class Guess:
    """A structure's name, "" where none or several may be meant, and a sentence on it."""

    name: str
    remark: str = ""


def guess_target(regions: Sequence[Region], prescribed: Sequence[str] = ()) -> Guess:
    """Choose the only CTV, else the only one that the plan prescribes a dose to.

    A gross tumor volume or a planning target volume is another volume and never chosen.

    Parameters
    ----------
    regions : sequence of Region
    prescribed : sequence of str
        What the plan's doses are prescribed to.
    """
    usable = [region for region in regions if not region.problem]
    found = [r.name for r in usable if role_by_name(r.name, r.interpreted_type) == "target"]
    if len(found) == 1:
        return _one(found[0])
    named = [name for name in found if name in prescribed]
    if len(named) == 1:
        return _one(named[0], f"target: the plan prescribes to it, there are {_listed(found)}")
    if found:
        return Guess("", f"choose the target: {_listed(found)}")
    others = [r.name for r in usable if role_by_name(r.name, r.interpreted_type) in ("gtv", "ptv")]
    return Guess("", f"no CTV is drawn, there are {_listed(others)}" if others else "no target")


def guess_cord(regions: Sequence[Region]) -> Guess:
    """Choose the only cord, else the only one with a cord's plain name."""
    usable = [region for region in regions if not region.problem]
    found = [r.name for r in usable if role_by_name(r.name, r.interpreted_type) == "cord"]
    if len(found) == 1:
        return _one(found[0])
    plain = rois_of("SpinalCord", found)
    if len(plain) == 1:
        return _one(plain[0], f"cord: there are {_listed(found)}")
    return Guess("", f"choose the cord: {_listed(found)}" if found else "no cord is drawn")


def guess_prescription(
    index: TreeIndex, plans: Sequence[Instance], code: str, roi_names: dict[int, str]
) -> tuple[Prescription | None, tuple[str, ...], tuple[str, ...]]:
    """Read dose and fractions from the plan.

    Returns
    -------
    prescription, what its doses are prescribed to, remarks
    """
    if len(plans) != 1:
        several = (f"the dose is of {len(plans)} plans; give the prescription",) if plans else ()
        return None, (), several
    try:
        plan = _plan(index, plans[0], code, roi_names)
        prescription, remarks = plan.prescription("RTPLAN")
    except InputError as error:
        return None, (), (f"the plan cannot be read: {error}",)
    return prescription, tuple(name for name, _ in plan.target_doses), remarks


def _plan(index: TreeIndex, plan: Instance, code: str, roi_names: dict[int, str]) -> ReadPlan:
    path = plan.paths[0]
    file = scan_file(index.root / path, "RTPLAN")
    if file is None:
        raise InputError("it changed while the folder was looked through.")
    hidden = replace(file, pseudonym=index.pseudonym(plan.relations.patient, code))
    return read_plan(load(hidden).dataset, "", "RTPLAN", roi_names)


def _one(name: str, remark: str = "") -> Guess:
    if "|" in name:
        return Guess("", f"'{name}' cannot stand in a manifest, which splits it at |; rename it")
    return Guess(name, remark)


def _listed(names: Sequence[str]) -> str:
    return ", ".join(names)
