"""What every page has: its environment, its language, and a policy that lets nothing in."""

from __future__ import annotations

import base64
import functools
import hashlib
from collections.abc import Sequence
from typing import Any

import jinja2
from markupsafe import Markup, escape

from ... import resources
from ..presentation import Presentation
from .formats import (
    format_axes,
    format_difference,
    format_limit,
    format_margins,
    format_measured,
    format_metric,
    format_share,
    format_signed,
    format_value,
    format_volume,
)
from .language import SOURCE_LANGUAGE, format_date, translator
from .words import word_of

DAMAGE = (
    ArithmeticError, AttributeError, LookupError, TypeError, ValueError, jinja2.UndefinedError,
)  # fmt: skip
"""What a page raises of a document whose parts are missing or contradict each other."""
PAGE_SIZES = {"a4": "A4", "letter": "letter"}
FILTERS = {
    "value": format_value,
    "measured": format_measured,
    "volume": format_volume,
    "metric": format_metric,
    "margins": format_margins,
    "axes": format_axes,
    "difference": format_difference,
    "signed": format_signed,
}
# Marks that turn the order of what follows; a name could say with them what it does not say.
HIDDEN = {
    code: f"[U+{code:04X}]"
    for code in (0x61C, 0x200E, 0x200F, *range(0x202A, 0x202F), *range(0x2066, 0x206A))
}


@functools.cache
def environment(presentation: Presentation) -> jinja2.Environment:
    """Return the environment of every template: escaping, filters, and `_` for fixed texts.

    Templates write `{{ _("text") }}`, or `{{ _("%(count)s files", count=n) }}` with parameters,
    which are escaped; `{{ text|date }}`; and `{{ text|english }}` for sentences of the evaluation,
    which stay English; and `{{ code|word }}` for a code of a closed list. `presentation` is global.
    """
    made = jinja2.Environment(
        loader=jinja2.FileSystemLoader(resources.path("Report")),
        autoescape=True,
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        finalize=_shown,
    )
    # So that `_shown` sees the letters of data for scripts, too.
    made.policies["json.dumps_kwargs"] = {"ensure_ascii": False, "sort_keys": True}
    translate = translator(presentation.language)
    made.filters.update(
        FILTERS,
        limit=functools.partial(format_limit, translate=translate),
        share=functools.partial(format_share, translate=translate),
        word=word_of(translate),
        date=functools.partial(format_date, presentation=presentation),
        english=functools.partial(_english, language=presentation.language),
    )

    def gettext(text: str, /, **parameters: Any) -> Markup:
        # Templates and catalogs are ours: their few tags are meant. Parameters are escaped.
        words = Markup(translate(text))
        return words % parameters if parameters else words

    made.globals.update(_=gettext, presentation=presentation)
    return made


def head(
    styles: Sequence[str], scripts: Sequence[str], presentation: Presentation | None = None
) -> Markup:
    """Return the first lines of `<head>`: policy, viewport and style sheets.

    The policy forbids whatever is not in the file: styles and scripts run only by their hash, and
    pictures are data. The size of the paper is one more style sheet.

    Parameters
    ----------
    styles, scripts : sequence of str
        Texts of ours, which hold nothing from a case; `foot` writes the same scripts.
    presentation : Presentation, optional
    """
    paper = (presentation or Presentation()).paper
    sheets = [*styles, f"@page {{ size: {PAGE_SIZES[paper]} portrait; }}\n"]
    policy = "; ".join(
        [
            "default-src 'none'",
            "img-src data:",
            f"style-src {_hashes(sheets)}",
            f"script-src {_hashes(scripts)}",
            "base-uri 'none'",
            "form-action 'none'",
        ]
    )
    elements = "\n".join(f"<style>{_inside(sheet, 'style')}</style>" for sheet in sheets)
    return Markup(
        '<meta charset="utf-8">\n'
        f'<meta http-equiv="Content-Security-Policy" content="{policy}">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        f"{elements}"
    )


def foot(scripts: Sequence[str]) -> Markup:
    """Return the scripts, to stand last in `<body>`."""
    return Markup("\n").join(
        Markup(f"<script>{_inside(script, 'script')}</script>") for script in scripts
    )


def resource_text(name: str) -> str:
    """Return a style sheet or a script of the report's folder of resources."""
    return (resources.path("Report") / name).read_text(encoding="utf-8")


def _hashes(texts: Sequence[str]) -> str:
    digests = [hashlib.sha256(text.encode("utf-8")).digest() for text in texts]
    found = [f"'sha256-{base64.b64encode(digest).decode('ascii')}'" for digest in digests]
    return " ".join(found) or "'none'"


def _inside(text: str, element: str) -> str:
    if f"</{element}" in text.lower():
        raise ValueError(f"A {element} of the page would end early.")
    return text


def _shown(value: Any) -> Any:
    """Make marks visible that turn the direction of writing."""
    return value.translate(HIDDEN) if isinstance(value, str) and not value.isascii() else value


def _english(text: str, language: str) -> Markup:
    if language == SOURCE_LANGUAGE:
        return escape(text)
    return Markup('<span lang="en">{}</span>').format(text)
