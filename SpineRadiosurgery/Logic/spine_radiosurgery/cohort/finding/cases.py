"""Cases of a folder tree: what each is made of, where it lies, how a manifest names it."""

from __future__ import annotations

import os
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from ...case import study_code
from ...case.pseudonym import tells_a_patient
from ...dicom.contours import StructureSet
from ...dicom.scanning import MOST_FILES
from ...geometry import InputError, with_progress
from .guessing import Guess, guess_cord, guess_prescription, guess_target
from .index import ImageSet, Instance, TreeIndex, Unmatched, index_tree
from .matching import (
    MatchedImages,
    MatchedPlan,
    MatchedSet,
    dose_groups,
    match_images,
    match_plans,
    match_registrations,
    match_structures,
    of_one_patient,
    read_drawn,
)
from .places import Places

TOO_MANY = f"its folder holds more than {MOST_FILES:,} files; use --sort-into"


@dataclass(frozen=True, eq=False)
class FoundCase:
    """One row of a manifest, and the files that it is made of.

    Attributes
    ----------
    case : str
        Study code of the patient, with a number where there are several plans.
    folder : Path
        The deepest that holds all of its files; absolute.
    target, cord : str
        ROI names; "" where none or several may be meant.
    prescription_gy : float or None
    fractions : int or None
    structures, plan : str
        UIDs, where the folder holds several.
    dose : tuple of str
    remarks : tuple of str
        What was not found by reference, and what is left to choose.
    shared : bool
        The folder holds files of other patients, too.
    instances : tuple of Instance
    images : tuple of ImageSet
        What it is made of.
    """

    case: str
    folder: Path
    target: str
    cord: str
    prescription_gy: float | None
    fractions: int | None
    structures: str
    plan: str
    dose: tuple[str, ...]
    remarks: tuple[str, ...]
    shared: bool
    instances: tuple[Instance, ...] = ()
    images: tuple[ImageSet, ...] = ()


@dataclass(frozen=True, eq=False)
class FoundCases:
    """What a folder tree holds.

    Attributes
    ----------
    root : Path
    rows : tuple of FoundCase
        By folder and name.
    unmatched : tuple of Unmatched
        By path.
    files : int
        That were looked at.
    """

    root: Path
    rows: tuple[FoundCase, ...]
    unmatched: tuple[Unmatched, ...]
    files: int


@dataclass(frozen=True, eq=False)
class _Parts:
    code: str
    doses: tuple[Instance, ...]
    plan: MatchedPlan
    structures: MatchedSet
    drawn: StructureSet | None
    images: MatchedImages
    registrations: tuple[Instance, ...]

    @property
    def instances(self) -> tuple[Instance, ...]:
        return (*self.doses, *self.plan.possible, *self.structures.possible, *self.registrations)


def find_cases(root: str | os.PathLike[str]) -> FoundCases:
    """Find the plans of all patients below a folder, however the files lie there.

    Parameters
    ----------
    root : path

    Returns
    -------
    FoundCases
        The same for the same files, in the same order.

    Raises
    ------
    InputError
        The folder does not exist or cannot be listed.
    """
    index = index_tree(Path(root).absolute())
    groups = sorted(dose_groups(index), key=lambda doses: doses[0].paths[0])
    found = [
        parts for doses in with_progress(groups, "Matching") if (parts := _parts(index, doses))
    ]
    places = Places(index)
    rows = [_row(index, places, parts) for parts in with_progress(found, "Placing")]
    _miss_the_rest(index, found)
    return FoundCases(
        index.root,
        tuple(_named(rows, found)),
        tuple(sorted(index.unmatched, key=lambda u: (u.path, u.kind, u.reason))),
        index.files_in.total(),
    )


def _parts(index: TreeIndex, doses: tuple[Instance, ...]) -> _Parts | None:
    """Put a case together; None where there are no structures, which is noted."""
    dose = doses[0]
    plan = match_plans(index, doses)
    structures = match_structures(index, doses, plan.plans)
    lacking = [*plan.remarks[:1]] if not plan.plans else []
    lacking += structures.remarks[:1] if not structures.possible else []
    if lacking:
        index.miss(dose.paths[0], "RTDOSE", "; ".join(lacking))
    if not structures.possible:
        return None
    if not of_one_patient((*doses, *plan.possible, *structures.possible)):
        index.miss(dose.paths[0], "RTDOSE", "its plan or structure set has another patient ID")
        return None
    code = _code(index, doses, plan.plans, structures.possible)
    drawn = None
    if structures.chosen is not None:
        path = structures.chosen.paths[0]
        try:
            drawn = read_drawn(index, structures.chosen, code)
        except InputError as error:
            index.miss(path, "RTSTRUCT", str(error).rstrip("."))
            index.miss(dose.paths[0], "RTDOSE", f"its structure set {path} cannot be read")
            return None
    images = match_images(index, doses, structures.chosen, drawn)
    if not images.images:
        images = replace(images, remarks=("there is no image: no pictures of it",))
        for one in structures.possible:
            index.miss(one.paths[0], "RTSTRUCT", "the image that it was drawn on is not here")
    members = (*doses, *plan.possible, *structures.possible)
    registrations = match_registrations(index, members, images.images)
    return _Parts(code, doses, plan, structures, drawn, images, registrations)


