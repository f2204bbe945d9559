"""Texts without case and diacritics, and places in the text as it was."""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass

_LETTERS = str.maketrans(
    {"ø": "o", "œ": "oe", "æ": "ae", "ł": "l", "đ": "d", "ð": "d", "þ": "th", "ı": "i"}
)
_SPELLED_OUT = str.maketrans({"ä": "ae", "ö": "oe", "ü": "ue", "ø": "oe", "å": "aa"})
_SHORTENED = (("ae", "a"), ("oe", "o"), ("ue", "u"), ("aa", "a"))


@dataclass(frozen=True)
class Folded:
    """A text as it is compared.

    Attributes
    ----------
    text : str
        Small letters without diacritics, full-width forms as plain ones.
    origins : tuple of int
        For each character its place in the original.
    original : str
    """

    text: str
    origins: tuple[int, ...]
    original: str

    @classmethod
    def of(cls, original: str) -> Folded:
        """Fold a text."""
        characters: list[str] = []
        origins: list[int] = []
        for place, character in enumerate(original):
            found = fold(character)
            characters.append(found)
            origins += [place] * len(found)
        return cls("".join(characters), tuple(origins), original)

    def span(self, start: int, end: int) -> tuple[int, int]:
        """Return the place in the original; combining marks belong to the letter before them."""
        last = self.origins[end - 1] + 1
        while last < len(self.original) and unicodedata.combining(self.original[last]):
            last += 1
        return self.origins[start], last


def fold(text: str) -> str:
    """Return a text in small letters without diacritics."""
    apart = unicodedata.normalize("NFKD", text.casefold().translate(_LETTERS))
    # Full-width capitals become plain ones only now.
    return "".join(c for c in apart if not unicodedata.combining(c)).casefold()


def spellings(name: str) -> set[str]:
    """Return the folded ways to write a name: Müller, Mueller and Muller are one."""
    small = unicodedata.normalize("NFC", name).casefold()
    found = {fold(small), fold(small.translate(_SPELLED_OUT))}
    short = fold(small)
    for two, one in _SHORTENED:
        short = short.replace(two, one)
    return found | {short}


def is_boundary(text: str, place: int) -> bool:
    """Whether a word may begin or end before a character: CTV_Doe, DoeT8, PlanDoe, DOEplan."""
    if place <= 0 or place >= len(text):
        return True
    before, after = text[place - 1], text[place]
    if before.isdigit() or after.isdigit():
        return not (before.isdigit() and after.isdigit())
    if not (before.isalpha() and after.isalpha()):
        return True
    if is_uncased(before) or is_uncased(after):
        return True
    if before.islower() and after.isupper():
        return True
    return place > 1 and text[place - 2].isupper() and before.isupper() and after.islower()


def is_uncased(character: str) -> bool:
    """Whether a letter has no case, as in Chinese, where words stand without blanks."""
    return unicodedata.category(character) == "Lo"
