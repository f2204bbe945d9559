"""Why cases failed: like reasons together, without paths and names of structures."""

from __future__ import annotations

import re
from typing import Any

from ..row import ManifestRow

MOST_REASONS, MOST_CASES = 50, 12
"""Kept apart, and named of each; the others are counted."""
OTHER = "Other reasons"
_LONGEST = 240
_QUOTED = re.compile(r"'[^']*'|\"[^\"]*\"|“[^”]*”")
_PATH = re.compile(r"(?<![\w])(?:[A-Za-z]:[\\/]|[\\/~]{1,2})[^\s,;:'\"]+|\S*[\\/]\S+[\\/]\S*")
_CODE = re.compile(r"(?<![\w.])(?:\d+(?:\.\d+){3,}|[0-9a-fA-F]{12,})(?![\w])")
_NUMBER = re.compile(r"(?<![\w.])[-+−]?\d+(?:[.,]\d+)*")
_TWICE = re.compile(r"(?i)\b(?:the )?(?:folder|record|target|cord|case|protocol) (the \w+)")
_REPEATED = re.compile(r"…(?:(?:,| and|, and)? …)+")


class FailureReasons:
    """Counts of failed cases by reason, with the names of the first few."""

    def __init__(self) -> None:
        self._found: dict[str, dict[str, Any]] = {}

    def add(self, row: ManifestRow, case: str, reason: str) -> None:
        """Add one failed case."""
        words = general_reason(reason, row)
        if words not in self._found and len(self._found) >= MOST_REASONS:
            words = OTHER
        entry = self._found.setdefault(words, {"reason": words, "count": 0, "cases": []})
        entry["count"] += 1
        if len(entry["cases"]) < MOST_CASES:
            entry["cases"].append(case)

    def document(self) -> list[dict[str, Any]]:
        """Return the reasons, the most frequent first."""
        return sorted(self._found.values(), key=lambda e: (-e["count"], e["reason"]))


def general_reason(reason: str, row: ManifestRow) -> str:
    """Return a reason's first clause with "…" for what is the case's own.

    The table of cases has the whole sentence.

    Examples
    --------
    >>> from pathlib import Path
    >>> general_reason("CTV_T8 is not among the 12 structures; choose one.",
    ...                ManifestRow(2, "a", Path("a"), targets=("CTV_T8",)))
    'The target is not among the … structures.'
    """
    text = " ".join(reason.split())
    own = [(str(row.folder), "the folder"), (str(row.assessment or ""), "the record")]
    own += [(name, "the target") for name in row.targets]
    own += [(row.cord, "the cord"), (row.case, "the case"), (row.protocol, "the protocol")]
    for name, words in sorted(own, key=lambda pair: -len(pair[0])):
        if len(name) > 1:
            text = re.sub(rf"['\"]?(?<!\w){re.escape(name)}(?!\w)['\"]?", words, text)
    text = _TWICE.sub(r"\1", text)
    for pattern in (_QUOTED, _PATH, _CODE, _NUMBER):
        text = pattern.sub("…", text)
    text = _REPEATED.sub("…", re.split(r";|(?<=[a-z…])\. |: ", text)[0]).strip().rstrip(".")
    text = text[:_LONGEST] or "No reason was given"
    return f"{text[0].upper()}{text[1:]}."
