"""What a folder holds and what is wrong with it, for a physicist's eye."""

from __future__ import annotations

import os
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass, field
from typing import Any

import numpy as np

from ..case import PatientIdentity
from ..geometry import InputError
from .assembly import NOT_USED, Choices, lacking
from .contours import StructureSet, read_structure_set
from .doses import DoseChoice, grid_geometry, read_dose
from .images import ImageSeries, group_series, ijk_to_ras, read_volume
from .plans import read_plan
from .reading import assemble
from .scanning import FolderScan, ScannedFile, load, quiet_pydicom, scan_folder
from .selection import own_series
from .structures import build_structures
from .values import FloatArray, short_uid


@dataclass(frozen=True)
class GridFacts:
    """A grid: voxels, spacing and extent (outer voxel faces) in RAS mm."""

    size_ijk: tuple[int, int, int]
    spacing_mm: tuple[float, float, float]
    low_ras_mm: tuple[float, float, float]
    high_ras_mm: tuple[float, float, float]


@dataclass(frozen=True)
class DoseFacts:
    """What a dose says it is; maximum in Gy (or relative, see units), None if unreadable."""

    units: str
    dose_type: str
    summation_type: str
    maximum: float | None


@dataclass(frozen=True)
class StructureFacts:
    """One region; volume and extent are None where the contours cannot be used (`problem`)."""

    number: int
    name: str
    interpreted_type: str
    algorithm: str
    contours: int
    slices: int
    volume_cc: float | None
    inferior_mm: float | None
    superior_mm: float | None
    problem: str


@dataclass(frozen=True)
class PlanFacts:
    """Target prescription doses (what for, Gy), fractions and number of beams."""

    prescribed_gy: tuple[tuple[str, float], ...]
    fractions: int | None
    beams: int


@dataclass(frozen=True)
class InspectedObject:
    """One image series or one other object of the folder."""

    kind: str
    label: str
    uid: str
    date: str
    files: tuple[str, ...]
    frame_of_reference: str
    used: bool
    note: str
    grid: GridFacts | None = None
    dose: DoseFacts | None = None
    structures: tuple[StructureFacts, ...] = ()
    plan: PlanFacts | None = None


@dataclass(frozen=True)
class Inspection:
    """What a folder holds.

    Attributes
    ----------
    folder : str
        Its name, without the way to it.
    identifier : str
        The patient's study code, empty where no case can be read.
    objects : tuple of InspectedObject
    ignored : tuple of (file name, reason)
    problems : tuple of str
        What keeps the folder from being one case, or deserves a look; one sentence each.
    readable : bool
        Whether a case can be read from the folder without further choices.
    identity : PatientIdentity or None
        None unless asked for; texts and names of files then hold a study code in its place.
    """

    folder: str
    identifier: str
    objects: tuple[InspectedObject, ...]
    ignored: tuple[tuple[str, str], ...]
    problems: tuple[str, ...]
    readable: bool
    identity: PatientIdentity | None = None

    def to_dict(self) -> dict[str, Any]:
        """Return plain lists and dicts for JSON."""
        return asdict(self)


@dataclass(eq=False)
class _Inspector:
    scan: FolderScan
    problems: list[str] = field(default_factory=list)

    def attempt(self, work: Callable[[], Any]) -> Any:
        """Do one piece of work; a complaint becomes a problem and the result None."""
        try:
            return work()
        except InputError as error:
            self.problems.append(str(error))
            return None

    def is_complete(self) -> bool:
        """Say whether dose and structures are there; note what is not."""
        complaints = lacking(self.scan, need_dose=True, need_structures=True)
        self.problems += complaints
        return not complaints

    def check_pixels(self, series: ImageSeries) -> None:
        """Read a series only to hear what is wrong with it."""
        volume = self.attempt(lambda: read_volume(series))
        if volume is not None:
            self.problems += volume[2]


def inspect_folder(
    folder: str | os.PathLike[str], *, identify: bool = False, **choices: Any
) -> Inspection:
    """List every object below a folder and what is wrong with it.

    Parameters
    ----------
    folder : path
    identify : bool
        Keep the patient's name and ID.
    **choices
        `dose`, `structures`, `plan`, `image` and `dose_choice` as in `read_dicom_case`; they decide
        what counts as used.

    Raises
    ------
    InputError
        Only if the folder itself cannot be listed; whatever it holds becomes a line of `problems`.
    """
    with quiet_pydicom():
        scan = scan_folder(folder, identify=identify)
        inspector = _Inspector(scan, list(scan.broken))
        series, complaints = group_series(scan)
        inspector.problems += complaints
        dose_choice = choices.pop("dose_choice", None) or DoseChoice()
        wanted = Choices(dose_choice=dose_choice, need_dose=False, need_structures=False, **choices)
        complete = not scan.files or inspector.is_complete()
        case = inspector.attempt(lambda: assemble(scan, wanted))
        if case is None:
            for one in series:
                inspector.check_pixels(one)
        listed = {(o.kind, o.uid, o.label): o for o in case.listing} if case else {}
        used = {key: (o.used, o.note) for key, o in listed.items()}
        objects = [_image_object(s, used, inspector) for s in series]
        in_series = {file.name for s in series for file in s.files}
        objects += [
            _other_object(file, used, inspector, series)
            for file in scan.files
            if file.name not in in_series
        ]
    if case:
        # What the case says is not used is said by the structures already.
        inspector.problems += [w for w in case.warnings if not w.endswith(NOT_USED)]
    return Inspection(
        folder=_folder_name(scan),
        identifier=case.identifier if case else "",
        objects=tuple(objects),
        ignored=tuple((scan.pseudonym.hide(name), reason) for name, reason in scan.ignored),
        problems=tuple(dict.fromkeys(_shown(scan, problem) for problem in inspector.problems)),
        readable=case is not None and complete,
        identity=scan.identity if case else None,
    )


