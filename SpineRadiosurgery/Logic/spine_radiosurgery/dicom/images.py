"""CT and MR series: slices grouped, sorted along their normal, checked, stacked."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ..case import ImageVolume, Pseudonym, SourceFile
from ..geometry import InputError, report_progress, with_progress
from .scanning import FILES_BETWEEN, IMAGE_KINDS, FolderScan, ScannedFile
from .slices import read_slice
from .values import LPS_TO_RAS, FloatArray, number, numbers, plane_axes, whole

SLICE_TOLERANCE = 0.05
"""A slice may be off the regular grid by this share of the spacing (positions are rounded text)."""
MOST_BLANK = 2
"""A series that spans more than this many times its slices has gaps, not missing slices."""
SAME_POSITION_MM = 0.01
"""Slices closer than this lie on one another."""
THICKEST_SLICE_MM = 3.0
"""Ryu et al. 2015 ask for CT slices of 1 to 3 mm."""


@dataclass(frozen=True, eq=False)
class ImageSeries:
    """Parallel single-frame slices of one series, ascending along their normal (LPS).

    Attributes
    ----------
    files : tuple of ScannedFile
    origins : (n, 3)
        ImagePositionPatient of each slice, LPS mm.
    along_row, along_column : (3,)
        Unit vectors (LPS) of rising column and row index.
    pixel_spacing_mm : (float, float)
        Between rows, between columns.
    shape : (int, int)
        Rows, columns.
    """

    kind: str
    uid: str
    files: tuple[ScannedFile, ...]
    origins: FloatArray
    along_row: FloatArray
    along_column: FloatArray
    pixel_spacing_mm: tuple[float, float]
    shape: tuple[int, int]

    @property
    def normal(self) -> FloatArray:
        """Unit normal of the slices (LPS)."""
        normal = np.cross(self.along_row, self.along_column)
        return np.asarray(normal, dtype=np.float64)

    @property
    def positions_mm(self) -> FloatArray:
        """Slice positions along the normal, ascending."""
        positions: FloatArray = self.origins @ self.normal
        return positions

    @property
    def spacing_mm(self) -> float | None:
        """Median distance between slices, copies left out; None for a single slice."""
        steps = np.diff(self.positions_mm)
        steps = steps[steps > SAME_POSITION_MM]
        return float(np.median(steps)) if steps.size else None

    @property
    def label(self) -> str:
        """Series description, else the first file's name."""
        return self.files[0].label

    @property
    def pseudonym(self) -> Pseudonym:
        """What hides the patient in the label."""
        return self.files[0].pseudonym

    @property
    def frame_uid(self) -> str:
        """Frame of reference."""
        return self.files[0].frame_uid

    @property
    def size(self) -> tuple[int, int, int]:
        """Columns, rows, slices."""
        return self.shape[1], self.shape[0], len(self.files)

    def described(self) -> str:
        """Name the series for a list from which the reader chooses."""
        facts = f"{len(self.files)} slices, UID {self.uid or 'none'}"
        return f"{self.kind} series '{self.label}' ({facts})"


def group_series(scan: FolderScan) -> tuple[tuple[ImageSeries, ...], tuple[str, ...]]:
    """Group image slices by series, orientation, pixel grid and frame of reference.

    Returns
    -------
    series, complaints
        Sentences about files that cannot be slices of a volume (no position, multi-frame).
    """
    groups: dict[tuple[Any, ...], list[tuple[ScannedFile, FloatArray]]] = {}
    complaints = []
    for file in with_progress(scan.of_kind(*IMAGE_KINDS), "Sorting images", FILES_BETWEEN):
        try:
            key, origin = _slice_geometry(file)
        except InputError as error:
            complaints.append(str(error))
            continue
        groups.setdefault(key, []).append((file, origin))
    series = []
    for key, members in groups.items():
        axes = np.array(key[3]), np.array(key[4])
        normal = np.cross(*axes)
        members.sort(key=lambda member: (float(member[1] @ normal), member[0].name))
        files, origins = zip(*members, strict=True)
        series.append(
            ImageSeries(key[0], key[1], tuple(files), np.array(origins), *axes, key[5], key[6])
        )
    return tuple(sorted(series, key=lambda s: (s.label, s.uid))), tuple(complaints)


