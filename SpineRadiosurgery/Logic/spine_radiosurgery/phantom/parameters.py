"""What a phantom patient is made from."""

from __future__ import annotations

import itertools
from dataclasses import dataclass

from ..case import InputError
from .levels import FIRST_TARGET, LAST_TARGET, LEVELS

TEMPLATES = ("body", "body_and_pedicles", "whole_vertebra", "posterior_elements")
ORIENTATIONS = tuple(
    "".join(code)
    for axes in itertools.permutations(("RL", "AP", "SI"))
    for code in itertools.product(*axes)
)


@dataclass(frozen=True, kw_only=True)
class SpinePhantom:
    """Parameters of a phantom patient with a radiosurgery plan; equal ones make equal patients.

    Parameters
    ----------
    level : str
        Target vertebra, "C3" to "L5".
    template : str
        Target rule (RTOG 0631): "body", "body_and_pedicles", "whole_vertebra" or
        "posterior_elements".
    vertebrae : int
        Complete vertebrae in the image, 3 or 4; their neighbours are cut by its ends.
    scoliosis_deg : float
        Angle between the end vertebrae in the coronal plane, -60 to 60; positive: convex to the
        left.
    kyphosis_deg : float or None
        Angle between the end vertebrae in the sagittal plane, -60 to 60; negative is lordosis.
        None takes what is usual in the region.
    tilt_deg : float
        Forward tilt of the spine at the target in the sagittal plane, -30 to 30.
    compression : float
        Share of the target vertebra's anterior height that is lost, 0 to 0.5.
    cord_gap_mm : float or None
        From the posterior wall of the body to the cord (cauda equina), 1 to 10 mm. None takes what
        is usual: in the thoracic spine the cord lies in the front of the canal.
    prescription_gy, fractions : float, int
        Total dose and number of fractions.
    falloff_mm : float
        Median distance from the 90 % to the 50 % isodose toward the cord, 2 to 5 mm; met to about
        0.3 mm.
    cord_side_margin_mm : float or None
        From the target's surface to the prescription isodose on the side of the cord, -5 to 5 mm;
        a larger value covers more of the target and gives the cord more dose. None takes what
        covers about 95 % of the target.
    ptv_margin_mm : float
        Margin from clinical to planning target volume, 0 to 5 mm; the cord is left out of both.
    pixel_spacing_mm, slice_spacing_mm : float
        CT voxel size in the axial plane (0.5 to 3 mm) and along the body (0.5 to 5 mm).
    dose_spacing_mm : float
        Edge of the cubic dose voxels, 1 to 4 mm.
    dose_offset_mm : tuple of float
        Shift of the dose grid in RAS against the CT grid, within one dose voxel.
    dose_margin_mm : float
        From the target to the end of the dose grid, 5 to 80 mm; a small one leaves cord uncovered.
    orientation : str
        Patient directions along the array's i, j, k axes: "LPS" is a supine head-first scan, "RPI"
        a supine feet-first one, "PIR" a sagittal index order. All 48 are possible.
    noise_hu : float
        Standard deviation of the image noise, 0 to 100 HU.
    seed : int
        Seed of noise, bone texture and dose ripple.
    table : bool
        Whether the treatment couch is in the image.

    Raises
    ------
    InputError
        If a parameter is outside its range.
    """

    level: str = "T8"
    template: str = "body"
    vertebrae: int = 3
    scoliosis_deg: float = 6.0
    kyphosis_deg: float | None = None
    tilt_deg: float = 0.0
    compression: float = 0.0
    cord_gap_mm: float | None = None
    prescription_gy: float = 16.0
    fractions: int = 1
    falloff_mm: float = 3.5
    cord_side_margin_mm: float | None = None
    ptv_margin_mm: float = 1.5
    pixel_spacing_mm: float = 1.25
    slice_spacing_mm: float = 2.0
    dose_spacing_mm: float = 2.0
    dose_offset_mm: tuple[float, float, float] = (0.3, -0.4, 0.7)
    dose_margin_mm: float = 45.0
    orientation: str = "LPS"
    noise_hu: float = 12.0
    seed: int = 0
    table: bool = True

    def __post_init__(self) -> None:
        if self.level not in LEVELS[FIRST_TARGET : LAST_TARGET + 1]:
            raise InputError(f"The phantom's level {self.level!r} must be one of C3 to L5.")
        if self.template not in TEMPLATES:
            raise InputError(
                f"The phantom's template {self.template!r} must be one of {', '.join(TEMPLATES)}."
            )
        if self.orientation not in ORIENTATIONS:
            raise InputError(
                f"The phantom's orientation {self.orientation!r} must name three patient "
                "directions, such as LPS or RPI."
            )
        for name, low, high, unit in _RANGES:
            value = getattr(self, name)
            if value is not None and not low <= value <= high:
                raise InputError(
                    f"The phantom's {name} is {value:g}{unit}; choose {low:g} to {high:g}{unit}."
                )
        if not max(abs(shift) for shift in self.dose_offset_mm) <= self.dose_spacing_mm:
            raise InputError(
                f"The phantom's dose_offset_mm {self.dose_offset_mm} must stay within one dose "
                f"voxel of {self.dose_spacing_mm:g} mm."
            )

    @property
    def level_index(self) -> int:
        """Index of the target vertebra in `LEVELS`."""
        return LEVELS.index(self.level)

    @property
    def cord_side_margin(self) -> float:
        """`cord_side_margin_mm`, or what is usual: small bones need more to be covered."""
        if self.cord_side_margin_mm is not None:
            return self.cord_side_margin_mm
        small = self.level_index <= LEVELS.index("C7") or self.template == "posterior_elements"
        return 0.4 if small else -0.2

    @property
    def complete_levels(self) -> tuple[int, ...]:
        """Indices of the vertebrae that lie wholly in the image, from head to foot.

        The target is second from above; at C3 and L5 the stack ends with it.
        """
        first = min(max(self.level_index - 1, FIRST_TARGET), LAST_TARGET - self.vertebrae + 1)
        return tuple(range(first, first + self.vertebrae))


_RANGES: tuple[tuple[str, float, float, str], ...] = (
    ("vertebrae", 3, 4, ""),
    ("scoliosis_deg", -60, 60, " degrees"),
    ("kyphosis_deg", -60, 60, " degrees"),
    ("tilt_deg", -30, 30, " degrees"),
    ("compression", 0, 0.5, ""),
    ("cord_gap_mm", 1, 10, " mm"),
    ("prescription_gy", 0.1, 200, " Gy"),
    ("fractions", 1, 60, ""),
    ("falloff_mm", 2, 5, " mm"),
    ("cord_side_margin_mm", -5, 5, " mm"),
    ("ptv_margin_mm", 0, 5, " mm"),
    ("pixel_spacing_mm", 0.5, 3, " mm"),
    ("slice_spacing_mm", 0.5, 5, " mm"),
    ("dose_spacing_mm", 1, 4, " mm"),
    ("dose_margin_mm", 5, 80, " mm"),
    ("noise_hu", 0, 100, " HU"),
    ("seed", 0, 2**31 - 1, ""),
)
