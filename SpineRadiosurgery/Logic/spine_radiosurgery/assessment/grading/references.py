"""How a structure is changed beside the tumor, against the sections above and below it.

Cord and canal taper and bend. What a section would be like without tumor is interpolated linearly
between sections a few millimetres above and below, of area and second moments as of the place,
which is read against the canal's own course, a smooth curve through its centroids. Without a canal
the course between both ends is straight, and the bend at the ends tells how wrong that may be.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from .limits import ONE_SIDED_MM, ONE_SIDED_PERCENT, SIGMAS, Measured, area_error_mm2
from .profiles import Profile

FloatArray = NDArray[np.float64]
Mask = NDArray[np.bool_]

NEAR_MM, FAR_MM = 3.0, 13.0
"""The sections above and below that serve as reference, from the end of the tumor in the canal."""
FEWEST = 3
"""Sections on a side."""
COURSE_DEGREE = 3
"""Of the polynomial that is the canal's course."""
FEWEST_OF_COURSE = 8
"""Sections with a canal for each degree."""
BOTH_SIDES, ABOVE, BELOW = "above and below", "above only", "below only"


@dataclass(frozen=True)
class Change:
    """The greatest change of a structure over all sections with tumor; None where it is open.

    Attributes
    ----------
    loss_percent : Measured or None
        Of cross-section; below zero where it is larger.
    narrowing_percent : Measured or None
        Greatest loss of width in any direction.
    displacement_mm : Measured or None
        Of the centroid.
    indentation_mm : Measured or None
        How far tumor pushes its outline in.
    sides : str
        Where the reference lies: "above and below", "above only", "below only"; "" for none.
    is_whole : bool
        Whether the structure, and a reference for it, is there beside all of the tumor.
    """

    loss_percent: Measured | None = None
    narrowing_percent: Measured | None = None
    displacement_mm: Measured | None = None
    sides: str = ""
    is_whole: bool = False
    indentation_mm: Measured | None = None


@dataclass(frozen=True, eq=False)
class Zone:
    """A stretch of sections with tumor, and those above and below that it is compared with.

    Attributes
    ----------
    stretch, above, below : (n,) int arrays
        Sections; of a side without enough of them, none.
    """

    stretch: NDArray[np.int64]
    above: NDArray[np.int64]
    below: NDArray[np.int64]

    @property
    def sides(self) -> str:
        """Where the reference lies."""
        if len(self.above) and len(self.below):
            return BOTH_SIDES
        if len(self.above):
            return ABOVE
        return BELOW if len(self.below) else ""

    @property
    def ends(self) -> tuple[NDArray[np.int64], ...]:
        """The sides that there are, from below."""
        return tuple(end for end in (self.below, self.above) if len(end))

    def expected(self, values: FloatArray, heights_mm: FloatArray) -> FloatArray:
        """What the stretch's values would be without tumor, (n, ...)."""
        return self.line(values, heights_mm, self.stretch)

    def scatter(self, values: FloatArray, heights_mm: FloatArray) -> float:
        """Standard deviation of the reference about the line through it."""
        at = np.concatenate(self.ends)
        rest = values[at] - self.line(values, heights_mm, at)
        return float(np.sqrt((rest**2).reshape(len(at), -1).sum(axis=1).mean()))

    def line(self, values: FloatArray, heights_mm: FloatArray, at: NDArray[np.int64]) -> FloatArray:
        """The straight line through the reference, at some sections, (n, ...)."""
        means = [values[end].mean(axis=0) for end in self.ends]
        if len(means) == 1:
            return np.broadcast_to(means[0], (len(at), *means[0].shape))
        low, high = (float(heights_mm[end].mean()) for end in self.ends)
        share = ((heights_mm[at] - low) / (high - low)).reshape(-1, *[1] * (values.ndim - 1))
        return np.asarray((1 - share) * means[0] + share * means[1])

    def sagitta_mm(self, centre_mm: FloatArray, heights_mm: FloatArray) -> float:
        """By how much a bent course leaves the straight line between both ends."""
        if len(self.ends) < 2:
            return ONE_SIDED_MM
        slopes = [np.polyfit(heights_mm[end], centre_mm[end], 1)[0] for end in self.ends]
        length = float(heights_mm[self.above].mean() - heights_mm[self.below].mean())
        return float(np.linalg.norm(slopes[1] - slopes[0])) * length / 8


