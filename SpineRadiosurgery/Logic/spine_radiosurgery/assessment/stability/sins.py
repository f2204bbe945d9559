"""SINS of a vertebra, from what a person chose, its level, and what was measured."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from ..words import listed
from .candidates import Candidates, collapse_of, location_of, posterolateral_of
from .entry import SinsChoices, VertebraMeasurement
from .scale import (
    CITATION,
    MOST_POINTS,
    OPINION_FROM,
    SINS_OPTIONS,
    SINS_TITLES,
    SinsOption,
    classes_between,
    sins_option,
)

__all__ = ["SINS_OPTIONS", "SinsComponent", "SinsOption", "SinsScore", "sins_score"]

PERSON, LEVEL, MEASURED, OPEN = "person", "level", "measured", "open"


@dataclass(frozen=True)
class SinsComponent:
    """One component of the score.

    Attributes
    ----------
    name, title : str
        Key of `SINS_OPTIONS`, and what people call it.
    code, words : str
        The answer; code is "" while several are possible.
    points_min, points_max : int
    source : str
        "person", "level", "measured" or "open".
    reason : str
        Where the answer comes from, or why there is none; a measurement is told beside a person's
        choice, too.
    candidates : tuple of str
        Answers that are possible, the worst first.
    """

    name: str
    title: str
    code: str
    words: str
    points_min: int
    points_max: int
    source: str
    reason: str
    candidates: tuple[str, ...]

    @property
    def is_open(self) -> bool:
        """Whether several answers are possible."""
        return self.source == OPEN


@dataclass(frozen=True)
class SinsScore:
    """The score, as a range where components are open.

    Attributes
    ----------
    components : tuple of SinsComponent
        Location, pain, lesion, alignment, collapse, posterolateral.
    minimum, maximum : int
        Least and largest total that is possible, of 18 points.
    classes : tuple of str
        Those that the range touches: "stable", "potentially unstable", "unstable".
    text : str
        The total and what is open, in a sentence.
    citation : str
    """

    components: tuple[SinsComponent, ...]
    minimum: int
    maximum: int
    classes: tuple[str, ...]
    text: str
    citation: str

    @property
    def is_open(self) -> bool:
        """Whether a component is open."""
        return any(component.is_open for component in self.components)

    @property
    def asks_for_opinion(self) -> str:
        """Whether the total asks for a surgical opinion: "yes", "no" or "open"."""
        if self.minimum >= OPINION_FROM:
            return "yes"
        return "no" if self.maximum < OPINION_FROM else "open"

    def component(self, name: str) -> SinsComponent:
        """Return one component by its key in `SINS_OPTIONS`."""
        return self.components[list(SINS_OPTIONS).index(name)]


def sins_score(choices: SinsChoices, level: str = "") -> SinsScore:
    """Add up SINS (Fisher 2010).

    A person's choice comes first, then level and measurement; a component that none of them
    decides is open between the answers that they leave.

    Parameters
    ----------
    choices : SinsChoices
    level : str
        Level of the vertebra; "" takes that of the measurement.

    Raises
    ------
    InputError
        There is no such level.
    """
    measured, remark = measurement_at(choices.measured, level)
    level = level or (measured.level if measured else "")
    components = (
        _component("location", choices.location, LEVEL, location_of(level)),
        _component("pain", choices.pain),
        _component("lesion", choices.lesion),
        _component("alignment", choices.alignment),
        _component("collapse", choices.collapse, MEASURED, _said(collapse_of, measured, remark)),
        _component(
            "posterolateral",
            choices.posterolateral,
            MEASURED,
            _said(posterolateral_of, measured, remark),
        ),
    )
    minimum = sum(component.points_min for component in components)
    maximum = sum(component.points_max for component in components)
    classes = classes_between(minimum, maximum)
    open_ = [component.title.lower() for component in components if component.is_open]
    total = f"{minimum}" if minimum == maximum else f"{minimum} to {maximum}"
    missing = f"; open: {', '.join(open_)}" if open_ else ""
    text = f"{total} of {MOST_POINTS}: {listed(classes, 'or')}{missing}."
    return SinsScore(components, minimum, maximum, classes, text, CITATION)


def measurement_at(
    measured: VertebraMeasurement | None, level: str
) -> tuple[VertebraMeasurement | None, str]:
    """Return the measurement, unless it is another vertebra's; then None and why, as a clause."""
    if measured is None or not level or measured.level in ("", level):
        return measured, ""
    return None, f"the measurement is of {measured.level}, not of {level}"


def _said(
    reading: Callable[[VertebraMeasurement | None], Candidates],
    measured: VertebraMeasurement | None,
    remark: str,
) -> Candidates:
    found = reading(measured)
    return Candidates(found.codes, f"T{remark[1:]}." if remark else found.reason)


def _component(
    name: str, choice: str, source: str = OPEN, found: Candidates | None = None
) -> SinsComponent:
    every = tuple(option.code for option in SINS_OPTIONS[name])
    found = found or Candidates(every, "Only a person can tell it; none was chosen.")
    codes = (choice,) if choice else found.codes
    options = [sins_option(name, code) for code in codes]
    points = [option.points for option in options]
    is_open = len(codes) > 1
    return SinsComponent(
        name=name,
        title=SINS_TITLES[name],
        code="" if is_open else codes[0],
        words=" / ".join(option.words for option in options),
        points_min=min(points),
        points_max=max(points),
        source=PERSON if choice else OPEN if is_open else source,
        reason=_person_reason(choice, source, found) if choice else found.reason,
        candidates=codes,
    )


def _person_reason(choice: str, source: str, found: Candidates) -> str:
    """A person's choice beside what level or measurement say."""
    if source == OPEN:
        return "Chosen by a person."
    if choice in found.codes:
        return f"Chosen by a person. {found.reason}"
    kind = "level" if source == LEVEL else "measurement"
    return f"Chosen by a person, other than by {kind}: {found.reason} Please check."
