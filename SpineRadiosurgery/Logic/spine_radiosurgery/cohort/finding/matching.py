"""Which objects of a tree make one case: by the UIDs that they refer to, else by what they share.

A dose refers to its plan, a plan to its structure set, a structure set to the images that it was
drawn on. Where a reference is absent or leads nowhere, the only object of the same patient in the
same frame of reference and study is taken, else in the same frame, else in the same study; and that
is said.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import TypeVar

from ...dicom.contours import StructureSet, read_structure_set
from ...dicom.doses import PARTIAL_DOSES
from ...dicom.scanning import load, scan_file
from ...geometry import InputError
from .index import ImageSet, Instance, TreeIndex

NOT_NEEDED = "the plan's whole dose is there"


@dataclass(frozen=True, eq=False)
class MatchedPlan:
    """Plans of a dose, one but for doses of several; else those that may be; and sentences."""

    plans: tuple[Instance, ...]
    possible: tuple[Instance, ...] = ()
    remarks: tuple[str, ...] = ()


@dataclass(frozen=True, eq=False)
class MatchedSet:
    """The structure set of a plan; without it those that may be, and sentences."""

    chosen: Instance | None
    possible: tuple[Instance, ...] = ()
    remarks: tuple[str, ...] = ()


@dataclass(frozen=True, eq=False)
class MatchedImages:
    """The slices that a structure set was drawn on, and sentences."""

    images: tuple[ImageSet, ...]
    remarks: tuple[str, ...] = ()


def dose_groups(index: TreeIndex) -> Iterator[tuple[Instance, ...]]:
    """Give every plan's dose: one object, or those of all its beams or fractions.

    Doses that are none, or not needed, are noted as unmatched.
    """
    parts: dict[tuple[str, tuple[str, ...]], dict[str, list[Instance]]] = {}
    whole = []
    for dose in index.objects["RTDOSE"].values():
        told = dose.relations
        if told.problem:
            index.miss(dose.paths[0], told.kind, told.problem)
        elif told.summation not in PARTIAL_DOSES:
            whole.append(dose)
        elif not told.refers_to:
            index.miss(dose.paths[0], told.kind, f"a {told.summation} dose that names no plan")
        else:
            of_plan = parts.setdefault((told.patient, told.refers_to), {})
            of_plan.setdefault(told.summation, []).append(dose)
    for dose in whole:
        yield (dose,)
    summed = {(dose.relations.patient, dose.relations.refers_to) for dose in whole}
    for key, kinds in parts.items():
        yield from _partial(index, kinds, is_summed=key in summed)


def _partial(
    index: TreeIndex, kinds: dict[str, list[Instance]], *, is_summed: bool
) -> Iterator[tuple[Instance, ...]]:
    taken = is_summed
    for kind in PARTIAL_DOSES:
        doses = kinds.get(kind, [])
        single = f"it is the only {kind} dose of its plan; export the PLAN dose or those of all"
        reason = NOT_NEEDED if taken else single if len(doses) == 1 else ""
        if doses and not reason:
            taken = True
            yield tuple(doses)
        for dose in doses if reason else ():
            index.miss(dose.paths[0], "RTDOSE", reason)


def match_plans(index: TreeIndex, doses: Sequence[Instance]) -> MatchedPlan:
    """Find the plans that a dose refers to, else the only one that it can be of."""
    told = doses[0].relations
    known = index.objects["RTPLAN"]
    if told.refers_to:
        found = tuple(known[uid] for uid in told.refers_to if uid in known)
        lacking = len(told.refers_to) - len(found)
        remark = "the plan that its dose refers to is not here"
        return MatchedPlan(found, found, (remark,) if lacking else ())
    near, shared = _nearest(known.values(), doses[0])
    unnamed = "its dose names no plan"
    if len(near) == 1:
        return MatchedPlan(near, near, (f"{unnamed}; plan found by {shared}",))
    if near:
        return MatchedPlan((), near, (f"{unnamed}; {len(near)} share its {shared}, choose one",))
    return MatchedPlan((), (), (f"{unnamed} and none shares its frame of reference",))


def match_structures(
    index: TreeIndex, doses: Sequence[Instance], plans: Sequence[Instance]
) -> MatchedSet:
    """Find the structure set that the plans refer to, else the only one that can be theirs."""
    known = index.objects["RTSTRUCT"]
    named = dict.fromkeys(uid for plan in plans for uid in plan.relations.refers_to)
    found = tuple(known[uid] for uid in named if uid in known)
    if len(found) == 1:
        return MatchedSet(found[0], found)
    if found:
        several = f"its plans were made on {len(found)} structure sets; put one into 'structures'"
        return MatchedSet(None, found, (several,))
    near, shared = _nearest(known.values(), doses[0])
    why = (
        "the structure set that its plan refers to is not here"
        if named
        else "its plan names no structure set"
        if plans
        else ""
    )
    if len(near) == 1:
        how = f"structure set found by {shared}"
        return MatchedSet(near[0], near, (f"{why}; {how}" if why else how,))
    if near:
        several = f"{len(near)} structure sets share its {shared}; put one into 'structures'"
        return MatchedSet(None, near, (f"{why}; {several}" if why else several,))
    return MatchedSet(None, (), (why or "no structure set shares its frame of reference",))


def match_images(
    index: TreeIndex, doses: Sequence[Instance], chosen: Instance | None, drawn: StructureSet | None
) -> MatchedImages:
    """Find the slices that a structure set was drawn on, else those in its frame of reference.

    Where the dose lies in another frame, slices of that frame are found as well.
    """
    patient = doses[0].relations.patient
    own = [i for i in index.images.values() if _one_patient(i.patient, patient)]
    images: list[ImageSet] = []
    remarks: tuple[str, ...] = ()
    if drawn is not None:
        images = [i for i in own if i.uid in drawn.series_uids]
        wanted = {hash(uid) for uid in drawn.image_uids}
        images = images or [i for i in own if wanted & i.slices()]
    if not images:
        told = (chosen or doses[0]).relations
        images = _in_frames(own, told.frames or doses[0].relations.frames)
        if drawn is not None and images:
            remarks = ("images found by frame of reference",)
    frames = {image.frame for image in images}
    for frame in doses[0].relations.frames:
        if images and frame not in frames:
            images += _in_frames(own, (frame,))
    return MatchedImages(tuple(images), remarks)


def match_registrations(
    index: TreeIndex, members: Iterable[Instance], images: Iterable[ImageSet]
) -> tuple[Instance, ...]:
    """Find the patient's registrations, where a case's objects lie in several frames."""
    listed = list(members)
    frames = {frame for one in listed for frame in one.relations.frames}
    frames |= {image.frame for image in images} - {""}
    if len(frames) < 2:
        return ()
    patient = listed[0].relations.patient
    known = index.objects["REG"].values()
    return tuple(r for r in known if _one_patient(r.relations.patient, patient))


def read_drawn(index: TreeIndex, chosen: Instance, code: str) -> StructureSet:
    """Read a structure set with the patient hidden in its names.

    Raises
    ------
    InputError
        It is damaged, or has changed since its header was read.
    """
    file = scan_file(index.root / chosen.paths[0], "RTSTRUCT")
    if file is None:
        raise InputError("RTSTRUCT changed while the folder was looked through.")
    hidden = replace(file, pseudonym=index.pseudonym(chosen.relations.patient, code))
    return read_structure_set(load(hidden).dataset, "", "RTSTRUCT")


def of_one_patient(members: Iterable[Instance]) -> bool:
    """Whether no two of these carry different patient IDs."""
    return len({member.relations.patient for member in members} - {""}) < 2


def _in_frames(own: Sequence[ImageSet], frames: Sequence[str]) -> list[ImageSet]:
    found = [image for image in own if image.frame and image.frame in frames]
    return [image for image in found if image.kind == "CT"] or found


def _one_patient(patient: str, other: str) -> bool:
    return patient == other or not (patient and other)


_Found = TypeVar("_Found", bound=Instance)


def _nearest(candidates: Iterable[_Found], dose: Instance) -> tuple[tuple[_Found, ...], str]:
    """Return the objects of the dose's patient that share most with it, and what that is."""
    told = dose.relations
    own = [c for c in candidates if c.relations.patient == told.patient and not c.relations.problem]
    in_frame = [c for c in own if set(c.relations.frames) & set(told.frames)]
    in_both = [c for c in in_frame if told.study and c.relations.study == told.study]
    # Frames that are known and differ are a contradiction.
    unframed = [c for c in own if not c.relations.frames or not told.frames]
    in_study = [c for c in unframed if told.study and c.relations.study == told.study]
    for found, shared in (
        (in_both, "frame of reference and study"),
        (in_frame, "frame of reference"),
        (in_study, "study"),
    ):
        if found:
            return tuple(found), shared
    return (), ""
