"""Words and colors of verdicts in the panel; readable without the color, and in gray."""

from slicer.i18n import tr as _

COLORS = {
    "pass": "#1b7f4b",
    "caution": "#8a5a00",
    "fail": "#b3261e",
    "not_evaluable": "#5f6368",
    "stale": "#5f6368",
}
"""Dark enough for white letters (contrast over 4.5 to 1)."""


def verdictWord(status):
    """Return the word for a status of the library."""
    return {
        "pass": _("PASS"),
        "caution": _("CAUTION"),
        "fail": _("FAIL"),
        "not_evaluable": _("NOT EVALUABLE"),
    }[status]


def narrowVerdictWord(status):
    """Return the word for a status of the library where there is little room."""
    return _("NOT\nEVAL.") if status == "not_evaluable" else verdictWord(status)


def verdictStyle(status):
    """Return the style sheet of a line that tells a verdict."""
    return f"background-color: {COLORS[status]}; color: white; padding: 4px; border-radius: 3px;"
