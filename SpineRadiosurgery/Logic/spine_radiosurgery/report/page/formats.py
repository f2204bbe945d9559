"""Numbers as a reader sees them: value and uncertainty with the digits that mean something."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import Any

from ...tolerance.wording import digits, number
from .language import Translate, mark

COMPARATORS = {"<=": "≤", "<": "<", ">=": "≥"}
_DECIMALS = {"%": (1, 2), "Gy": (1, 2), "cc": (2, 3)}
"""Fewest and most decimals of a value that has an uncertainty."""


def format_value(value: float | None, unit: str, *limits: float | None) -> str:
    """Write a value with its unit, never rounded onto a limit; a dash when there is none."""
    return "–" if value is None else number(value, unit, *limits)


def format_difference(value: float, unit: str, explained: float | None = None) -> str:
    """Write a difference with its sign and its unit: "+0.05 Gy", "−0.3 %".

    It is never rounded onto the difference that is explained; what rounds to nothing has no sign.
    """
    size = number(abs(value), unit, explained)
    is_nothing = float(size.partition(" ")[0]) == 0.0
    return size if is_nothing else f"{'−' if value < 0 else '+'}{size}"


def format_measured(row: Mapping[str, Any]) -> tuple[str, str]:
    """Write a value and its uncertainty: "8.63" and "± 0.01 Gy".

    The uncertainty has one digit, rounded up so that it is never understated; the value has as
    many decimals, and more where it would otherwise be rounded onto one of the row's limits.
    Where no uncertainty was estimated the first text has the unit and there is no second.
    """
    value, unit, uncertainty = row["value"], row["unit"], row["uncertainty"]
    limits = row.get("limit"), row.get("caution_limit")
    if value is None:
        return "–", ""
    if uncertainty is None:
        return number(value, unit, *limits), ""
    decimals = _decimals(uncertainty, *_DECIMALS[unit])
    return digits(value, decimals, *limits), f"± {rounded_up(uncertainty, decimals)} {unit}"


def rounded_up(value: float, decimals: int) -> str:
    """Write a number from 0 up with so many decimals, never smaller than it is."""
    scale = 10.0**decimals
    # What is a multiple but for its binary rounding stays as it is.
    return f"{math.ceil(value * scale - 1e-9) / scale:.{decimals}f}"


def format_volume(volume_cc: float) -> str:
    """Write a structure's volume in cc with four digits at most, without its unit."""
    return f"{volume_cc:.4g}" if volume_cc < 1000 else f"{volume_cc:.0f}"


def format_limit(row: Mapping[str, Any], translate: Translate = mark) -> str:
    """Write a limit as "≤ 10 %"."""
    text = f"{COMPARATORS[row['comparator']]} {row['limit']:g} {row['unit']}"
    if row.get("caution_limit") is None:
        return text
    caution = translate("(caution beyond %(limit)s)") % {"limit": f"{row['caution_limit']:g}"}
    return f"{text} {caution}"


def format_metric(name: str) -> str:
    """Write "V10Gy[%]" as "V10Gy"; the unit stands with the value."""
    return name.partition("[")[0]


def _decimals(uncertainty: float, fewest: int, most: int) -> int:
    """Decimals that give the uncertainty one digit."""
    if not uncertainty > 0:
        return most
    return min(most, max(fewest, -math.floor(math.log10(uncertainty))))


def format_index(value: float | None, unit: str, uncertainty: float | None) -> tuple[str, str]:
    """Write an index or the volume of an isodose: "34.3" and "± 0.1 cc"."""
    if value is None:
        return "–", ""
    if not uncertainty:
        return f"{value:.3g} {unit}".rstrip(), ""
    decimals = _decimals(uncertainty, 0, 1 if unit else 3)
    return f"{value:.{decimals}f}", f"± {rounded_up(uncertainty, decimals)} {unit}".rstrip()


def format_signed(value: float) -> str:
    """Write a distance with one decimal and a true minus sign."""
    return f"{value:.1f}".replace("-", "−")


def format_place(point_ras: Sequence[float] | None) -> str:
    """Write a RAS point as "R 3.1, P 12.0, I 34.0 mm"; nothing when there is none."""
    if point_ras is None:
        return ""
    letters = ("RL", "AP", "SI")
    parts = [
        f"{pair[value < 0]} {abs(value):.1f}"
        for pair, value in zip(letters, point_ras, strict=True)
    ]
    return f"{', '.join(parts)} mm"


def format_share(row: Mapping[str, Any], translate: Translate = mark) -> str:
    """Write a probability in percent: "3.2 ± 0.6 %", a range where some cases are not evaluable."""
    if row["not_evaluable"]:
        ends = {"low": f"{100 * row['lowest']:.1f}", "high": f"{100 * row['highest']:.1f}"}
        return f"{translate('%(low)s to %(high)s') % ends} %"
    if row["probability"] is None:
        return "–"
    text = f"{100 * row['probability']:.1f}"
    if row["standard_error"]:
        text += f" ± {rounded_up(100 * row['standard_error'], 1)}"
    return f"{text} %"


def format_axes(values: Sequence[float]) -> str:
    """Write one number where all three axes have the same, else all three."""
    return f"{values[0]:g}" if len(set(values)) == 1 else ", ".join(f"{v:g}" for v in values)


def format_margins(margin_mm: Sequence[float]) -> str:
    """Write a margin to six sides: "2 mm", or each side by its letter."""
    if len(set(margin_mm)) == 1:
        return f"{margin_mm[0]:g} mm"
    sides = zip("RLAPSI", margin_mm, strict=True)
    return f"{', '.join(f'{side} {value:g}' for side, value in sides)} mm"


def format_person(name: str) -> str:
    """Write a name of DICOM as "Doe, Jane"."""
    family, _, others = name.replace("=", " / ").partition("^")
    return ", ".join(part for part in (family.strip(), " ".join(others.split("^")).strip()) if part)
