"""Hiding a patient's name and identifiers in texts."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import lru_cache

from .folding import Folded, fold, is_boundary, is_uncased, spellings
from .vocabulary import NO_NAMES, VOCABULARY

SHORTEST_NAME = 3
"""Letters; a shorter part of a name may be in any text by chance."""
SHORTEST_UNCASED = 2
"""As in Chinese."""
SHORTEST_ID = 4
SOME_DIGITS = 5
"""Digits in a row that tell a patient ID by themselves."""
A_DATE = "date"
"""What stands for a hidden date."""
_NAMING = 3
"""Family, given and middle name; what follows in DICOM are titles."""
_BETWEEN = r"[\W_]{0,3}"
_KEPT = (
    "A part of the patient's name or ID is also a common word of structures and plans; where it "
    "stands in a text it was not hidden. Look through the texts before you pass anything on."
)


@dataclass(frozen=True)
class Pseudonym:
    """What stands for a patient, and what it stands for.

    Attributes
    ----------
    code : str
        The study code.
    sought : tuple of str
        Patterns on folded text, the longest first; replaced by the code.
    dates : tuple of str
        Patterns of dates.
    kept : tuple of str
        Words of the name that cannot be told from words of structures.
    """

    code: str = ""
    sought: tuple[str, ...] = ()
    dates: tuple[str, ...] = ()
    kept: tuple[str, ...] = ()

    def __repr__(self) -> str:
        """Return the code only: the rest is what must not be told."""
        return f"Pseudonym({self.code!r})"

    @classmethod
    def of(
        cls,
        code: str,
        names: Iterable[str] = (),
        ids: Iterable[str] = (),
        dates: Iterable[str] = (),
    ) -> Pseudonym:
        """Return what hides these.

        Parameters
        ----------
        code : str
        names : iterable of str
            Person names as in DICOM ("Doe^Jane").
        ids : iterable of str
            Patient IDs, accession numbers.
        dates : iterable of str
            YYYYMMDD; in texts they are sought in the usual ways to write them.
        """
        words = {word for name in names for word in _name_patterns(name)}
        words |= {word for identifier in ids for word in _id_patterns(identifier)}
        kept = {word for word in words if word in VOCABULARY}
        return cls(
            code,
            tuple(sorted(words - kept - NO_NAMES, key=lambda word: (-len(word), word))),
            tuple(pattern for date in sorted(set(dates)) for pattern in _date_patterns(date)),
            tuple(sorted(kept)),
        )

    def hide(self, text: str) -> str:
        """Return a text with the study code in the place of names and IDs."""
        if not (self.sought or self.dates) or not text:
            return text
        return _hidden(self, text)

    def warnings_about(self, texts: Iterable[str]) -> tuple[str, ...]:
        """Say where a word could not be hidden, without saying which."""
        if not self.kept:
            return ()
        told = any(_spans(Folded.of(text), self.kept) for text in texts)
        return (_KEPT,) if told else ()


@lru_cache(maxsize=4096)
def _hidden(pseudonym: Pseudonym, text: str) -> str:
    for patterns, instead in ((pseudonym.dates, A_DATE), (pseudonym.sought, pseudonym.code)):
        folded = Folded.of(text)
        for start, end in sorted(_spans(folded, patterns), reverse=True):
            text = f"{text[:start]}{instead}{text[end:]}"
    code = re.escape(pseudonym.code)
    return re.sub(rf"{code}(?:[\W_]{{0,3}}{code})+", pseudonym.code, text)


def _spans(folded: Folded, patterns: Iterable[str]) -> list[tuple[int, int]]:
    """Places of whole words in the original text, none within another."""
    found: list[tuple[int, int]] = []
    for pattern in patterns:
        for match in _matches(pattern, folded.text):
            start, end = folded.span(*match)
            whole = is_boundary(folded.original, start) and is_boundary(folded.original, end)
            if whole and not any(start < e and s < end for s, e in found):
                found.append((start, end))
    return found


def _matches(pattern: str, text: str) -> Iterator[tuple[int, int]]:
    # One that is no whole word must not use up the text of one that is.
    return (
        (match.start(1), match.end(1))
        for match in re.finditer(f"(?=({pattern}))", text)
        if match[1]
    )


def _name_patterns(name: str) -> Iterator[str]:
    for group in name.split("="):
        naming = [part.strip() for part in group.split("^")[:_NAMING] if part.strip()]
        for component in naming:
            for spelling in spellings(component):
                words = _words(spelling)
                yield from (word for word in words if _is_long(word))
                if len(words) > 1:
                    yield _joined(words)
        yield from _whole_names(naming[:2])


def _whole_names(naming: list[str]) -> Iterator[str]:
    """Family and given name in a row, also where either is too short to be sought alone."""
    if len(naming) < 2:
        return
    for family in spellings(naming[0]):
        for given in spellings(naming[1]):
            one, other = _words(family), _words(given)
            if _is_told([*one, *other]):
                yield _joined([*one, *other])
                yield _joined([*other, *one])


def _is_told(words: list[str]) -> bool:
    known = VOCABULARY | NO_NAMES
    text = "".join(words)
    return _is_long(text) and any(word not in known for word in words) and len(words) > 1


def _is_long(word: str) -> bool:
    uncased = bool(word) and is_uncased(word[0])
    return len(word) >= (SHORTEST_UNCASED if uncased else SHORTEST_NAME)


def _id_patterns(identifier: str) -> Iterator[str]:
    for spelling in spellings(identifier):
        words = _words(spelling)
        if len("".join(words)) < SHORTEST_ID or set(words) <= VOCABULARY | NO_NAMES:
            continue
        yield _joined(words)
        yield from map(_joined, _telling_parts(words))
    for digits in re.findall(rf"\d{{{SOME_DIGITS},}}", fold(identifier)):
        yield digits
        if len(digits.lstrip("0")) >= SOME_DIGITS:
            yield digits.lstrip("0")


def _telling_parts(words: list[str]) -> Iterator[list[str]]:
    """Two or more words of an ID in a row with as many digits as an ID has at least."""
    for first in range(len(words)):
        for end in range(first + 2, len(words) + 1):
            part = words[first:end]
            if sum(c.isdigit() for c in "".join(part)) >= SHORTEST_ID:
                yield part


def _words(text: str) -> list[str]:
    return [word for word in re.split(r"[\W_]+", text) if word]


def _joined(words: list[str]) -> str:
    return _BETWEEN.join(map(re.escape, words))


def _date_patterns(date: str) -> Iterator[str]:
    if not re.fullmatch(r"\d{8}", date) or "00" in (date[4:6], date[6:]):
        return
    year, month, day = date[:4], date[4:6], date[6:]
    month_, day_ = (f"0?{part.lstrip('0')}" for part in (month, day))
    yield f"{year}[-./_ ]?{month}[-./_ ]?{day}"
    yield f"{day}{month}{year}"
    yield f"{month}{day}{year}"
    for short in (year, year[2:]):
        yield rf"{day_}[-./_ ]{{1,2}}{month_}[-./_ ]{{1,2}}{short}"
        yield rf"{month_}[-./_ ]{{1,2}}{day_}[-./_ ]{{1,2}}{short}"
