"""What the page shows of counts and doses."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from ...report.limits import PAPER_FRACTIONS
from .dose_pictures import draw_bands, draw_histogram, draw_pair
from .reading import STATUSES
from .words import (
    DASH,
    ROLE_WORDS,
    cases_words,
    fractions_words,
    number_words,
    percent_words,
    scheme_words,
)

Row = dict[str, Any]
Document = Mapping[str, Any]

PICTURED = (("target", "cord_volume"), ("cord", "prv"))
"""Roles that share a picture."""
TARGET_PERCENTS = (90.0, 95.0, 100.0, 105.0)
CORD_DOSES_GY = {1: (7.0, 8.0, 10.0, 12.0, 14.0)}
OTHER_CORD_PERCENTS = (30.0, 40.0, 50.0, 60.0, 80.0)
"""Doses at which tables read the bands; in percent of the prescription where not in Gy."""
MOST_SCHEMES_DRAWN = 6
FEWEST_FOR_HISTOGRAM = 5
"""Of fewer cases the table says more than bars of one case each."""
_BAR = 1000.0


def opening_content(document: Document) -> Row:
    """Return the head of the page: counts, the bar of verdicts, failed cases and settings."""
    counts = document["counts"]
    return {
        "title": f"Cohort of {cases_words(counts['cases'])}",
        "facts": [
            ("Evaluated", str(counts["evaluated"])),
            ("Failed", str(counts["failed"])),
            ("Prescriptions", _schemes(document["dvh"]["schemes"])),
            ("Protocols", ", ".join(document["settings"].get("Protocol", {})) or DASH),
        ],
        "bar": _bar(counts["verdicts"]),
        "settings": [
            (name, [f"{value}: {cases_words(cases)}" for value, cases in found.items()])
            for name, found in document["settings"].items()
        ],
        "outliers": _outliers(document["numbers"]),
    }


def dose_content(document: Document) -> Row:
    """Return bands, cord volume and metrics, each with its pictures and tables."""
    numbers = {number["key"]: number for number in document["numbers"]}
    schemes = [scheme for scheme in document["dvh"]["schemes"] if scheme["bands"]]
    cord = document["cord"]
    return {
        "schemes": [_scheme(scheme) for scheme in schemes[:MOST_SCHEMES_DRAWN]],
        "schemes_left_out": [
            f"{scheme_words(scheme)}: {cases_words(scheme['cases'])}"
            for scheme in document["dvh"]["schemes"]
            if scheme not in schemes[:MOST_SCHEMES_DRAWN]
        ],
        "relative": _relative(document) if len(document["dvh"]["schemes"]) > 1 else None,
        "pairs": [
            {
                "picture": draw_pair(pair, numbers, cord["limits"]),
                "alt": _pair_alt(pair, numbers),
                "caption": PAIR_CAPTIONS[name],
                "of": pair["grid"]
                and f"the {cases_words(pair['cases'])} of "
                f"{fractions_words(pair['grid']['fractions'])}",
            }
            for name, pair in cord["pairs"].items()
            if pair["cases"]
        ],
        "cord": cord,
        "metrics": [_metric(number) for number in document["numbers"] if number["groups"]],
        "fewest_for_histogram": FEWEST_FOR_HISTOGRAM,
        "metrics_open": [
            f"{number['title']} ({number['unit']}): {cases_words(number['open'])}"
            for number in document["numbers"]
            if number["open"] and document["counts"]["evaluated"]
        ],
    }


PAIR_CAPTIONS = {
    "d10": "V10Gy against D10%. Both limits say the same: points lie below 10 % exactly where they "
    "lie left of 10 Gy.",
    "cc": "V10Gy in percent against V10Gy in cc. The two limits differ where a cord volume is "
    "larger or smaller than 3.5 cc.",
}


def _schemes(schemes: Sequence[Document]) -> str:
    words = [f"{scheme_words(scheme)} ({scheme['cases']})" for scheme in schemes[:4]]
    if len(schemes) > len(words):
        words.append(f"{len(schemes) - len(words)} more")
    return ", ".join(words) or DASH


def _bar(verdicts: Mapping[str, int]) -> list[Row]:
    """Parts of the bar by status, in thousandths of its width."""
    total = sum(verdicts.values())
    parts: list[Row] = []
    at = 0.0
    for status in STATUSES:
        width = _BAR * verdicts[status] / total if total else 0.0
        share = percent_words(100.0 * verdicts[status] / total if total else None)
        parts.append(
            {
                "status": status,
                "cases": verdicts[status],
                "percent": share,
                "x": round(at, 2),
                "width": round(width, 2),
            }
        )
        at += width
    return parts


def _scheme(scheme: Document) -> Row:
    is_single = scheme["fractions"] == PAPER_FRACTIONS
    cord_doses = CORD_DOSES_GY.get(scheme["fractions"]) or [
        percent / 100.0 * scheme["dose_gy"] for percent in OTHER_CORD_PERCENTS
    ]
    target_doses = [percent / 100.0 * scheme["dose_gy"] for percent in TARGET_PERCENTS]
    doses = {"target": target_doses, "cord_volume": cord_doses, "cord": cord_doses}
    return {
        "title": scheme_words(scheme),
        "cases": cases_words(scheme["cases"]),
        "pictures": _band_pictures(
            scheme["bands"], "dose (Gy)", scheme_words(scheme), (10.0, 10.0) if is_single else None
        ),
        "table": _band_table(scheme["bands"], {**doses, "prv": cord_doses}, "Gy"),
    }


def _relative(document: Document) -> Row:
    bands = document["dvh"]["relative"]
    doses = dict.fromkeys(("cord_volume", "cord", "prv"), OTHER_CORD_PERCENTS)
    return {
        "cases": cases_words(document["counts"]["evaluated"]),
        "pictures": _band_pictures(bands, "dose (% of the prescription)", "all cases", None),
        "table": _band_table(bands, {"target": TARGET_PERCENTS, **doses}, "%"),
    }


def _band_pictures(
    bands: Sequence[Document], x_label: str, of: str, limit: tuple[float, float] | None
) -> list[Row]:
    pictures = []
    for roles in PICTURED:
        shown = [band for band in bands if band["role"] in roles]
        if not shown:
            continue
        names = " and ".join(ROLE_WORDS[band["role"]].lower() for band in shown)
        corner = limit if "cord_volume" in roles else None
        pictures.append(
            {
                "picture": draw_bands(shown, x_label, corner),
                "alt": f"Dose-volume histogram bands of {names}, {of}; numbers in the table.",
                "caption": f"{names[0].upper()}{names[1:]}",
            }
        )
    return pictures


def _band_table(
    bands: Sequence[Document], doses: Mapping[str, Sequence[float]], unit: str
) -> list[Row]:
    rows = []
    for band in bands:
        for place, dose in enumerate(doses[band["role"]]):
            at = [_at(band, name, dose) for name in ("p50", "p25", "p75", "p05", "p95")]
            rows.append(
                {
                    "structure": f"{ROLE_WORDS[band['role']]}" if place == 0 else "",
                    "curves": band["curves"] if place == 0 else "",
                    "dose": f"{dose:g} {unit}",
                    "median": percent_words(at[0]),
                    "middle": f"{at[1]:.1f} to {at[2]:.1f}",
                    "most": f"{at[3]:.1f} to {at[4]:.1f}",
                }
            )
    return rows


def _at(band: Document, name: str, dose: float) -> float:
    """Volume at a dose, linear between the band's doses; 0 beyond its end."""
    # As the band's own doses are rounded: at one of them its own volume is read.
    return float(np.interp(round(dose, 6), band["doses"], band[name], right=0.0))