def _folder_name(scan: FolderScan) -> str:
    return scan.pseudonym.hide(scan.folder.resolve().name)


def _shown(scan: FolderScan, problem: str) -> str:
    """Name files as they are called, but for the patient's name, and no folder's way."""
    named = scan.with_file_names(problem).replace(str(scan.folder), _folder_name(scan))
    return scan.pseudonym.hide(named)


_Used = dict[tuple[str, str, str], tuple[bool, str]]


def _image_object(series: ImageSeries, used: _Used, inspector: _Inspector) -> InspectedObject:
    is_used, note = used.get((series.kind, series.uid, series.label), (False, ""))
    shape = (len(series.files), *series.shape)
    facts = inspector.attempt(lambda: _grid_facts(shape, ijk_to_ras(series)))
    return InspectedObject(
        kind=series.kind,
        label=series.label,
        uid=series.uid,
        date=series.files[0].date,
        files=tuple(file.name for file in series.files),
        frame_of_reference=short_uid(series.frame_uid),
        used=is_used,
        note=note,
        grid=facts,
    )


def _other_object(
    file: ScannedFile, used: _Used, inspector: _Inspector, series: Sequence[ImageSeries]
) -> InspectedObject:
    is_used, note = used.get((file.kind, file.uid, file.label), (False, ""))
    details: dict[str, Any] = {}
    if file.kind == "RTDOSE":
        geometry = inspector.attempt(lambda: grid_geometry(file.header, file.name))
        details["grid"] = _grid_facts(*geometry) if geometry else None
        details["dose"] = _dose_facts(file, inspector)
    elif file.kind == "RTSTRUCT":
        details["structures"] = inspector.attempt(lambda: _structure_facts(file, series)) or ()
        inspector.problems += [s.problem for s in details["structures"] if s.problem]
    elif file.kind == "RTPLAN":
        details["plan"] = inspector.attempt(lambda: _plan_facts(file))
    return InspectedObject(
        kind=file.kind,
        label=file.label,
        uid=file.uid,
        date=file.date,
        files=(file.name,),
        frame_of_reference=short_uid(file.frame_uid),
        used=is_used,
        note=note,
        **details,
    )


def _grid_facts(shape_kji: tuple[int, ...], matrix: FloatArray) -> GridFacts:
    size = shape_kji[::-1]
    ends = np.array([[-0.5, n - 0.5] for n in size])
    corners = np.stack(np.meshgrid(*ends, indexing="ij"), axis=-1).reshape(-1, 3)
    points = corners @ matrix[:3, :3].T + matrix[:3, 3]
    spacing = np.linalg.norm(matrix[:3, :3], axis=0)
    return GridFacts(
        size_ijk=(size[0], size[1], size[2]),
        spacing_mm=_triple(spacing),
        low_ras_mm=_triple(points.min(axis=0)),
        high_ras_mm=_triple(points.max(axis=0)),
    )


def _triple(values: FloatArray) -> tuple[float, float, float]:
    x, y, z = (round(float(v), 4) + 0.0 for v in values)
    return x, y, z


def _dose_facts(file: ScannedFile, inspector: _Inspector) -> DoseFacts:
    units = file.text("DoseUnits").upper()
    summation = file.text("DoseSummationType").upper()
    # The listing shows what is stored; whether it may be used is decided when the case is read.
    lenient = DoseChoice(
        relative_dose_gy=1.0 if units == "RELATIVE" else None,
        scale=1.0 if summation in ("BEAM", "FRACTION") else None,
        summation_type="" if summation else "PLAN",
    )
    read = inspector.attempt(lambda: read_dose((file,), lenient)[0])
    return DoseFacts(
        units=units,
        dose_type=file.text("DoseType").upper(),
        summation_type=summation,
        maximum=float(read.values_gy.max()) if read else None,
    )


def _plan_facts(file: ScannedFile) -> PlanFacts:
    plan = read_plan(load(file).dataset, file.label, file.name)
    return PlanFacts(plan.target_doses, plan.fractions, len(plan.beam_numbers))


def _structure_facts(
    file: ScannedFile, series: Sequence[ImageSeries]
) -> tuple[StructureFacts, ...]:
    contents = read_structure_set(load(file).dataset, file.label, file.name)
    own = own_series(series, contents.series_uids, contents.image_uids)
    built = build_structures(
        contents, file.name, drawn_on=own, planning_frame="", passage_from=lambda _: None
    )
    usable = {structure.name: structure for structure in built.structures}
    facts = []
    for region in contents.regions:
        structure = usable.get(region.name)
        low, high = structure.extent_mm() if structure else (None, None)
        facts.append(
            StructureFacts(
                number=region.number,
                name=region.name,
                interpreted_type=region.interpreted_type,
                algorithm=region.algorithm,
                contours=len(region.contours_lps),
                slices=_planes(contents, region.name),
                volume_cc=structure.volume_cc if structure else None,
                inferior_mm=low,
                superior_mm=high,
                problem=built.unusable.get(region.name, ""),
            )
        )
    return tuple(facts)


def _planes(contents: StructureSet, name: str) -> int:
    """Return on how many planes (of the axis along which they differ most) a region is drawn."""
    contours = next(r.contours_lps for r in contents.regions if r.name == name)
    if not contours:
        return 0
    flat = [int(np.argmin(np.ptp(points, axis=0))) for points in contours]
    axis = max(set(flat), key=flat.count)
    return len({round(float(points[0, axis]), 2) for points in contours})
