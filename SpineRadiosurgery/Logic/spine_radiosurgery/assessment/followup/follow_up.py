"""Everything that is recorded after treatment, and the baseline before it."""

from __future__ import annotations

from dataclasses import dataclass, field

from ...geometry import InputError
from ..answers import UNKNOWN, check_answer, check_range
from .days import Dated, in_order_of_days
from .entry import FIRST_DAY, LAST_DAY, Complication, RiskFactors, TumourVolume, Visit
from .failure import Failure
from .volumes import volumes_in_order


@dataclass(frozen=True)
class FollowUp:
    """Visits, volumes, failures and complications of one patient; kept in order of days.

    Attributes
    ----------
    visits : tuple of Visit
        One a day; those on or before day 0 are the baseline.
    volumes : tuple of TumourVolume
        One of a kind a day.
    failures : tuple of Failure
    complications : tuple of Complication
    risk_factors : RiskFactors
    last_day : int or None
        Last day on which the patient was known to be as recorded.
    died : str
        "yes", "no" or "unknown" on that day.

    Raises
    ------
    InputError
        A day has two visits or two volumes of a kind, the last day is before something that is
        recorded, or the answer on death is none.
    """

    visits: tuple[Visit, ...] = ()
    volumes: tuple[TumourVolume, ...] = ()
    failures: tuple[Failure, ...] = ()
    complications: tuple[Complication, ...] = ()
    risk_factors: RiskFactors = field(default_factory=RiskFactors)
    last_day: int | None = None
    died: str = UNKNOWN

    def __post_init__(self) -> None:
        """Put everything in order of days, and check the days."""
        object.__setattr__(self, "visits", in_order_of_days(self.visits, "A visit"))
        object.__setattr__(self, "volumes", volumes_in_order(self.volumes))
        object.__setattr__(self, "failures", in_order_of_days(self.failures))
        object.__setattr__(self, "complications", in_order_of_days(self.complications))
        check_answer("Died", self.died)
        check_range("Last day of follow-up", self.last_day, FIRST_DAY, LAST_DAY)
        latest = self.latest_recorded_day
        if self.last_day is not None and latest is not None and self.last_day < latest:
            raise InputError(
                f"The last day of follow-up is {self.last_day}, but something is recorded for day "
                f"{latest}; correct one of the days."
            )

    @property
    def latest_recorded_day(self) -> int | None:
        """Latest day of anything recorded, resolution of complications too; None of nothing."""
        lists: tuple[tuple[Dated, ...], ...] = (
            self.visits,
            self.volumes,
            self.failures,
            self.complications,
        )
        days = [entry.day for entries in lists for entry in entries]
        resolved = [c.resolved_day for c in self.complications if c.resolved_day is not None]
        return max([*days, *resolved], default=None)

    @property
    def followed_days(self) -> int | None:
        """Days of follow-up after treatment; None where nothing is known after day 0."""
        last = self.latest_recorded_day if self.last_day is None else self.last_day
        return last if last is not None and last > 0 else None
