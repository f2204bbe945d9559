"""How an evaluation computes: its parameters, checked, and their words in the provenance."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import asdict, dataclass, field
from typing import Any

from ..cord import MARGIN_MM
from ..dose import SamplingTolerance
from ..geometry import InputError
from ..tolerance import SetupUncertainty

DOSE_INTERPOLATIONS = ("trilinear", "cubic")
BETWEEN_CONTOURS = ("slabs", "linear")
PLANES = ("axial", "3d")
SIDES = ("right", "left", "anterior", "posterior", "superior", "inferior")
Margin = float | Sequence[float]


@dataclass(frozen=True)
class FallOffChoice:
    """Which fall-off is reported first.

    Attributes
    ----------
    from_percent, to_percent : float
        Isodoses in percent of the prescription, the higher first.
    plane : str
        One of `PLANES`; the other one is reported beside it.
    toward : tuple of 3 floats, or None
        A direction in RAS; None is toward the nearest point of the cord.

    Raises
    ------
    InputError
        The isodoses do not fall, the plane is not known, or the direction has no length.
    """

    from_percent: float = 90.0
    to_percent: float = 50.0
    plane: str = "axial"
    toward: tuple[float, ...] | None = None

    def __post_init__(self) -> None:
        if not 0 < self.to_percent < self.from_percent < math.inf:
            raise InputError(
                "The fall-off runs from a higher to a lower isodose, not from "
                f"{self.from_percent:g} % to {self.to_percent:g} %."
            )
        _one_of("The fall-off's plane", self.plane, PLANES)
        if self.toward is not None and (
            len(self.toward) != 3
            or not all(map(math.isfinite, self.toward))
            or not any(self.toward)
        ):
            raise InputError(
                f"The fall-off's direction {tuple(self.toward)} is none; give three numbers "
                "(right, anterior, superior), not all 0."
            )


@dataclass(frozen=True)
class Choices:
    """Every choice of an evaluation that decides a number.

    Attributes
    ----------
    margin_mm : float
        Of the cord volume above and below the target.
    mode : str
        Of the cord volume, "axial" or "centreline".
    metrics : tuple of str
        Further metrics of every structure.
    previous_radiation : str
        "yes", "no" or "unknown".
    override_prescription : bool
    dose_interpolation : str
        One of `DOSE_INTERPOLATIONS`.
    between_contours : str
        One of `BETWEEN_CONTOURS`.
    falloff : FallOffChoice
    robustness : SetupUncertainty or None
        None leaves it out.
    alpha_beta_gy : float or None
        With it BED and EQD2 are listed.
    prv_margin_mm : float, sequence of six floats (R, L, A, P, S, I), or None
        With it the cord gets a planning risk volume.

    Raises
    ------
    InputError
    """

    margin_mm: float = MARGIN_MM
    mode: str = "axial"
    metrics: tuple[str, ...] = ()
    previous_radiation: str = "unknown"
    override_prescription: bool = False
    dose_interpolation: str = "trilinear"
    between_contours: str = "slabs"
    falloff: FallOffChoice = field(default_factory=FallOffChoice)
    robustness: SetupUncertainty | None = field(default_factory=SetupUncertainty)
    alpha_beta_gy: float | None = None
    prv_margin_mm: Margin | None = None

    def __post_init__(self) -> None:
        _one_of("The interpolation of the dose", self.dose_interpolation, DOSE_INTERPOLATIONS)
        _one_of("The shape between contours", self.between_contours, BETWEEN_CONTOURS)
        if self.alpha_beta_gy is not None and not 0 < self.alpha_beta_gy < math.inf:
            raise InputError(
                f"alpha/beta is {self.alpha_beta_gy:g} Gy; give a number above 0, such as 2."
            )
        if self.prv_margin_mm is not None:
            margins = self.prv_margins_mm
            if len(margins) != len(SIDES) or not all(0 <= m < math.inf for m in margins):
                raise InputError(
                    f"The margin of the planning risk volume is {self.prv_margin_mm} mm; give one "
                    f"number from 0 up, or six of them ({', '.join(SIDES)})."
                )

    @property
    def prv_margins_mm(self) -> tuple[float, ...]:
        """Margins to the six sides; none without a planning risk volume."""
        if self.prv_margin_mm is None:
            return ()
        if isinstance(self.prv_margin_mm, int | float):
            return (float(self.prv_margin_mm),) * len(SIDES)
        return tuple(float(m) for m in self.prv_margin_mm)

    def parameters(self) -> dict[str, Any]:
        """Return the choices as the provenance lists them."""
        found: dict[str, Any] = {
            "cord_margin_mm": self.margin_mm,
            "cord_volume_mode": self.mode,
            "target_extent": "contour planes plus half the local spacing; outer faces of voxels",
            "between_contours": self.between_contours,
            "end_caps": END_CAPS[self.between_contours],
            "dose_interpolation": self.dose_interpolation,
            "dose_grid_end": "outer voxel faces; the outermost voxel centers' dose up to them",
            **{f"sampling_tolerance_{k}": v for k, v in asdict(SamplingTolerance()).items()},
            "percent_of": "volume inside the dose grid",
            "falloff_from_percent": self.falloff.from_percent,
            "falloff_to_percent": self.falloff.to_percent,
            "falloff_plane": self.falloff.plane,
            "falloff_toward": self.falloff.toward or "nearest point of the cord",
            "previous_radiation": self.previous_radiation,
            "override_prescription": self.override_prescription,
        }
        if self.robustness is not None:
            found |= {
                "setup_scenarios": self.robustness.scenarios,
                "setup_sigma_mm": self.robustness.sigma_mm,
                "setup_sigma_deg": self.robustness.sigma_deg,
                "setup_seed": self.robustness.seed,
            }
        if self.alpha_beta_gy is not None:
            found["alpha_beta_gy"] = self.alpha_beta_gy
        if self.prv_margin_mm is not None:
            found["prv_margin_mm"] = self.prv_margins_mm
        return found


END_CAPS = {
    "slabs": "the outermost contour, half a slice outward",
    "linear": "the trend of the two outermost contours, half a slice outward",
}
"""What a structure is beyond its first and its last contour."""


def _one_of(what: str, value: str, allowed: Sequence[str]) -> None:
    if value not in allowed:
        raise InputError(f"{what} is {value!r}; choose {' or '.join(allowed)}.")