@dataclass(frozen=True, eq=False)
class Beside:
    """Where tumor is, and what the place of a structure is read against.

    Attributes
    ----------
    has_tumour : (k,) bool array
        Sections with tumor in the canal.
    heights_mm : (k,)
    canal : Profile or None
    """

    has_tumour: Mask
    heights_mm: FloatArray
    canal: Profile | None

    def course_mm(self, zone: Zone) -> FloatArray:
        """Smooth curve through the canal's centroids, (k, 2): its wall has openings at the sides.

        Zero where the canal is not there beside a stretch of tumor and its reference.
        """
        used = np.concatenate([zone.stretch, *zone.ends])
        if self.canal is None or not self.canal.is_there[used].all():
            return np.zeros((len(self.heights_mm), 2))
        there = self.canal.is_there
        middle = self.heights_mm - self.heights_mm.mean()
        degree = min(COURSE_DEGREE, max(int(there.sum()) // FEWEST_OF_COURSE, 0))
        powers = np.vander(middle / max(float(np.abs(middle).max()), 1.0), degree + 1)
        factors = np.linalg.lstsq(powers[there], self.canal.centre_mm[there], rcond=None)[0]
        return np.asarray(powers @ factors)


def change_of(
    structure: Profile,
    where: Beside,
    voxel_mm: float,
    edge_mm: FloatArray | None = None,
) -> Change:
    """Measure how a structure is changed beside the tumor.

    Parameters
    ----------
    structure : Profile
        Averaged; of area 0 where tumor takes up all of the structure.
    where : Beside
    voxel_mm : float
        How finely the structure is known.
    edge_mm : (k,), optional
        Length of its outline that tumor makes in each section: half a voxel may be wrong there.
    """
    edges = np.zeros(len(where.heights_mm)) if edge_mm is None else edge_mm
    changes = []
    for zone in zones_of(structure, where):
        stretch = zone.stretch[structure.is_there[zone.stretch]]
        if not len(stretch) or not zone.sides:
            changes.append(Change(sides=zone.sides))
            continue
        known = replace(zone, stretch=stretch)
        changes.append(
            Change(
                *_sizes(structure, known, where.heights_mm, voxel_mm, edges),
                _displacement(structure, where, known, voxel_mm),
                zone.sides,
                len(zone.stretch) - len(stretch) < FEWEST,
            )
        )
    return _greatest(changes)


def zones_of(structure: Profile, where: Beside) -> Iterator[Zone]:
    """Stretches of sections with tumor; those too near to each other for a reference are one."""
    heights = where.heights_mm
    at = np.flatnonzero(where.has_tumour)
    if not len(at):
        return
    is_clear = np.abs(heights[:, np.newaxis] - heights[at]).min(axis=1) > NEAR_MM
    free = is_clear & structure.is_there & np.isfinite(structure.centre_mm[:, 0])
    apart = np.diff(heights[at]) > 2 * NEAR_MM + FEWEST
    for stretch in np.split(at, np.flatnonzero(apart) + 1):
        bottom, top = heights[stretch[0]], heights[stretch[-1]]
        above = np.flatnonzero(free & (heights > top) & (heights <= top + FAR_MM))
        below = np.flatnonzero(free & (heights < bottom) & (heights >= bottom - FAR_MM))
        none = np.empty(0, dtype=np.int64)
        yield Zone(
            stretch,
            above if len(above) >= FEWEST else none,
            below if len(below) >= FEWEST else none,
        )


def _sizes(
    structure: Profile, zone: Zone, heights_mm: FloatArray, voxel_mm: float, edges_mm: FloatArray
) -> tuple[Measured, Measured | None]:
    """Loss of area and of width."""
    area = structure.area_mm2
    expected = zone.expected(area, heights_mm)
    loss = 100.0 * (1.0 - area[zone.stretch] / expected)
    worst = int(np.argmax(loss))
    error = max(area_error_mm2(expected[worst], voxel_mm), zone.scatter(area, heights_mm))
    edge = min(float(edges_mm[zone.stretch[worst]]), 2.0 * np.sqrt(expected[worst] / np.pi))
    # Of the section and of the mean of the reference; an edge may be wrong over all its length.
    error = np.hypot(SIGMAS * np.sqrt(1.5) * error, 0.5 * voxel_mm * edge)
    uncertainty = 100.0 * error / expected[worst]
    uncertainty += 0.0 if zone.sides == BOTH_SIDES else ONE_SIDED_PERCENT
    lost = Measured(float(loss[worst]), float(uncertainty))
    spread = structure.spread_mm2
    kept = zone.stretch[np.isfinite(spread[zone.stretch]).all(axis=(1, 2))]
    if not len(kept):
        return lost, None
    expected = replace(zone, stretch=kept).expected(spread, heights_mm)
    # The least share of width over all directions: a generalised eigenvalue.
    share = np.linalg.eigvals(np.linalg.solve(expected, spread[kept])).real.min(axis=1)
    narrowed = 100.0 * (1.0 - np.sqrt(np.clip(share, 0.0, None)))
    return lost, Measured(float(narrowed.max()), float(uncertainty))


def _displacement(
    structure: Profile, where: Beside, zone: Zone, voxel_mm: float
) -> Measured | None:
    heights_mm = where.heights_mm
    stretch = zone.stretch[np.isfinite(structure.centre_mm[zone.stretch, 0])]
    if not len(stretch):
        return None
    zone = replace(zone, stretch=stretch)
    course = where.course_mm(zone)
    centre = structure.centre_mm - course
    is_related = bool(course.any())
    shift = np.linalg.norm(centre[stretch] - zone.expected(centre, heights_mm), axis=1)
    worst = int(np.argmax(shift))
    area = float(zone.expected(structure.area_mm2, heights_mm)[worst])
    # A step of the boundary moves the centroid by its share of the area, at half the lever.
    error = area_error_mm2(area, voxel_mm) / area * np.sqrt(area / np.pi / 2)
    error = max(error, zone.scatter(centre, heights_mm))
    uncertainty = SIGMAS * np.sqrt(1.5) * error
    uncertainty += 0.0 if zone.sides == BOTH_SIDES else ONE_SIDED_MM
    uncertainty += 0.0 if is_related else zone.sagitta_mm(centre, heights_mm)
    return Measured(float(shift[worst]), float(uncertainty))


def _greatest(changes: list[Change]) -> Change:
    """The greatest of each, over all stretches of tumor."""

    def worst(values: list[Measured | None]) -> Measured | None:
        known = [v for v in values if v is not None]
        return max(known, key=lambda v: v.value, default=None)

    order = (BOTH_SIDES, ABOVE, BELOW, "")
    weakest = max((c.sides for c in changes), key=order.index, default="")
    return Change(
        worst([c.loss_percent for c in changes]),
        worst([c.narrowing_percent for c in changes]),
        worst([c.displacement_mm for c in changes]),
        weakest,
        bool(changes) and all(c.is_whole for c in changes),
    )
