"""What counts as deformed, displaced, touching or seen, and how sure a measurement is of it.

The paper says "compressed", "displaced", "abuts" and "visible" without a number. The numbers here
are ours. They follow from what segmentations of planning images can show, not from outcomes.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

Fact = tuple[bool, ...]
"""What may be so: one value where it is clear, both where it is not."""

YES: Fact = (True,)
NO: Fact = (False,)
EITHER: Fact = (False, True)

SAC_LOSS_PERCENT = 10.0
"""Loss of cross-section, or of width in any direction, from which the sac counts as deformed:
about twice what voxels of 1 mm make uncertain (3 to 5 %)."""
CORD_LOSS_PERCENT = 15.0
"""Likewise of the cord, which is smaller: voxels of 1 mm make 7 % uncertain."""
DISPLACED_MM = 1.0
"""Displacement that counts: about a voxel of planning images."""
INDENTED_MM = 0.75
"""Indentation of the sac's outline that counts, or as many voxels where they are larger than 1 mm.
On masks of 0.5 to 1 mm a sac that tumor only touches seems indented by 0.1 mm on average (up to
0.4), and one that it pushes in by 1.5 mm by 1.1 mm at least."""
HALF_OF_CANAL_PERCENT = 50.0
"""The paper's limit between grades II and IV at the cauda equina; exactly 50 % is open there."""
IN_CANAL_VOXELS = 0.5
"""How deep tumor reaches into the canal, in voxels: up to here it may be the step of a mask."""
TOUCHING_VOXELS = 0.25
"""Gap to the cord in voxels: up to here tumor touches it; voxels that meet at a corner are 0.41
apart, and leave it open."""
APART_VOXELS = 0.75
"""From here on tumor is in the canal, or off the cord, if both are masks on the voxels of one
image: two that meet there have the same edge, and one voxel between them is one."""
APART_OTHERWISE_VOXELS = 1.25
"""Likewise of masks on different voxels, and of contours, whose edges may be half a voxel wrong
each: two that meet may seem to lie a voxel apart."""
CSF_VOXELS = (0.75, 1.25)
"""Thickness of the CSF in voxels: up to the first none is seen, from the second on it is."""
CSF_SIGMAS = (2.0, 4.0)
"""Likewise of its area, in standard errors of what sac and cord differ by."""

SIGMAS = 1.5
"""Standard errors within which a measurement leaves both sides of a limit open."""
EDGE_ERROR_VOXELS = 0.29
"""Standard error of an edge's place on voxels, of their edge: 1 / sqrt(12), as of any rounding."""
BOUNDARY = 0.33
"""Standard error of an area on a grid, of the voxel's edge to the power of 1.5 times the root of
the perimeter: sqrt(0.108), the discrepancy of a disc laid on a grid at random (D. G. Kendall,
Q J Math 1948; 19:1, from memory)."""
ONE_SIDED_PERCENT = 5.0
ONE_SIDED_MM = 0.5
"""Ours: what a reference on one side only adds, since canal and cord taper and bend."""


@dataclass(frozen=True)
class Measured:
    """A value and by how much it may be wrong, in the same unit."""

    value: float
    uncertainty: float

    def exceeds(self, limit: float) -> Fact:
        """Say whether it exceeds a limit, and both where that is within its uncertainty."""
        if abs(self.value - limit) <= self.uncertainty:
            return EITHER
        return YES if self.value > limit else NO


def beyond(value: float, lower: float, upper: float) -> Fact:
    """Say whether a value lies beyond two limits; both where it lies between them."""
    if value <= lower:
        return NO
    return YES if value >= upper else EITHER


def any_of(*facts: Fact) -> Fact:
    """Say whether at least one is so."""
    if YES in facts:
        return YES
    return NO if all(f == NO for f in facts) else EITHER


def area_error_mm2(area_mm2: float, voxel_mm: float) -> float:
    """Standard error of the area of a round section drawn on voxels."""
    perimeter = 2.0 * np.sqrt(np.pi * max(area_mm2, 0.0))
    return float(BOUNDARY * voxel_mm**1.5 * np.sqrt(perimeter))
