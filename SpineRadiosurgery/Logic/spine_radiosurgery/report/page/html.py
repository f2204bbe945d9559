"""The report page: one self-contained HTML file, made from the document of `report.json` alone."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ..plan_quality import SEPARATION_MM, SEPARATION_SOURCE
from ..presentation import Presentation
from .content import page_content
from .dvh import dvh_content
from .language import translator
from .shell import environment, foot, head, resource_text
from .words import OPINION_SYMBOLS, STATUS_WORDS, SYMBOLS, VERDICT_WORDS, translated

__all__ = ["environment", "foot", "head", "render_html"]

STYLES = ("report.css", "dvh.css", "print.css")
"""The last one has the last word in print."""
SCRIPTS = ("dvh.js",)


def render_html(document: Mapping[str, Any], presentation: Presentation | None = None) -> str:
    """Render the report page.

    Parameters
    ----------
    document : mapping
        What `report.json` holds; pictures that it lacks are left out.
    presentation : Presentation, optional
        English, ISO dates and A4 when not given.

    Returns
    -------
    str
        HTML that loads nothing from elsewhere; its content security policy forbids it. The same
        document gives the same page.
    """
    shown = presentation or Presentation()
    scripts = [resource_text(name) for name in SCRIPTS]
    translate = translator(shown.language)
    template = environment(shown).get_template("report.html.j2")
    return template.render(
        document=document,
        head=head([resource_text(name) for name in STYLES], scripts, shown),
        foot=foot(scripts),
        figures={
            name: f"data:{picture['media_type']};base64,{picture['base64']}"
            for name, picture in document["pictures"].items()
        },
        symbols=SYMBOLS,
        opinion_symbols=OPINION_SYMBOLS,
        status_words=translated(STATUS_WORDS, translate),
        verdict_words=translated(VERDICT_WORDS, translate),
        separation_mm=SEPARATION_MM,
        separation_source=SEPARATION_SOURCE,
        dvh=dvh_content(document, shown),
        **page_content(document, shown),
    )
