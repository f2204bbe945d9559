"""The one complaint about input that every room raises and only panel and command line catch."""

from __future__ import annotations

LONGEST_SENTENCE = 2000
"""Longer ones quote what nobody typed; the middle is left out."""
_END_SHOWN = 300


class InputError(ValueError):
    """Input that cannot be used; the message is one sentence a clinician understands.

    It names what is wrong, where (file or structure), the value with its unit, and what to do.
    Whatever it quotes, it is one line of printable characters.
    """

    def __init__(self, sentence: object = "") -> None:
        super().__init__(_one_line(str(sentence)))


def _one_line(text: str) -> str:
    if not text.isprintable():
        text = "".join(c if c.isprintable() else " " for c in text)
    if len(text) <= LONGEST_SENTENCE:
        return text
    return f"{text[: LONGEST_SENTENCE - _END_SHOWN]} ... {text[-_END_SHOWN:]}"
