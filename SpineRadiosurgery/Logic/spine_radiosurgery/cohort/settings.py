"""What is asked of every case of a cohort alike."""

from __future__ import annotations

from dataclasses import dataclass, field

from ..cord import MARGIN_MM, check_cut
from ..dose import parse_metric_name
from ..report.choices import Choices
from ..tolerance import SetupUncertainty


@dataclass(frozen=True)
class CohortSettings:
    """Choices for all cases; as those of `evaluate` with the same names.

    Attributes
    ----------
    protocol : str
        For rows that name none.
    margin_mm, mode, metrics, dose_interpolation, between_contours
        Metrics once each and in order of their names, however they were given.
    robustness : SetupUncertainty or None
    alpha_beta_gy : float or None
    pages : bool
        Write each case's whole report, too.

    Raises
    ------
    InputError
        No case could be evaluated with one of them; the protocol is not looked at.
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

    def __post_init__(self) -> None:
        for name in self.metrics:
            parse_metric_name(name)
        check_cut(self.margin_mm, self.mode)
        Choices(
            dose_interpolation=self.dose_interpolation,
            between_contours=self.between_contours,
            alpha_beta_gy=self.alpha_beta_gy,
        )
        # Equal settings are to have equal digests: 6 mm is 6.0 mm.
        object.__setattr__(self, "metrics", tuple(sorted(set(self.metrics))))
        object.__setattr__(self, "margin_mm", float(self.margin_mm))
        if self.alpha_beta_gy is not None:
            object.__setattr__(self, "alpha_beta_gy", float(self.alpha_beta_gy))
