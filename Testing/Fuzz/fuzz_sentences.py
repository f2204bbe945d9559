"""What a sentence for people must be."""

from __future__ import annotations

import re
import sys
import tempfile
from pathlib import Path

from spine_radiosurgery.geometry.errors import LONGEST_SENTENCE

_UNSPEAKABLE = re.compile(
    r"Traceback|object at 0x|<class |Error\(|site-packages|\.py\b|line \d+, in |SECRET|Secret\^"
)
_MACHINE_PATHS = tuple(
    {str(Path(p).resolve()) for p in (tempfile.gettempdir(), Path.home(), sys.prefix, __file__)}
)


def sentence_problem(sentence: str) -> str:
    """Say what is wrong with a sentence for people; "" where it is sound."""
    if not sentence.strip():
        return "is empty"
    if not sentence.isprintable():
        return "has control characters or several lines"
    if len(sentence) > LONGEST_SENTENCE + 100:
        return "is too long"
    if not sentence.rstrip(")'\"").endswith((".", "?", "...")):
        return "does not end"
    found = _UNSPEAKABLE.search(sentence)
    if found:
        return f"speaks of {found[0]!r}"
    names_path = any(path in sentence for path in _MACHINE_PATHS)
    return "names a path of this machine" if names_path else ""
