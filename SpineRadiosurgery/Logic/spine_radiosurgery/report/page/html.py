"""The report page: one self-contained HTML file, made from `report.json` and its pictures."""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Mapping
from typing import Any

import jinja2
from markupsafe import Markup

from ... import resources
from ..plan_quality import SEPARATION_MM, SEPARATION_SOURCE
from .content import page_content
from .formats import (
    format_axes,
    format_limit,
    format_margins,
    format_measured,
    format_metric,
    format_share,
    format_signed,
    format_value,
    format_volume,
)

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
        measured=format_measured,
        volume=format_volume,
        limit=format_limit,
        metric=format_metric,
        share=format_share,
        margins=format_margins,
        axes=format_axes,
        signed=format_signed,
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
        separation_mm=SEPARATION_MM,
        separation_source=SEPARATION_SOURCE,
        **page_content(document),
    )


def _data_uri(picture: bytes) -> str:
    return f"data:image/png;base64,{base64.b64encode(picture).decode('ascii')}"
