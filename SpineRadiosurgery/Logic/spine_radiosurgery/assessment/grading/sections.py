"""Tumor and canal on one common grid of thin sections across the canal.

The sections are axial, as the images are that a grade is read from. Where the canal is tilted by
more than `TILTED_DEG` against them, an axial plane cuts it obliquely: a short tumor then fills
less of a section than it does of the canal. The sections are therefore turned normal to the
canal's mean course beside the tumor. They stay parallel to each other: where the canal is curved,
what is left of the tilt stretches all areas of one section alike, so that shares of the canal keep
their value, and losses are read against sections above and below.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ...geometry import SUPERIOR, Grid, Structure
from .limits import APART_OTHERWISE_VOXELS, APART_VOXELS
from .signed_shapes import FAR, SignedShape, signed_shape_between

FloatArray = NDArray[np.float64]
Mask = NDArray[np.bool_]

REACH_MM = 20.0
"""How far above and below the tumor the canal is looked at."""
OBLIQUE_MM = 20.0
"""Read beyond that, for sections that run obliquely."""
SECTION_MM = 1.0
"""Distance of the sections."""
PIXEL_MM = 0.4
"""Pixels of a section."""
MOST_PIXELS = 8e6
"""Of all sections; where there would be more, the pixels grow."""
MARGIN_MM = 5.0
"""Around canal, sac and cord."""
TILTED_DEG = 10.0
COURSE_MM = 10.0
"""The course is taken from the tumor's height and this much above and below."""
BIN_MM = 2.0
"""Height of the layers whose centroids give the canal's course."""
FEWEST_BINS = 4
GUIDES = ("canal", "sac", "cord")
"""What the course is taken from; the first that there is."""


@dataclass(frozen=True, eq=False)
class Sections:
    """Masks of the structures on common sections.

    Attributes
    ----------
    grid : Grid
        k along the canal toward the head, j anterior, i right.
    masks : mapping of str to (k, j, i) bool arrays
        "tumour", "canal", "sac", "cord"; what is missing has no mask.
    signed_mm : mapping of str to (k, j, i) float arrays
        Their distances to the outlines within a section, positive inside, valid up to a voxel
        outside: finer than the pixels.
    voxel_mm : mapping of str to float
        How finely each structure is known within a section.
    tilt_deg : float
        Of the canal's mean course against the superior axis.
    one_image : frozenset of str
        The masks that lie on the voxels of the image of the tumor. Where two of them meet, they
        have the same edge, however coarse the voxels are.
    """

    grid: Grid
    masks: Mapping[str, Mask]
    signed_mm: Mapping[str, NDArray[np.float32]]
    voxel_mm: Mapping[str, float]
    tilt_deg: float
    one_image: frozenset[str] = frozenset()

    @property
    def pixel_mm(self) -> float:
        """Edge of a pixel."""
        return float(self.grid.spacing_mm[0])

    @property
    def step_mm(self) -> float:
        """Distance of the sections."""
        return float(self.grid.spacing_mm[2])

    @property
    def heights_mm(self) -> FloatArray:
        """Of the sections along the course, (k,)."""
        return np.asarray(np.arange(self.grid.shape_kji[0]) * self.step_mm, dtype=np.float64)

    def coarsest_mm(self, *names: str) -> float:
        """The coarsest voxel of some structures, together with the sections' own pixel."""
        known = [self.voxel_mm[name] for name in names if name in self.voxel_mm]
        return float(np.hypot(max(known, default=0.0), self.pixel_mm))

    def edge_mm(self, name: str) -> float:
        """The coarser voxel of tumor and a structure, for the distance of their edges."""
        return max(self.voxel_mm[name], self.voxel_mm["tumour"])

    def edges_apart_mm(self, name: str) -> float:
        """Likewise, larger where the two are not on the voxels of one image."""
        factor = 1.0 if name in self.one_image else APART_OTHERWISE_VOXELS / APART_VOXELS
        return factor * self.edge_mm(name)

    def to_ras(self, section: int, right_anterior_mm: FloatArray) -> tuple[float, float, float]:
        """RAS point of a place in a section, given from its first pixel's centre."""
        ijk = np.array([*(right_anterior_mm / self.pixel_mm), section], dtype=np.float64)
        right, anterior, superior = self.grid.to_ras(ijk[np.newaxis])[0]
        return float(right), float(anterior), float(superior)


