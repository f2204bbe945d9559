"""What segmentations tell of eligibility: gap to the cord, paraspinal mass, target length."""

from __future__ import annotations

from collections.abc import Sequence

from ...geometry import Structure
from .entry import SelectionMeasurement
from .gap import measure_cord_gap
from .paraspinal import paraspinal_extent


def measure_selection(
    tumour: Structure | None,
    cord: Structure | None,
    *,
    vertebrae: Sequence[Structure] = (),
    canal: Structure | None = None,
    target: Structure | None = None,
) -> SelectionMeasurement:
    """Measure what the images give of the checklist; what they do not give is open.

    Parameters
    ----------
    tumour, cord : Structure or None
        None where it was not chosen.
    vertebrae : sequence of Structure
        Whole vertebrae; all that lie beside the tumor are needed for the paraspinal mass.
    canal : Structure or None
        The spinal canal; needed for the paraspinal mass where the tumor leaves the bone.
    target : Structure or None
        Its length is measured along the patient's superior axis, half slices included.
    """
    extent = paraspinal_extent(tumour, vertebrae=vertebrae, canal=canal)
    low, high = target.extent_mm() if target else (0.0, 0.0)
    return SelectionMeasurement(
        cord_gap=measure_cord_gap(tumour, cord),
        paraspinal_mm=extent.diameter_mm,
        paraspinal_reason=extent.reason,
        target_length_mm=high - low if target else None,
    )
