"""The report page: one self-contained HTML file, made from `report.json` and its pictures."""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Mapping
from typing import Any

import jinja2
from markupsafe import Markup

from .. import resources
from ..tolerance.wording import number
from .page import page_content

SYMBOLS = {"pass": "✓", "caution": "!", "fail": "✕", "not_evaluable": "?"}
STATUS_WORDS = {
    "pass": "pass", "caution": "caution", "fail": "fail", "not_evaluable": "not evaluable",
}  # fmt: skip
VERDICT_WORDS = {
    "pass": "Within tolerance",
    "caution": "Caution",
    "fail": "Not within tolerance",
    "not_evaluable": "Not evaluable",
}
COMPARATORS = {"<=": "≤", "<": "<", ">=": "≥"}
PICTURES = {
    "axial.png": "Axial",
    "sagittal.png": "Sagittal",
    "coronal.png": "Coronal",
}


def render_html(document: Mapping[str, Any], figures: Mapping[str, bytes]) -> str:
    """Render the report page.

    Parameters
    ----------
    document : mapping
        What `report.json` holds.
    figures : mapping of str to bytes
        PNG files by name, as `draw_figures` returns them; those that are missing are left out.

    Returns
    -------
    str
        HTML that loads nothing from elsewhere; its content security policy forbids it.
    """
    environment = jinja2.Environment(
        loader=jinja2.FileSystemLoader(resources.path("Report")),
        autoescape=True,
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters.update(
        value=format_value,
        volume=format_volume,
        limit=format_limit,
        metric=format_metric,
        uncertainty=format_uncertainty,
    )
    css = (resources.path("Report") / "report.css").read_text(encoding="utf-8")
    return environment.get_template("report.html.j2").render(
        document=document,
        figures={name: _data_uri(picture) for name, picture in figures.items()},
        # The style sheet is ours and holds no text from the case.
        css=Markup(css),
        css_hash=base64.b64encode(hashlib.sha256(css.encode("utf-8")).digest()).decode("ascii"),
        symbols=SYMBOLS,
        status_words=STATUS_WORDS,
        verdict_words=VERDICT_WORDS,
        pictures=PICTURES,
        **page_content(document),
    )


def format_value(value: float | None, unit: str, *limits: float | None) -> str:
    """Write a value with its unit, never rounded onto a limit; a dash when there is none."""
    return "–" if value is None else number(value, unit, *limits)


def format_volume(volume_cc: float) -> str:
    """Write a structure's volume in cc with four digits at most, without its unit."""
    return f"{volume_cc:.4g}" if volume_cc < 1000 else f"{volume_cc:.0f}"


def format_uncertainty(row: Mapping[str, Any]) -> str:
    """Write the uncertainty as "± 0.04"; nothing when it was not estimated or does not show."""
    uncertainty = row["uncertainty"]
    if row["value"] is None or not uncertainty:
        return ""
    decimals = {"%": 1, "cc": 3, "Gy": 2}[row["unit"]]
    smallest = 10.0**-decimals
    return f"± {uncertainty:.{decimals}f}" if uncertainty >= smallest else f"± <{smallest:g}"


def format_limit(row: Mapping[str, Any]) -> str:
    """Write a limit as "≤ 10 %"."""
    text = f"{COMPARATORS[row['comparator']]} {row['limit']:g} {row['unit']}"
    if row.get("caution_limit") is not None:
        text += f" (caution beyond {row['caution_limit']:g})"
    return text


def format_metric(name: str) -> str:
    """Write "V10Gy[%]" as "V10Gy"; the unit stands with the value."""
    return name.partition("[")[0]


def _data_uri(picture: bytes) -> str:
    return f"data:image/png;base64,{base64.b64encode(picture).decode('ascii')}"