def read_volume(
    series: ImageSeries,
) -> tuple[ImageVolume | None, tuple[SourceFile, ...], tuple[str, ...]]:
    """Read a series' pixels into one volume.

    A slice that is missing inside a regular series stays blank and is named; a series whose slices
    do not lie on a regular grid has no volume (the numbers come from contours and dose).

    Returns
    -------
    image, sources, warnings

    Raises
    ------
    InputError
        If a slice is corrupt, or two different slices lie on one another.
    """
    series, warnings = _without_copies(series)
    name = f"{series.kind} series '{series.label}'"
    warnings += _thickness_warnings(series, name)
    places, problem = _grid_places(series)
    sheared, tilt = _slice_step(series)
    if not problem and sheared is None:
        problem = "has slices that are shifted sideways against each other"
    step = sheared if sheared is not None else series.normal
    planes, sources = [], []
    for file in with_progress(series.files, "Reading the image", every=FILES_BETWEEN):
        plane, digest = read_slice(file)
        sources.append(SourceFile(file.name, digest, series.kind))
        if plane.shape != series.shape:
            raise InputError(
                f"{file.name} holds {plane.shape} pixels, its header says {series.shape}."
            )
        planes.append(plane)
    if problem:
        warnings += (f"{name} {problem}: it is not shown; doses and volumes do not depend on it.",)
        return None, tuple(sources), warnings
    if tilt > 0.1:
        warnings += (f"{name} is tilted against its slices by {tilt:.1f} degrees (gantry tilt).",)
    warnings += _missing_slices(series, places, name)
    report_progress()
    values = _stack(planes, places)
    thickness = number(series.files[0].header, "SliceThickness", series.files[0].name)
    volume = ImageVolume(values, ijk_to_ras(series, step), series.kind, series.label, thickness)
    return volume, tuple(sources), warnings


def ijk_to_ras(series: ImageSeries, step_lps: FloatArray | None = None) -> FloatArray:
    """Return the affine from column, row, slice to RAS mm; `step_lps`: from slice to slice."""
    if step_lps is None:
        step_lps = series.normal * (series.spacing_mm or 1.0)
    matrix = np.eye(4)
    matrix[:3, 0] = series.along_row * series.pixel_spacing_mm[1]
    matrix[:3, 1] = series.along_column * series.pixel_spacing_mm[0]
    matrix[:3, 2] = step_lps
    matrix[:3, 3] = series.origins[0]
    return LPS_TO_RAS @ matrix


def _slice_geometry(file: ScannedFile) -> tuple[tuple[Any, ...], FloatArray]:
    """Return what slices of one volume have in common, and the slice's origin."""
    header, name = file.header, file.name
    if (whole(header, "NumberOfFrames", name) or 1) > 1:
        raise InputError(f"{name} is a multi-frame {file.kind}; single-frame slices are read.")
    origin = numbers(header, "ImagePositionPatient", name, 3)
    axes = plane_axes(header, name)
    spacing = numbers(header, "PixelSpacing", name, 2)
    rows, columns = whole(header, "Rows", name), whole(header, "Columns", name)
    if origin is None or axes is None or spacing is None or not rows or not columns:
        raise InputError(f"{name} is a {file.kind} without position in the patient; it stays out.")
    if spacing.min() <= 0:
        raise InputError(f"{name}: PixelSpacing {spacing.tolist()} mm must be positive.")
    key = (
        file.kind,
        file.text("SeriesInstanceUID"),
        file.frame_uid,
        tuple(np.round(axes[0], 4).tolist()),
        tuple(np.round(axes[1], 4).tolist()),
        (float(spacing[0]), float(spacing[1])),
        (rows, columns),
    )
    return key, origin


def _without_copies(series: ImageSeries) -> tuple[ImageSeries, tuple[str, ...]]:
    """Drop second copies of the same slice; refuse different slices at one position."""
    positions = series.positions_mm
    keep = [0]
    copies = []
    for index in range(1, len(positions)):
        before = keep[-1]
        if positions[index] - positions[before] > SAME_POSITION_MM:
            keep.append(index)
            continue
        report_progress()
        first, second = series.files[before], series.files[index]
        if first.path.stat().st_size != second.path.stat().st_size or (
            read_slice(first)[0].tobytes() != read_slice(second)[0].tobytes()
        ):
            raise InputError(
                f"{first.name} and {second.name} are different slices of {series.kind} series"
                f" '{series.label}' at the same position {_place(series, index)}: remove one"
                " (a time point or an older reconstruction?)."
            )
        copies.append(second.name)
    if not copies:
        return series, ()
    cleaned = replace(
        series, files=tuple(series.files[i] for i in keep), origins=series.origins[keep]
    )
    return cleaned, (
        f"{series.kind} series '{series.label}': {len(copies)} slice(s) are there twice"
        f" ({copies[0]}, ...); used once.",
    )


