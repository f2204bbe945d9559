"""What a cohort has in common: counts, DVH bands, rates, outcomes, dose-response, and its page.

`page` is imported by itself where the page is made: it needs jinja2 and matplotlib.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from .builder import SummaryBuilder
from .doses_and_outcomes import metrics_asked

if TYPE_CHECKING:
    from ...report.presentation import Presentation

__all__ = ["SummaryBuilder", "metrics_asked", "render_cohort"]


def render_cohort(document: Mapping[str, Any], presentation: Presentation | None = None) -> str:
    """Render `summary.html` from the document of `summary.json` alone; see `page`."""
    from .page import render

    return render(document, presentation)
