"""Is the contour a spinal cord? Checks that turn a pass into a caution, each with its place."""

from __future__ import annotations

import numpy as np

from ..geometry import sections_along
from .volume import CordVolume

AREA_RANGE_MM2 = (25.0, 120.0)
"""Cross-sections outside this range are not a cord (Frostell et al. 2016: 20 to 90 mm2)."""
MEDIAN_BELOW_T2_MM2 = 90.0
"""Below T2 a larger median is the canal or the thecal sac, not the cord."""


def check_cord(volume: CordVolume, *, below_t2: bool | None, below_l2: bool) -> tuple[str, ...]:
    """Look for a canal taken for the cord, a cauda equina, and missing slices.

    Parameters
    ----------
    volume : CordVolume
    below_t2 : bool or None
        Whether the target lies below T2; None when its level is not known.
    below_l2 : bool
        Whether the target reaches below L2.

    Returns
    -------
    tuple of str
        One sentence a finding; empty when the contour looks like a cord.
    """
    name = volume.structure.name
    sections = sections_along(volume.structure)
    # The two end layers may be cut and are thinner than their slice.
    inner = slice(1, -1) if len(sections.area_mm2) > 4 else slice(None)
    area, place = sections.area_mm2[inner], sections.position_mm[inner]
    notes = []
    low, high = AREA_RANGE_MM2
    for wrong, word in ((area < low, "under"), (area > high, "over")):
        if wrong.any():
            worst = int(np.argmin(area) if word == "under" else np.argmax(area))
            limit = low if word == "under" else high
            notes.append(
                f"The cord's cross-section is {area[worst]:.0f} mm2 at S {place[worst]:.1f} mm, "
                f"{word} {limit:g} mm2 ({int(wrong.sum())} of {len(area)} sections): "
                "is this the spinal cord?"
            )
    median = float(np.median(area))
    if median > MEDIAN_BELOW_T2_MM2 and below_t2 is not False:
        where = "below T2" if below_t2 else "at a level that is not known"
        notes.append(
            f"The cord's median cross-section is {median:.0f} mm2 {where}, over "
            f"{MEDIAN_BELOW_T2_MM2:g} mm2: is this the canal or the thecal sac?"
        )
    if below_l2:
        notes.append(
            f"{name} reaches below L2, where the cord has usually ended: is this the cauda equina?"
        )
    notes += [w for w in volume.warnings if "contours are missing" in w]
    return tuple(notes)
