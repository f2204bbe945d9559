"""What is asked of every case of a cohort alike."""

from __future__ import annotations

from dataclasses import dataclass, field

from ..cord import MARGIN_MM
from ..tolerance import SetupUncertainty


@dataclass(frozen=True)
class CohortSettings:
    """Choices for all cases; as those of `evaluate` with the same names.

    Attributes
    ----------
    protocol : str
        For rows that name none.
    margin_mm, mode, metrics, dose_interpolation, between_contours
    robustness : SetupUncertainty or None
    alpha_beta_gy : float or None
    pages : bool
        Write each case's whole report, too.
    """

    protocol: str = "auto"
    margin_mm: float = MARGIN_MM
    mode: str = "axial"
    metrics: tuple[str, ...] = ()
    dose_interpolation: str = "trilinear"
    between_contours: str = "slabs"
    robustness: SetupUncertainty | None = field(default_factory=SetupUncertainty)
    alpha_beta_gy: float | None = None
    pages: bool = False