def _code(index: TreeIndex, *instances: Sequence[Instance]) -> str:
    told = [one.relations for group in instances for one in group]
    patient = next((t.patient for t in told if tells_a_patient(t.patient)), "")
    study = next((t.study for t in told if t.study), "")
    return study_code(patient or study or index.root.name or "no folder")


def _row(index: TreeIndex, places: Places, parts: _Parts) -> FoundCase:
    folder = places.folder_of(parts.instances, parts.images.images)
    target, cord = Guess(""), Guess("")
    roi_names: dict[int, str] = {}
    if parts.drawn is not None:
        roi_names = {region.number: region.name for region in parts.drawn.regions}
    prescription, prescribed, notes = guess_prescription(
        index, parts.plan.plans, parts.code, roi_names
    )
    if parts.drawn is not None:
        target = guess_target(parts.drawn.regions, prescribed)
        cord = guess_cord(parts.drawn.regions)
    several = {kind for kind in ("RTDOSE", "RTSTRUCT", "RTPLAN") if places.several(kind, folder)}
    dose = tuple(one.relations.uid for one in parts.doses)
    dose = dose if len(dose) > 1 or "RTDOSE" in several else ()
    plans = parts.plan.plans
    # Plans of a sum are those that its doses refer to; the reader takes no other.
    plan = plans[0].relations.uid if len(plans) == 1 and len(parts.doses) == 1 else ""
    chosen = parts.structures.chosen
    remarks = (
        *parts.plan.remarks,
        *parts.structures.remarks,
        *parts.images.remarks,
        *notes,
        *(guess.remark for guess in (target, cord)),
        *_versions(parts.instances),
        TOO_MANY if places.files_below(folder) > MOST_FILES else "",
    )
    return FoundCase(
        parts.code,
        index.root / folder,
        target.name,
        cord.name,
        prescription.dose_gy if prescription else None,
        prescription.fractions if prescription else None,
        chosen.relations.uid if chosen is not None and "RTSTRUCT" in several else "",
        plan if "RTPLAN" in several else "",
        dose,
        tuple(remark.rstrip(".") for remark in remarks if remark),
        places.is_shared(folder),
        parts.instances,
        parts.images.images,
    )


def _versions(instances: Sequence[Instance]) -> Iterator[str]:
    for one in instances:
        for path in one.other_versions:
            kind = one.relations.kind
            yield f"another {kind} of the same UID differs: {path}; remove one"


def _named(rows: Sequence[FoundCase], found: Sequence[_Parts]) -> Iterator[FoundCase]:
    """Number the plans of a patient and sort the rows by where they lie."""
    of_patient: dict[str, list[int]] = defaultdict(list)
    for number, row in enumerate(rows):
        of_patient[row.case].append(number)
    names = {}
    for code, numbers in of_patient.items():
        numbers.sort(key=lambda n: _course(found[n]))
        for place, number in enumerate(numbers, start=1):
            names[number] = code if place == 1 else f"{code}_{place}"
    named = [replace(row, case=names[number]) for number, row in enumerate(rows)]
    yield from sorted(named, key=lambda row: (row.folder.as_posix(), row.case))


def _course(parts: _Parts) -> tuple[str, ...]:
    first = (*parts.plan.plans, *parts.doses)[0]
    return (first.relations.date, *(one.relations.uid for one in (first, *parts.doses)))


def _miss_the_rest(index: TreeIndex, found: Sequence[_Parts]) -> None:
    """Note the objects and images that no case is made of, and doubtful versions of others."""
    used = {id(one) for parts in found for one in parts.instances}
    noted = {note.path for note in index.unmatched}
    why = {"RTSTRUCT": "it belongs to no plan with a dose", "RTPLAN": "no dose refers to it"}
    for kind, objects in index.objects.items():
        for one in objects.values():
            if id(one) not in used and one.paths[0] not in noted and kind != "RTDOSE":
                index.miss(one.paths[0], kind, one.relations.problem or why.get(kind, _SPARE))
            for path in one.other_versions:
                index.miss(path, kind, f"it differs from {one.paths[0]} but carries the same UID")
    shown = {id(images) for parts in found for images in parts.images.images}
    spare: Counter[tuple[str, str]] = Counter()
    for images in index.images.values():
        if id(images) not in shown:
            for folder, (names, _) in images.folders.items():
                spare[folder, images.kind] += len(names)
    for (folder, kind), files in spare.items():
        index.miss(folder, kind, "no structure set of a plan was drawn on it", files)


_SPARE = "no case needs it"
