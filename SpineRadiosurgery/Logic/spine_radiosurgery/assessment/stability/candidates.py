"""What level and measurement leave possible for a component of SINS."""

from __future__ import annotations

from dataclasses import dataclass

from ...anatomy import TRANSITIONAL, in_order
from .collapse import UNCERTAINTY_PERCENT
from .entry import COLLAPSES, ITSELF, LOCATIONS, NEIGHBORS, POSTEROLATERAL, VertebraMeasurement
from .measuring import INVOLVED_PERCENT
from .scale import LEVELS_OF

HALF_PERCENT = 50.0
"""SINS knows more and less than half of the height; exactly half is undefined."""
COLLAPSED_PERCENT = 20.0
"""Lost height from which a body counts as collapsed at all. SINS gives no figure: this is the
program's own; measured like this, healthy vertebrae reach 15 %."""
BODY_UNCERTAINTY_PERCENT = 2.0
"""Percentage points by which the body's share inside the tumor may be more or less."""


@dataclass(frozen=True)
class Candidates:
    """Answers to a component that are still possible.

    Attributes
    ----------
    codes : tuple of str
        The worst first; one if the component is decided.
    reason : str
        A sentence.
    """

    codes: tuple[str, ...]
    reason: str


def location_of(level: str) -> Candidates:
    """Location that follows from a level; open without one and at transitional vertebrae.

    Parameters
    ----------
    level : str
        "" if it is not known.

    Raises
    ------
    InputError
        There is no such level.
    """
    if not level:
        return Candidates(LOCATIONS, "The level is not known.")
    in_order([level])
    if level in TRANSITIONAL:
        return Candidates(
            LOCATIONS, f"{level} is a transitional vertebra, which SINS does not name."
        )
    code = next(code for code, levels in LEVELS_OF.items() if level in levels)
    return Candidates((code,), f"{level} is {code}.")


def collapse_of(measured: VertebraMeasurement | None) -> Candidates:
    """Collapse that measured height and body involvement leave possible.

    Both answers stay possible where half (of the height, or of the body) or the least loss that
    counts lies within the measurement's uncertainty, and all higher ones where the body was
    compared with itself alone.
    """
    if measured is None:
        return Candidates(COLLAPSES, "It was not measured.")
    low, high = _height_range(measured)
    codes = []
    if high >= HALF_PERCENT:
        codes.append("over_half")
    if low <= HALF_PERCENT and high >= COLLAPSED_PERCENT:
        codes.append("under_half")
    reason = _height_words(measured)
    if low < COLLAPSED_PERCENT:
        codes += _uncollapsed(measured.body_involved_percent)
        reason += f" {_body_words(measured)}"
    return Candidates(tuple(codes), reason)


def posterolateral_of(measured: VertebraMeasurement | None) -> Candidates:
    """Posterolateral involvement that the measured shares of both sides leave possible."""
    if measured is None:
        return Candidates(POSTEROLATERAL, "It was not measured.")
    shares = (
        ("right", measured.right_posterolateral_percent),
        ("left", measured.left_posterolateral_percent),
    )
    known = [percent >= INVOLVED_PERCENT for _, percent in shares if percent is not None]
    open_ = len(shares) - len(known)
    counts = range(sum(known), sum(known) + open_ + 1)
    codes = tuple(
        code for code, count in zip(POSTEROLATERAL, (2, 1, 0), strict=True) if count in counts
    )
    words = " and ".join(
        f"{'an open share' if percent is None else f'{percent:.1f} %'} on the {side}"
        for side, percent in shares
    )
    return Candidates(
        codes,
        f"Of pedicle and lamina the tumor fills {words} (involved from {INVOLVED_PERCENT:g} %); "
        "fractures are not measured.",
    )


def _height_range(measured: VertebraMeasurement) -> tuple[float, float]:
    """Least and largest lost height in percent that the measurement leaves possible."""
    if measured.collapse_percent is None:
        return 0.0, 100.0
    uncertainty = _uncertainty(measured)
    seen_whole = measured.collapse_compared != ITSELF
    high = measured.collapse_percent + uncertainty if seen_whole else 100.0
    return measured.collapse_percent - uncertainty, high


def _uncertainty(measured: VertebraMeasurement) -> float:
    if measured.collapse_uncertainty_percent is not None:
        return measured.collapse_uncertainty_percent
    return UNCERTAINTY_PERCENT[measured.collapse_compared or NEIGHBORS]


def _uncollapsed(involved_percent: float | None) -> list[str]:
    """Answers without collapse."""
    codes = []
    if involved_percent is None or involved_percent + BODY_UNCERTAINTY_PERCENT >= HALF_PERCENT:
        codes.append("none_over_half_involved")
    if involved_percent is None or involved_percent - BODY_UNCERTAINTY_PERCENT <= HALF_PERCENT:
        codes.append("none")
    return codes


def _height_words(measured: VertebraMeasurement) -> str:
    if measured.collapse_percent is None:
        return measured.collapse_reference or "The lost height was not measured."
    found = f"{measured.collapse_percent:.0f} % ± {_uncertainty(measured):.0f} of the height lost"
    found += ", or more" if measured.collapse_compared == ITSELF else ""
    counts = f"counts from {COLLAPSED_PERCENT:g} %, this program's own figure"
    reference = f" {measured.collapse_reference}" if measured.collapse_reference else ""
    return f"Measured: {found} ({counts}).{reference}"


def _body_words(measured: VertebraMeasurement) -> str:
    if measured.body_involved_percent is None:
        return "The body's share inside the tumor is not known."
    return f"The tumor fills {measured.body_involved_percent:.0f} % of the body."
