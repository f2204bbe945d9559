"""The page of a cohort: one self-contained HTML file, made from `summary.json` alone."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ...geometry import InputError
from ...report.page.shell import DAMAGE, environment, foot, head, resource_text
from ...report.page.words import STATUS_WORDS, SYMBOLS, VERDICT_WORDS
from ...report.presentation import Presentation
from .content import dose_content, opening_content
from .outcome_content import outcome_content, rates_content

STYLES = ("report.css", "cohort.css", "print.css", "cohort-print.css")
"""The last ones have the last word in print."""


def render(document: Mapping[str, Any], presentation: Presentation | None = None) -> str:
    """Render the page of a cohort.

    Parameters
    ----------
    document : mapping
        What `summary.json` holds.
    presentation : Presentation, optional
        A4 when not given. The page is in English whatever the language.

    Returns
    -------
    str
        HTML that loads nothing from elsewhere; its content security policy forbids it. The same
        document gives the same page.

    Raises
    ------
    InputError
        The document lacks what the page needs.
    """
    chosen = presentation or Presentation()
    shown = Presentation(date_format=chosen.date_format, paper=chosen.paper)
    try:
        return (
            environment(shown)
            .get_template("cohort.html.j2")
            .render(
                document=document,
                head=head([resource_text(name) for name in STYLES], (), shown),
                foot=foot(()),
                symbols=SYMBOLS,
                status_words=STATUS_WORDS,
                verdict_words=VERDICT_WORDS,
                **opening_content(document),
                **dose_content(document),
                **rates_content(document),
                **outcome_content(document),
            )
        )
    except DAMAGE as error:
        raise InputError(
            f"The summary lacks what its page needs ({type(error).__name__}: {error}); run the "
            "cohort again."
        ) from error
