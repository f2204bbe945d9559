"""From stored contours to structures in the planning image's frame."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

import numpy as np

from ..geometry import InputError, Structure, with_progress
from .contours import Region, StructureSet
from .images import ImageSeries
from .registration import Passage
from .values import FloatArray, short_uid

OFF_SLICE_MM = 0.1
OFF_SLICE_SHARE = 0.05
"""A contour is off the slices beyond the larger of 0.1 mm and 5 % of the slice spacing."""
FINER_THAN_IMAGE = 0.9
"""Regular contour planes closer than this share of the slice spacing were drawn on a finer grid."""
_PARALLEL = 1 - 1e-4


@dataclass(frozen=True, eq=False)
class BuiltStructures:
    """Usable structures, unusable names with the sentence why, and warnings."""

    structures: tuple[Structure, ...]
    unusable: dict[str, str] = field(default_factory=dict)
    warnings: tuple[str, ...] = ()


def build_structures(
    contents: StructureSet,
    file: str,
    *,
    drawn_on: ImageSeries | None,
    planning_frame: str,
    passage_from: Callable[[str], Passage | None],
) -> BuiltStructures:
    """Make structures of all regions that can be used.

    Parameters
    ----------
    contents : StructureSet
    file : str
        Name of the RTSTRUCT, for messages.
    drawn_on : ImageSeries, optional
        The image whose slices the contours must lie on.
    planning_frame : str
        Frame of reference of the planning image (empty if unknown).
    passage_from : callable
        Gives the registered way from a frame into the planning frame, or None.

    Raises
    ------
    InputError
        If every region lies in another frame of reference.
    """
    structures: list[Structure] = []
    unusable: dict[str, str] = {}
    warnings: list[str] = [*contents.warnings]
    moved: dict[str, Passage] = {}
    strangers = 0
    for region in with_progress(contents.regions, lambda region: f"Building {region.name}"):
        frame = region.frame_uid or (contents.frame_uids[0] if contents.frame_uids else "")
        passage = None
        if planning_frame and frame and frame != planning_frame:
            passage = passage_from(frame)
            if passage is None:
                strangers += 1
                unusable[region.name] = (
                    f"{file}: structure {region.name} lies in frame of reference"
                    f" {short_uid(frame)},"
                    f" the planning image in {short_uid(planning_frame)}, and no registration leads"
                    " from one to the other."
                )
                continue
            moved[frame] = passage
        try:
            slices = drawn_on if drawn_on is not None and drawn_on.frame_uid == frame else None
            structure, notes = _build(region, file, slices, passage)
        except InputError as error:
            unusable[region.name] = _with_file(str(error), file)
            continue
        structures.append(structure)
        warnings += [*region.notes, *notes]
    if strangers == len(contents.regions):
        raise InputError(next(iter(unusable.values())))
    warnings += [
        f"{file}: contours were moved from frame of reference {short_uid(frame)} into the planning"
        f" image's by {', '.join(passage.names)}."
        for frame, passage in moved.items()
    ]
    return BuiltStructures(tuple(structures), unusable, tuple(warnings))


def _with_file(sentence: str, file: str) -> str:
    if file in sentence:
        return sentence
    return f"{file}: {sentence[:1].lower()}{sentence[1:]}"


def _build(
    region: Region, file: str, slices: ImageSeries | None, passage: Passage | None
) -> tuple[Structure, tuple[str, ...]]:
    if region.problem:
        raise InputError(region.problem)
    spacing, superior, notes = _slice_facts(region, file, slices)
    if passage is not None:
        superior = None
    structure = Structure.from_contours(
        region.name,
        [_to_ras(points, passage) for points in region.contours_lps],
        number=region.number,
        interpreted_type=region.interpreted_type,
        algorithm=region.algorithm,
        color=region.color,
        slice_spacing_mm=spacing,
        slice_positions_mm=superior,
    )
    return structure, notes


def _to_ras(points_lps: FloatArray, passage: Passage | None) -> FloatArray:
    if passage is not None:
        points_lps = points_lps @ passage.matrix_lps[:3, :3].T + passage.matrix_lps[:3, 3]
    return points_lps * [-1.0, -1.0, 1.0]


def _slice_facts(
    region: Region, file: str, slices: ImageSeries | None
) -> tuple[float | None, list[float] | None, tuple[str, ...]]:
    """Compare contour planes with image slices.

    Returns
    -------
    slice spacing and superior positions of the slices that the contours lie on (None where they
    were drawn on a finer grid or across the slices), and warnings.

    Raises
    ------
    InputError
        If a contour lies off every slice.
    """
    if slices is None or slices.spacing_mm is None:
        return None, None, ()
    spacing = slices.spacing_mm
    across = _tilt_against(region, slices.normal)
    if across > np.degrees(np.arccos(_PARALLEL)):
        note = f"{file}: structure {region.name} is drawn in planes tilted {across:.1f} degrees"
        return None, None, (f"{note} against the image's slices.",)
    tolerance = max(OFF_SLICE_MM, OFF_SLICE_SHARE * spacing)
    heights = np.array([points[0] for points in region.contours_lps]) @ slices.normal
    positions = slices.positions_mm
    distance = np.abs(heights[:, np.newaxis] - positions).min(axis=1)
    if (distance <= tolerance).all():
        axial = abs(slices.normal[2]) > _PARALLEL
        # Copies of slices lie on one another.
        superior = np.unique(positions * np.sign(slices.normal[2])).tolist() if axial else None
        return spacing, sorted(superior) if superior else None, ()
    if _on_finer_grid(heights, positions, spacing, tolerance):
        own = float(np.median(np.diff(np.unique(np.round(heights, 3)))))
        note = f"{file}: structure {region.name} is drawn on planes {own:.2f} mm apart, finer than"
        return None, None, (f"{note} the image's slices ({spacing:.2f} mm).",)
    worst = int(np.argmax(distance))
    axis = int(np.argmax(np.abs(slices.normal)))
    place = float(np.median(region.contours_lps[worst][:, axis]))
    raise InputError(
        f"{file}: structure {region.name}: the contour at {'xyz'[axis]} = {place:.2f} mm lies"
        " off every"
        f" image slice (the nearest is {distance[worst]:.2f} mm away, {tolerance:.2f} mm are"
        " allowed); redraw it on the planning image."
    )


def _tilt_against(region: Region, normal: FloatArray) -> float:
    """Return the angle in degrees between the contours' planes and the slices."""
    largest = max(region.contours_lps, key=len)
    centred = largest - largest[0]
    area = np.cross(centred, np.roll(centred, -1, axis=0)).sum(axis=0)
    length = float(np.linalg.norm(area))
    if length < 1e-9:
        return 0.0
    return float(np.degrees(np.arccos(min(1.0, abs(float(area @ normal)) / length))))


def _on_finer_grid(
    heights: FloatArray, positions: FloatArray, spacing: float, tolerance: float
) -> bool:
    """Say whether the planes are regular, closer than the slices, and inside the image."""
    planes = np.unique(np.round(heights, 3))
    if len(planes) < 3:
        return False
    steps = np.diff(planes)
    step = float(np.median(steps))
    multiples = np.rint(steps / step)
    off = np.abs(steps - multiples * step)
    regular = bool(multiples.min() >= 1) and float(off.max()) <= min(tolerance, 0.1 * step)
    inside = planes[0] >= positions[0] - spacing / 2 and planes[-1] <= positions[-1] + spacing / 2
    return bool(regular and inside and step < FINER_THAN_IMAGE * spacing)
