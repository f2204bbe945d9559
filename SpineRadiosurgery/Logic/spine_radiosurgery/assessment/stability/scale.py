"""The Spine Instability Neoplastic Score (SINS): components, points and classes."""

from __future__ import annotations

from dataclasses import dataclass

from ...geometry import InputError
from ..sources import FISHER_2010

CITATION = f"{FISHER_2010} (SINS), as quoted by secondary sources"
MOST_POINTS = 18


@dataclass(frozen=True)
class SinsOption:
    """One answer to a component.

    Attributes
    ----------
    code : str
    points : int
    words : str
        The answer in plain words.
    """

    code: str
    points: int
    words: str


SINS_TITLES: dict[str, str] = {
    "location": "Location",
    "pain": "Pain",
    "lesion": "Bone lesion",
    "alignment": "Alignment",
    "collapse": "Collapse",
    "posterolateral": "Posterolateral involvement",
}
"""The six components in order, with what people call them."""

SINS_OPTIONS: dict[str, tuple[SinsOption, ...]] = {
    "location": (
        SinsOption("junctional", 3, "Junctional: occiput to C2, C7 to T2, T11 to L1, L5 to S1"),
        SinsOption("mobile", 2, "Mobile: C3 to C6, L2 to L4"),
        SinsOption("semirigid", 1, "Semirigid: T3 to T10"),
        SinsOption("rigid", 0, "Rigid: S2 to S5"),
    ),
    "pain": (
        SinsOption("mechanical", 3, "Mechanical pain"),
        SinsOption("occasional", 1, "Occasional pain that is not mechanical"),
        SinsOption("none", 0, "No pain"),
    ),
    "lesion": (
        SinsOption("lytic", 2, "Lytic"),
        SinsOption("mixed", 1, "Mixed lytic and blastic"),
        SinsOption("blastic", 0, "Blastic"),
    ),
    "alignment": (
        SinsOption("subluxation", 4, "Subluxation or translation"),
        SinsOption("deformity", 2, "De novo deformity (kyphosis or scoliosis)"),
        SinsOption("normal", 0, "Normal"),
    ),
    "collapse": (
        SinsOption("over_half", 3, "More than 50 % of the height lost"),
        SinsOption("under_half", 2, "Less than 50 % of the height lost"),
        SinsOption(
            "none_over_half_involved", 1, "No collapse, more than 50 % of the body involved"
        ),
        SinsOption("none", 0, "None of these"),
    ),
    "posterolateral": (
        SinsOption("bilateral", 3, "Both sides"),
        SinsOption("unilateral", 1, "One side"),
        SinsOption("none", 0, "Neither side"),
    ),
}
"""Answers per component, the worst first."""

SINS_CLASSES: tuple[tuple[str, int, int], ...] = (
    ("stable", 0, 6),
    ("potentially unstable", 7, 12),
    ("unstable", 13, MOST_POINTS),
)
"""Class, with its lowest and highest total."""
OPINION_FROM = 7
"""Total from which a surgical opinion is asked for."""

LEVELS_OF: dict[str, tuple[str, ...]] = {
    "junctional": ("C1", "C2", "C7", "T1", "T2", "T11", "T12", "L1", "L5", "S1"),
    "mobile": ("C3", "C4", "C5", "C6", "L2", "L3", "L4"),
    "semirigid": tuple(f"T{n}" for n in range(3, 11)),
    "rigid": ("S2", "S3", "S4", "S5"),
}
"""Levels by location; transitional ones (T13, L6) are in none: the score does not name them."""


def sins_option(component: str, code: str) -> SinsOption:
    """Return an answer by its code.

    Raises
    ------
    InputError
        There is no such component, or no such answer.
    """
    if component not in SINS_OPTIONS:
        raise InputError(
            f"{component!r} is no component of SINS; components are {', '.join(SINS_OPTIONS)}."
        )
    options = {option.code: option for option in SINS_OPTIONS[component]}
    if code not in options:
        raise InputError(
            f"{SINS_TITLES[component]} cannot be {code!r}; choose one of {', '.join(options)}."
        )
    return options[code]


def classes_between(minimum: int, maximum: int) -> tuple[str, ...]:
    """Classes that a range of totals touches, the most stable first."""
    return tuple(name for name, low, high in SINS_CLASSES if minimum <= high and maximum >= low)
