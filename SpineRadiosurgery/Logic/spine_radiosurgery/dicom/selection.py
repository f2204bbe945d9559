"""Which of a folder's objects make the case: the only one, or the one that the caller names."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from typing import Protocol, TypeVar

from ..case import Pseudonym
from ..geometry import InputError
from .doses import PARTIAL_DOSES, DoseChoice, referenced_plans
from .identity import code_of
from .images import ImageSeries
from .scanning import FolderScan, ScannedFile, read_bytes


class _Choosable(Protocol):
    @property
    def uid(self) -> str: ...

    @property
    def label(self) -> str: ...

    @property
    def pseudonym(self) -> Pseudonym: ...

    def described(self) -> str: ...


_Object = TypeVar("_Object", bound=_Choosable)


def choose(objects: Sequence[_Object], wanted: str | None, what: str) -> _Object | None:
    """Return the object with the wanted UID or label, or the only one; None where there is none.

    Raises
    ------
    InputError
        If the wanted one is not there, or several fit; the sentence lists what there is.
    """
    listed = "; ".join(item.described() for item in objects) or "none"
    if wanted is None:
        if len(objects) > 1:
            raise InputError(f"The folder holds {len(objects)} {what}s, choose one: {listed}.")
        return objects[0] if objects else None
    fitting = fitting_names(objects, wanted)
    if len(fitting) == 1:
        return fitting[0]
    if not fitting:
        raise InputError(f"There is no {what} '{wanted}' in the folder; there is: {listed}.")
    listed = "; ".join(item.described() for item in fitting)
    raise InputError(f"'{wanted}' fits {len(fitting)} {what}s, choose by UID: {listed}.")


def fitting_names(objects: Sequence[_Object], wanted: str) -> list[_Object]:
    """Return the objects of a UID, else of a label or file name, else of one in other letters."""
    fitting = [item for item in objects if item.uid == wanted]
    fitting = fitting or [item for item in objects if wanted in _names(item, wanted)]
    return fitting or [
        item
        for item in objects
        if wanted.lower() in {name.lower() for name in _names(item, wanted)}
    ]


def _names(item: _Choosable, wanted: str) -> set[str]:
    """What an object may be called; its label also as it stands in the file, with a name in it."""
    names = {item.label}
    if item.pseudonym.hide(wanted) == item.label:
        names.add(wanted)
    if isinstance(item, ScannedFile):
        names |= {item.name, item.relative, item.path.name}
    return names


def without_copies(files: Sequence[ScannedFile]) -> tuple[tuple[ScannedFile, ...], tuple[str, ...]]:
    """Drop files that are byte for byte copies of another, and say so.

    Raises
    ------
    InputError
        If two different files carry the same SOP Instance UID.
    """
    kept: dict[str, ScannedFile] = {}
    result, warnings = [], []
    for file in files:
        first = kept.setdefault(file.uid, file)
        if first is file or not file.uid:
            result.append(file)
        elif _digest(first) == _digest(file):
            warnings.append(f"{file.name} is a copy of {first.name}; used once.")
        else:
            raise InputError(
                f"{file.name} and {first.name} differ but carry the same UID {file.uid};"
                " remove one."
            )
    return tuple(result), tuple(warnings)


def choose_doses(
    files: Sequence[ScannedFile], wanted: Sequence[str], choice: DoseChoice
) -> tuple[ScannedFile, ...]:
    """Return the chosen doses, or all BEAM (else FRACTION) doses of one plan that are to be summed.

    Raises
    ------
    InputError
        If several doses fit one name, one dose two names, or the beams belong to several plans.
    """
    if not choice.sum_beams:
        found = [choose(files, name, "dose") for name in wanted or (None,)]
        chosen = tuple(file for file in found if file is not None)
        for n, file in enumerate(chosen):
            if file in chosen[:n]:
                raise InputError(f"The dose {file.described()} was named twice; name it once.")
        return chosen
    if wanted:
        raise InputError("Choose one dose or the sum of the plan's doses, not both.")
    for kind in PARTIAL_DOSES:
        parts = [f for f in files if f.text("DoseSummationType").upper() == kind]
        if not parts:
            continue
        plans = {referenced_plans(f.header, f.name) for f in parts}
        if len(plans) > 1:
            listed = "; ".join(f.described() for f in parts)
            raise InputError(f"The {kind} doses belong to {len(plans)} plans: {listed}.")
        return tuple(parts)
    raise InputError("There are no BEAM or FRACTION doses to sum in the folder.")


def choose_image(
    series: Sequence[ImageSeries],
    wanted: str | None,
    *,
    series_uids: Sequence[str],
    image_uids: frozenset[str],
    frame_uids: Sequence[str],
) -> ImageSeries | None:
    """Return the planning image.

    It is the series that the caller names, else, among those in the dose's frame of reference (or
    the structures' where there is none), the one that the structure set was drawn on, else the only
    one there (CT before MR).

    Raises
    ------
    InputError
        If several series fit.
    """
    if wanted is not None:
        return choose(series, wanted, "image series")
    in_frame = [s for s in series if s.frame_uid in frame_uids] if frame_uids else list(series)
    candidates = drawn_on(in_frame, series_uids, image_uids) or in_frame
    if len(candidates) > 1:
        candidates = [s for s in candidates if s.kind == "CT"] or candidates
    if len(candidates) > 1:
        # A localizer or a dose-report page of the same series has few slices; the volume has most.
        most = max(len(s.files) for s in candidates)
        several = [s for s in candidates if len(s.files) > 0.2 * most]
        candidates = several if len({s.uid for s in candidates}) == 1 else candidates
    return choose(candidates, None, "planning image") if candidates else None


def drawn_on(
    series: Sequence[ImageSeries], series_uids: Sequence[str], image_uids: frozenset[str]
) -> list[ImageSeries]:
    """Return the series that a structure set names, by series or by single slices."""
    named = [s for s in series if s.uid and s.uid in series_uids]
    return named or [s for s in series if image_uids & {f.uid for f in s.files}]


def own_series(
    series: Sequence[ImageSeries], series_uids: Sequence[str], image_uids: frozenset[str]
) -> ImageSeries | None:
    """Return the largest series that a structure set was drawn on; None if not in the folder."""
    named = drawn_on(series, series_uids, image_uids)
    return max(named, key=lambda one: len(one.files), default=None)


def choose_plan(
    files: Sequence[ScannedFile], wanted: str | None, plan_uids: Sequence[str]
) -> tuple[tuple[ScannedFile, ...], tuple[str, ...]]:
    """Return the dose's plans (several for MULTI_PLAN), or the chosen or only one, and warnings.

    Raises
    ------
    InputError
        If several plans are there and the dose refers to none of them.
    """
    if wanted is not None:
        chosen = choose(files, wanted, "plan")
        return () if chosen is None else (chosen,), ()
    if not plan_uids:
        chosen = choose(files, None, "plan")
        if chosen is None:
            return (), ()
        return (chosen,), (
            f"The dose does not say which plan it belongs to; {chosen.name} is taken.",
        )
    referenced = tuple(f for f in files if f.uid in plan_uids)
    if referenced or not files:
        return referenced, ()
    if len(files) > 1:
        choose(files, None, "plan")
    return (), (
        f"The dose belongs to a plan that is not in the folder, not to {files[0].described()}; the"
        " prescription must be given, or the plan chosen.",
    )


def check_one_patient(files: Sequence[ScannedFile]) -> None:
    """Raise an error where the objects in use carry different patient IDs (not told)."""
    first: ScannedFile | None = None
    for file in files:
        if not file.text("PatientID"):
            continue
        first = first or file
        if file.text("PatientID") != first.text("PatientID"):
            raise InputError(
                f"{first.name} and {file.name} belong to different patients (Patient ID differs);"
                " put one patient into a folder."
            )


def identifier(scan: FolderScan, preferred: Sequence[ScannedFile]) -> str:
    """Return the study code of the patient that these files are of."""
    return code_of([file.header for file in preferred], scan.folder.resolve().name)


def shown_choice(scan: FolderScan, wanted: str) -> str:
    """Return a caller's choice for the provenance: no UID, no file name, no patient's name."""
    named = (f.name for f in scan.files if wanted in (f.uid, f.relative, f.path.name))
    return next(named, scan.pseudonym.hide(wanted))


def _digest(file: ScannedFile) -> str:
    return hashlib.sha256(read_bytes(file.path, file.name)).hexdigest()