def sections_of(
    tumours: Sequence[Structure], structures: Mapping[str, Structure]
) -> Sections | None:
    """Put tumor, canal, sac and cord on common sections.

    Parameters
    ----------
    tumours : sequence of Structure
        At least one; they count together.
    structures : mapping of str to Structure
        Some of "canal", "sac", "cord".

    Returns
    -------
    Sections or None
        None where none of the structures comes near the tumor.
    """
    extents = [t.extent_mm() for t in tumours]
    low, high = min(e[0] for e in extents), max(e[1] for e in extents)
    reach = (low - REACH_MM - OBLIQUE_MM, high + REACH_MM + OBLIQUE_MM)
    found = {n: signed_shape_between(s, *reach) for n, s in structures.items()}
    near = {n: o for n, o in found.items() if o is not None}
    parts = [o for t in tumours if (o := signed_shape_between(t, low, high)) is not None]
    if not near or not parts:
        return None
    guide = next(near[n] for n in GUIDES if n in near)
    course = _course(guide, low, high)
    tilt = float(np.degrees(np.arccos(course[2])))
    grid = _grid(parts, list(near.values()), course if tilt > TILTED_DEG else SUPERIOR)
    signed = {n: np.where(_is_whole(o, grid), o.on(grid), FAR) for n, o in near.items()}
    signed["tumour"] = np.max([o.on(grid) for o in parts], axis=0)
    masks = {n: np.asarray(s > 0) for n, s in signed.items()}
    across = grid.directions[:, :2].T
    voxels = {n: max(o.voxel_mm(d) for d in across) for n, o in near.items()}
    voxels["tumour"] = max(o.voxel_mm(d) for o in parts for d in across)
    one = {n for n, o in near.items() if all(o.shares_voxels_with(t) for t in parts)}
    return Sections(grid, masks, signed, voxels, tilt, frozenset(one))


def _course(guide: SignedShape, low_mm: float, high_mm: float) -> FloatArray:
    """Mean direction of a structure between two heights, a unit vector toward the head."""
    points = guide.points_ras
    beside = (points[:, 2] > low_mm - COURSE_MM) & (points[:, 2] < high_mm + COURSE_MM)
    layer = np.floor(points[beside, 2] / BIN_MM).astype(int)
    if not len(layer) or np.ptp(layer) + 1 < FEWEST_BINS:
        return SUPERIOR
    layer -= layer.min()
    count = np.bincount(layer)
    sums = np.stack([np.bincount(layer, points[beside, a]) for a in range(3)])
    centres = (sums[:, count > 0] / count[count > 0]).T
    slope = np.polyfit(centres[:, 2], centres[:, :2], 1)[0]
    direction: FloatArray = np.array([*slope, 1.0])
    return direction / np.linalg.norm(direction)


def _grid(
    tumours: Sequence[SignedShape],
    near: Sequence[SignedShape],
    axis: FloatArray,
) -> Grid:
    """A grid along an axis that holds all that is near, as high as the tumor and its reach."""
    right = np.array([1.0, 0.0, 0.0])
    right = right - (right @ axis) * axis
    right /= np.linalg.norm(right)
    axes = np.stack([right, np.cross(axis, right), axis])
    points = np.concatenate([o.points_ras for o in near])
    across = points @ axes[:2].T
    low, high = across.min(axis=0) - MARGIN_MM, across.max(axis=0) + MARGIN_MM
    heights = np.concatenate([o.points_ras for o in tumours]) @ axis
    along = points @ axis
    bottom = max(float(heights.min()) - REACH_MM, float(along.min()) - SECTION_MM)
    top = min(float(heights.max()) + REACH_MM, float(along.max()) + SECTION_MM)
    bottom, top = min(bottom, float(heights.min())), max(top, float(heights.max()))
    count = int(np.ceil((top - bottom) / SECTION_MM)) + 1
    pixel = max(PIXEL_MM, float(np.sqrt(np.prod(high - low) * count / MOST_PIXELS)))
    i, j = (int(n) for n in np.ceil((high - low) / pixel) + 1)
    matrix = np.eye(4)
    matrix[:3, :3] = axes.T * (pixel, pixel, SECTION_MM)
    matrix[:3, 3] = axes.T @ np.array([*low, bottom])
    return Grid((count, j, i), matrix)


def _is_whole(shape: SignedShape, grid: Grid) -> Mask:
    """Sections that do not run out of a structure through its upper or lower end, (k, 1, 1)."""
    axis = grid.directions[:, 2]
    points = shape.points_ras
    layer = shape.voxel_mm(SUPERIOR)
    top = points[points[:, 2] > points[:, 2].max() - 0.5 * layer] @ axis
    bottom = points[points[:, 2] < points[:, 2].min() + 0.5 * layer] @ axis
    first = float(grid.ijk_to_ras[:3, 3] @ axis)
    heights = first + np.arange(grid.shape_kji[0]) * float(grid.spacing_mm[2])
    whole = (heights > bottom.max() - 0.5 * layer) & (heights < top.min() + 0.5 * layer)
    return np.asarray(whole[:, np.newaxis, np.newaxis])