def _thickness_warnings(series: ImageSeries, name: str) -> tuple[str, ...]:
    thickness = number(series.files[0].header, "SliceThickness", series.files[0].name) or 0.0
    worst = max(thickness, series.spacing_mm or 0.0)
    if worst <= THICKEST_SLICE_MM + 1e-3:
        return ()
    return (f"{name} has slices of {worst:g} mm; the paper asks for 1 to 3 mm.",)


def _grid_places(series: ImageSeries) -> tuple[NDArray[np.int64], str]:
    """Return each slice's place on the regular grid, and what is wrong where there is no grid."""
    positions = series.positions_mm
    if len(positions) < 2:
        return np.zeros(len(positions), dtype=np.int64), ""
    spacing = float(np.median(np.diff(positions)))
    places = np.concatenate([[0], np.cumsum(np.rint(np.diff(positions) / spacing))]).astype(
        np.int64
    )
    if np.diff(places).min() < 1:
        return places, _uneven(series, int(np.argmin(np.diff(positions))))
    if places[-1] >= MOST_BLANK * len(places):
        return places, _uneven(series, int(np.argmax(np.diff(positions))))
    fit = np.polyfit(places, positions, 1)
    off = np.abs(positions - np.polyval(fit, places))
    if off.max() > max(SAME_POSITION_MM, SLICE_TOLERANCE * spacing):
        worst = int(np.argmax(np.abs(np.diff(positions) - np.diff(places) * spacing)))
        return places, _uneven(series, worst)
    return places, ""


def _uneven(series: ImageSeries, index: int) -> str:
    step = float(series.positions_mm[index + 1] - series.positions_mm[index])
    return (
        f"has uneven slice distances ({step:.2f} mm after {_place(series, index)},"
        f" {series.spacing_mm:.2f} mm elsewhere)"
    )


def _slice_step(series: ImageSeries) -> tuple[FloatArray | None, float]:
    """Return the LPS vector from slice to slice (None if not straight) and its tilt in degrees."""
    if len(series.files) < 2:
        thickness = number(series.files[0].header, "SliceThickness", series.files[0].name)
        return series.normal * (thickness or 1.0), 0.0
    positions = series.positions_mm
    whole_way = series.origins[-1] - series.origins[0]
    straight = series.origins[0] + np.outer(
        (positions - positions[0]) / (positions[-1] - positions[0]), whole_way
    )
    if np.linalg.norm(series.origins - straight, axis=1).max() > 0.1:
        return None, 0.0
    places, _ = _grid_places(series)
    step = whole_way / max(int(places[-1]), 1)
    cosine = float(step @ series.normal / np.linalg.norm(step))
    return step, float(np.degrees(np.arccos(min(1.0, cosine))))


def _missing_slices(series: ImageSeries, places: NDArray[np.int64], name: str) -> tuple[str, ...]:
    absent = sorted(set(range(int(places[-1]) + 1)) - set(places.tolist()))
    if not absent:
        return ()
    spacing = series.spacing_mm or 0.0
    where = ", ".join(
        _position_text(series, series.origins[0] + n * spacing * series.normal) for n in absent[:10]
    )
    more = f" and {len(absent) - 10} more" if len(absent) > 10 else ""
    return (f"{name} lacks {len(absent)} slice(s) at {where}{more}; they are shown blank.",)


def _place(series: ImageSeries, index: int) -> str:
    return _position_text(series, series.origins[index])


def _position_text(series: ImageSeries, point: FloatArray) -> str:
    axis = int(np.argmax(np.abs(series.normal)))
    return f"{'xyz'[axis]} = {point[axis]:.2f} mm"


def _stack(planes: list[NDArray[Any]], places: NDArray[np.int64]) -> NDArray[Any]:
    kind = np.result_type(*{plane.dtype for plane in planes})
    blank = min(float(plane.min()) for plane in planes) if len(planes) <= places[-1] else 0.0
    volume = np.full((int(places[-1]) + 1, *planes[0].shape), blank, dtype=kind)
    for place, plane in zip(places.tolist(), planes, strict=True):
        volume[place] = plane
    return volume
