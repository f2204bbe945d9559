"""RTSTRUCT contents: regions of interest with their contours as stored (LPS mm)."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass

import numpy as np
from pydicom.dataelem import RawDataElement
from pydicom.dataset import Dataset
from pydicom.tag import Tag

from ..geometry import InputError, report_progress, with_progress
from .values import FloatArray, items, numbers, one_line, text, whole

CLOSED_TYPES = ("CLOSED_PLANAR", "CLOSEDPLANAR_XOR")
_CONTOUR_DATA = Tag(0x3006, 0x0050)


@dataclass(frozen=True, eq=False)
class Region:
    """One ROI of a structure set.

    Attributes
    ----------
    number : int
    name : str
        Unique in its structure set.
    interpreted_type, algorithm : str
        RTROIInterpretedType and ROIGenerationAlgorithm; empty where not stated.
    color : (int, int, int) or None
    frame_uid : str
        Frame of reference of its contours.
    contours_lps : tuple of (n, 3) arrays
        Closed contours in mm.
    problem : str
        Why the contours cannot be used, empty where they can.
    notes : tuple of str
        What was left out.
    """

    number: int
    name: str
    interpreted_type: str
    algorithm: str
    color: tuple[int, int, int] | None
    frame_uid: str
    contours_lps: tuple[FloatArray, ...]
    problem: str
    notes: tuple[str, ...]


@dataclass(frozen=True, eq=False)
class StructureSet:
    """The regions of one RTSTRUCT, and the series and slices that it was drawn on."""

    label: str
    regions: tuple[Region, ...]
    series_uids: tuple[str, ...]
    image_uids: frozenset[str]
    frame_uids: tuple[str, ...]
    warnings: tuple[str, ...]

    @property
    def names(self) -> tuple[str, ...]:
        """Names of all regions."""
        return tuple(region.name for region in self.regions)


def read_structure_set(dataset: Dataset, label: str, file: str) -> StructureSet:
    """Read all regions of an RTSTRUCT data set.

    Two regions of one name are both kept, with their ROI numbers added to the names.

    Raises
    ------
    InputError
        If the structure set holds no regions or its lists are malformed.
    """
    listed = items(dataset, "StructureSetROISequence", file)
    if not listed:
        raise InputError(f"{file}: the structure set '{label}' holds no structures.")
    types = {
        whole(o, "ReferencedROINumber", file): text(o, "RTROIInterpretedType").upper()
        for o in items(dataset, "RTROIObservationsSequence", file)
    }
    contours: dict[int | None, list[Dataset]] = {}
    for item in items(dataset, "ROIContourSequence", file):
        contours.setdefault(whole(item, "ReferencedROINumber", file), []).append(item)
    names, warnings = _unique_names(listed, file)
    regions = []
    named = tuple(zip(listed, names, strict=True))
    for item, name in with_progress(named, lambda pair: f"Reading {pair[1]}"):
        number = whole(item, "ROINumber", file)
        own = contours.pop(number, [])
        regions.append(_region(item, name, types.get(number, ""), own, file))
    warnings += [f"{file}: contours of ROI {n} belong to no listed structure." for n in contours]
    frames = items(dataset, "ReferencedFrameOfReferenceSequence", file)
    series = _referenced_series(frames, file)
    frame_uids = [text(frame, "FrameOfReferenceUID") for frame in frames]
    frame_uids += [region.frame_uid for region in regions]
    return StructureSet(
        label=label,
        regions=tuple(regions),
        series_uids=tuple(uid for one in series if (uid := text(one, "SeriesInstanceUID"))),
        image_uids=_referenced_images(series, dataset, file),
        frame_uids=tuple(dict.fromkeys(filter(None, frame_uids))),
        warnings=tuple(warnings),
    )


def _unique_names(listed: tuple[Dataset, ...], file: str) -> tuple[list[str], list[str]]:
    numbers_ = [whole(item, "ROINumber", file) for item in listed]
    names = [
        text(item, "ROIName") or f"ROI {number}"
        for item, number in zip(listed, numbers_, strict=True)
    ]
    counts = Counter(names)
    unique = [
        f"{name} (ROI {number})" if counts[name] > 1 else name
        for name, number in zip(names, numbers_, strict=True)
    ]
    if len(set(unique)) < len(unique):
        raise InputError(
            f"{file}: two structures have the same name and ROI number; export it again."
        )
    warnings = [
        f"{file}: {count} structures are named {name}; they are told apart by their ROI numbers."
        for name, count in counts.items()
        if count > 1
    ]
    return unique, warnings


def _referenced_series(frames: tuple[Dataset, ...], file: str) -> list[Dataset]:
    return [
        series
        for frame in frames
        for study in items(frame, "RTReferencedStudySequence", file)
        for series in items(study, "RTReferencedSeriesSequence", file)
    ]


def _referenced_images(series: list[Dataset], dataset: Dataset, file: str) -> frozenset[str]:
    """Return the slices that the structure set names in its list, else contour by contour."""
    images = [image for one in series for image in items(one, "ContourImageSequence", file)]
    images = images or [
        image
        for parent in items(dataset, "ROIContourSequence", file)
        for contour in items(parent, "ContourSequence", file)
        for image in items(contour, "ContourImageSequence", file)
    ]
    return frozenset(text(image, "ReferencedSOPInstanceUID") for image in images) - {""}


def _region(
    item: Dataset, name: str, interpreted_type: str, contour_items: list[Dataset], file: str
) -> Region:
    number = whole(item, "ROINumber", file)
    if number is None:
        raise InputError(f"{file}: structure {name} has no ROI number; export it again.")
    contours: tuple[FloatArray, ...] = ()
    notes: tuple[str, ...] = ()
    problem = ""
    try:
        contours, notes = _closed_contours(contour_items, name, file)
    except InputError as error:
        problem = str(error)
    return Region(
        number=number,
        name=name,
        interpreted_type=interpreted_type,
        algorithm=text(item, "ROIGenerationAlgorithm").upper(),
        color=_color(contour_items, file),
        frame_uid=text(item, "ReferencedFrameOfReferenceUID"),
        contours_lps=contours,
        problem=problem,
        notes=notes,
    )


def _closed_contours(
    contour_items: list[Dataset], name: str, file: str
) -> tuple[tuple[FloatArray, ...], tuple[str, ...]]:
    """Return a region's closed contours, and notes on what encloses nothing.

    Raises
    ------
    InputError
        If there are none, or one is malformed or has fewer than three points.
    """
    what = f"{file}: structure {name}"
    contours = []
    left_out: Counter[str] = Counter()
    for parent in contour_items:
        for contour in items(parent, "ContourSequence", file):
            report_progress()
            kind = text(contour, "ContourGeometricType").upper()
            if kind in CLOSED_TYPES:
                contours.append(_points(contour, f"{what}: a contour", file))
            else:
                left_out[kind or "untyped"] += 1
    left = ", ".join(f"{count} {kind}" for kind, count in left_out.items())
    if not contours and left:
        raise InputError(
            f"{what} has no contours that enclose a volume (only {left}); choose another structure."
        )
    if not contours:
        raise InputError(f"{what} has no contours; draw it or choose another structure.")
    return tuple(contours), (
        f"{what}: {left} contour(s) enclose nothing, left out.",
    ) if left else ()


def _color(contour_items: list[Dataset], file: str) -> tuple[int, int, int] | None:
    for parent in contour_items:
        try:
            color = numbers(parent, "ROIDisplayColor", file, 3)
        except InputError:
            color = None  # a wrong colour is no reason to lose a structure
        if color is not None:
            red, green, blue = (int(c) for c in np.clip(color, 0, 255))
            return red, green, blue
    return None


def _points(contour: Dataset, what: str, file: str) -> FloatArray:
    """Return a contour's points (n, 3) in LPS mm, parsed from the stored text in one go."""
    try:
        element = contour.get_item(_CONTOUR_DATA)
    except Exception as error:  # pydicom raises many kinds of errors on malformed bytes
        raise InputError(f"{what} cannot be read ({one_line(error)}); export it again.") from error
    if isinstance(element, RawDataElement) and isinstance(element.value, bytes):
        stored = element.value.decode("ascii", "replace").strip(" \0")
        try:
            values = np.array(stored.split("\\") if stored else [], dtype=np.float64)
        except ValueError as error:
            raise InputError(
                f"{what} is not numeric ({one_line(error)}); export it again."
            ) from error
    else:
        found = numbers(contour, "ContourData", file)
        values = np.empty(0) if found is None else found
    if len(values) % 3 or not np.isfinite(values).all():
        raise InputError(
            f"{what} holds {len(values)} numbers that are not (x, y, z) points in mm; export it"
            " again."
        )
    points: FloatArray = values.reshape(-1, 3)
    announced = text(contour, "NumberOfContourPoints")
    if announced and announced != str(len(points)):
        raise InputError(
            f"{what} announces {announced} points and holds {len(points)}; export it again."
        )
    if len(points) < 3:
        place = f" at z = {points[0, 2]:.2f} mm" if len(points) else ""
        raise InputError(
            f"{what}{place} has {len(points)} point(s); a closed contour needs at least 3,"
            " redraw or"
            " delete it."
        )
    return points
