"""SINS as recorded: the components that a person chose, and what was measured."""

from __future__ import annotations

from dataclasses import dataclass

from ..answers import check_choice, check_range

LOCATIONS = ("junctional", "mobile", "semirigid", "rigid")
PAINS = ("mechanical", "occasional", "none")
LESIONS = ("lytic", "mixed", "blastic")
ALIGNMENTS = ("subluxation", "deformity", "normal")
COLLAPSES = ("over_half", "under_half", "none_over_half_involved", "none")
POSTEROLATERAL = ("bilateral", "unilateral", "none")

NEIGHBORS, ONE_NEIGHBOR, ITSELF = "neighbors", "one_neighbor", "itself"
COMPARED = (NEIGHBORS, ONE_NEIGHBOR, ITSELF)
"""What a body's height was compared with; against itself alone, more may be lost than is seen."""


@dataclass(frozen=True)
class VertebraMeasurement:
    """What masks tell of a vertebra; None where it is open.

    Attributes
    ----------
    vertebra : str
        Name of the mask.
    collapse_percent : float or None
        Lost height of the body at its lowest place, against its neighbors.
    collapse_reference : str
        What the height was compared with, or why it was not.
    body_involved_percent : float or None
        Share of the body inside the tumor.
    right_posterolateral_percent, left_posterolateral_percent : float or None
        The larger share of pedicle and lamina of that side inside the tumor.
    level : str
        Level of the vertebra; "" where it is not known.
    tumour : str
        Name of the tumor; "" where none was given.
    collapse_uncertainty_percent : float or None
        The collapse may be more or less by this many percentage points.
    collapse_compared : str
        One of `COMPARED`; "" where that is not known.

    Raises
    ------
    InputError
        A share outside 0 to 100 %.
    """

    vertebra: str = ""
    collapse_percent: float | None = None
    collapse_reference: str = ""
    body_involved_percent: float | None = None
    right_posterolateral_percent: float | None = None
    left_posterolateral_percent: float | None = None
    level: str = ""
    tumour: str = ""
    collapse_uncertainty_percent: float | None = None
    collapse_compared: str = ""

    def __post_init__(self) -> None:
        """Check every share."""
        shares = (
            ("Collapse", self.collapse_percent),
            ("The body's share inside the tumor", self.body_involved_percent),
            ("The right side's share inside the tumor", self.right_posterolateral_percent),
            ("The left side's share inside the tumor", self.left_posterolateral_percent),
            ("The uncertainty of the collapse", self.collapse_uncertainty_percent),
        )
        for what, percent in shares:
            check_range(what, percent, 0, 100, "%")
        check_choice("What the height was compared with", self.collapse_compared, ("", *COMPARED))


@dataclass(frozen=True)
class SinsChoices:
    """Components of SINS that a person chose; "" leaves one to level, measurement, or open.

    Raises
    ------
    InputError
        A code that is none.
    """

    location: str = ""
    pain: str = ""
    lesion: str = ""
    alignment: str = ""
    collapse: str = ""
    posterolateral: str = ""
    measured: VertebraMeasurement | None = None

    def __post_init__(self) -> None:
        """Check every code."""
        check_choice("Location", self.location, ("", *LOCATIONS))
        check_choice("Pain", self.pain, ("", *PAINS))
        check_choice("Bone lesion", self.lesion, ("", *LESIONS))
        check_choice("Alignment", self.alignment, ("", *ALIGNMENTS))
        check_choice("Collapse", self.collapse, ("", *COLLAPSES))
        check_choice("Posterolateral involvement", self.posterolateral, ("", *POSTEROLATERAL))