def _pair_alt(pair: Document, numbers: Mapping[str, Document]) -> str:
    x, y = numbers[pair["x"]], numbers[pair["y"]]
    return (
        f"{y['title']} in {y['unit']} against {x['title']} in {x['unit']} of "
        f"{cases_words(pair['cases'])}, with the limits marked; counts in the table."
    )


def _metric(number: Document) -> Row:
    unit = number["unit"]
    groups = [
        {
            "fractions": fractions_words(group["fractions"]),
            "cases": group["cases"],
            "median": number_words(group["p50"], unit),
            "middle": _between(group["p25"], group["p75"], unit),
            "most": _between(group["p05"], group["p95"], unit),
            "all": _between(group["minimum"], group["maximum"], unit),
        }
        for group in number["groups"]
    ]
    has_histogram = sum(group["cases"] for group in groups) >= FEWEST_FOR_HISTOGRAM
    words = "; ".join(f"{g['fractions']}: median {g['median']} {unit}" for g in groups)
    return {
        "title": number["title"],
        "unit": unit,
        "picture": draw_histogram(number) if has_histogram else "",
        "alt": f"Histogram of {number['title']} in {unit}. {words}.",
        "groups": groups,
    }


def _between(low: float, high: float, unit: str) -> str:
    return f"{number_words(low, unit)} to {number_words(high, unit)}"


def _outliers(numbers: Sequence[Document]) -> list[Row]:
    return [
        {
            "metric": f"{number['title']} ({number['unit']})",
            "fractions": fractions_words(group["fractions"]),
            "median": number_words(group["p50"], number["unit"]),
            "cases": [
                (row["case"], number_words(row["value"], number["unit"]))
                for row in group["outliers"]
            ],
        }
        for number in numbers
        for group in number["groups"]
        if group["outliers"]
    ]
