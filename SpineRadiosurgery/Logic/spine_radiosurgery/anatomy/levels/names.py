"""Vertebral levels in the names that people and programs give to structures."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from ...geometry import InputError
from .column import COLUMN, in_order

SACRUM = COLUMN[-5:]
_COUNTS = {"C": 7, "T": 13, "L": 6, "S": 5}

# Words for a vertebra that may touch the level: VBL3, L3vert, WK12, vertebra-L3.
_VERTEBRA = r"vertebral[ ]?body|vertebr[ae]*|vert|vbs?|wirbel(?:k(?:ö|oe)rper)?|corpus|wk"
_LETTER = {"c": "C", "t": "T", "th": "T", "d": "T", "l": "L", "s": "S"}
_GERMAN = {"hwk": "C", "bwk": "T", "lwk": "L", "swk": "S"}
_REGIONS = {
    "cervical": "C", "zervikal": "C", "thoracic": "T", "thorakal": "T",
    "lumbar": "L", "lumbal": "L", "sacral": "S", "sakral": "S",
    "hals": "C", "brust": "T", "lenden": "L",
}  # fmt: skip
_ORDINALS = {
    word: number
    for number, word in enumerate(
        "first second third fourth fifth sixth seventh eighth ninth tenth eleventh twelfth".split(),
        1,
    )
}
_REGION = "|".join(_REGIONS)
# A letter and its number touch, unless a word for a vertebra stands before them; "Th" is a word.
_SHORT = re.compile(
    rf"""(?:(?<![a-z0-9])|(?<=ctv)|(?<=gtv)|(?<=ptv)|(?<=itv)
            |(?<![a-z])(?P<word>{_VERTEBRA})(?P<gap>[ ]?))
        (?:(?P<german>{"|".join(_GERMAN)})[ ]?|(?P<th>th)[ ]?|(?P<letter>[ctdls])(?P<space>[ ]?))
        0?(?P<number>\d{{1,2}})
        (?=[ ]?(?:{_VERTEBRA})(?![a-z])|(?![0-9a-z%]))(?![ ]?(?:gy|cgy|cc|mm|cm|%)(?![a-z]))""",
    re.VERBOSE,
)
_LONG = re.compile(
    rf"""(?<![a-z0-9])(?:
        (?:(?P<first>\d{{1,2}})(?:st|nd|rd|th|[.])|(?P<ordinal>{"|".join(_ORDINALS)}))[ ]*
            (?P<after>{_REGION})(?=[ ]*(?:{_VERTEBRA})|[ ]*$)
        |(?P<before>{_REGION})[ ]*(?:{_VERTEBRA})[ ]*(?P<last>\d{{1,2}})(?![0-9a-z])
    )""",
    re.VERBOSE,
)
_NAMED = re.compile(r"^(?:(atlas)|(axis))$|(?<![a-z])(?:(atlas)|(axis))(?=[ ]vertebra)")
_WHOLE_SACRUM = re.compile(r"(?<![a-z])sacrum(?![a-z])")
_RANGE = re.compile(r"[ ]?(?:-|–|—|\.\.+|[ ](?:to|thru|through|bis)[ ])[ ]?")
_SHORT_RANGE = re.compile(
    r"[ ]?([-–/])[ ]?(\d{1,2})(?![0-9a-z.,%]|[ ]?(?:gy|cgy|mm|cm|cc)(?![a-z]))"
)
# What else a letter with a number is, by the other words of the name.
_OTHERWISE: tuple[tuple[str, str, re.Pattern[str]], ...] = (
    ("t", "12", re.compile(
        r"(?<![a-z])(mri?|irm|mrt|flair|gd|gad\w*|weighted|gewichtet|stir|tirm|tse|tfe|vibe|mprage"
        r"|dixon|contrast|ce|seq\w*)(?![a-z])")),
    ("t", "1234", re.compile(r"(?<![a-z0-9])[nm][0-3][a-c]?(?![0-9])")),
    ("d", "", re.compile(r"dose|dosis|gy(?![a-z])|%")),
    ("l", "", re.compile(
        r"lung|kidney|niere|lobe|bronch|breast|(?<![a-z])(ribs?|eye|lens|hip|ear)(?![a-z])|parotid"
        r"|femur|humerus|clavic|scapula|ureter|adrenal|ovar|test[ie]s|optic|cochlea|femoral")),
    ("s", "", re.compile(r"liver|hepa|leber|lung|lobe|bronch|segment(?!ation)|series")),
)  # fmt: skip


@dataclass(frozen=True)
class Mention:
    """A level in a name.

    Attributes
    ----------
    level : str
    start, stop : int
        Where it stands in the name.
    region : str
        How the name writes the region ("Th", "BWK", "L"); empty where it uses words.
    padded : bool
        Whether the number has a leading zero.
    """

    level: str
    start: int
    stop: int
    region: str = ""
    padded: bool = False


def levels_in_name(name: str) -> tuple[str, ...]:
    """Find the vertebral levels that a structure's name mentions, from head to foot.

    Understood are "vertebrae_L3", "VB_T08", "T12 vert.", "L3 corpus", "VBL3", "PTVL3", "Th 8",
    "BWK 12", "LWK3", "HWK5", "D12", "12th thoracic vertebra", "lumbar vertebra 3",
    "3. Lendenwirbel", "sacrum" (S1 to S5), ranges ("L2-L4", "L2 to L4", "T10-12": every level from
    the first to the last), pairs ("T12/L1", "L2/3") and the transitional T13 and L6.

    Not taken for a level: a letter that stands apart from its number ("Kidney_L_1"), MR weightings
    that say so ("T2w", "GTV_T2_FLAIR", "T1 Gd"), stages ("T2N0"), doses ("D2cc", "D2%"), segments
    of liver and lung ("Liver_S3"), left-sided organs ("Lung_L1"). What is left is ambiguous and is
    read as a level: "GTV_T2" may be a T2-weighted image's tumour, "PTV_S1" the first series.

    Examples
    --------
    >>> levels_in_name("CTV_L2-L4")
    ('L2', 'L3', 'L4')
    >>> levels_in_name("VB_T08")
    ('T8',)
    >>> levels_in_name("SpinalCord")
    ()
    """
    text = _plain(name)
    found: list[str] = []
    previous: Mention | None = None
    for mention in mentions(name):
        if previous and _RANGE.fullmatch(text, previous.stop, mention.start):
            found += _all_between(previous.level, mention.level)
        found.append(mention.level)
        found += _short_range(text, mention)
        previous = mention
    if _WHOLE_SACRUM.search(text) and not set(SACRUM) & set(found):
        found += SACRUM
    return in_order(found)


def mentions(name: str) -> tuple[Mention, ...]:
    """Find where a name mentions single levels, in the order of the text."""
    text = _plain(name)
    taken = sorted(_mentions(name, text), key=lambda m: m.start)
    return tuple(m for n, m in enumerate(taken) if not n or m.start >= taken[n - 1].stop)


def renamed_level(name: str, level: str, new_level: str) -> str:
    """Replace a level in a name, in the way the name writes it.

    "VB_T08" becomes "VB_T09", "BWK 12" becomes "LWK 1", "Th12" becomes "L1". A name that writes the
    level in words or not at all becomes "vertebrae_" and the new level.
    """
    found = [m for m in mentions(name) if m.level == level]
    if not found or not all(m.region for m in found):
        return f"vertebrae_{new_level}"
    for mention in reversed(found):
        written = _written(mention, new_level, name[mention.start : mention.stop])
        name = name[: mention.start] + written + name[mention.stop :]
    return name


def _plain(name: str) -> str:
    """Lower case, underscores as spaces; every character keeps its place."""
    lowered = "".join(c if len(c.lower()) > 1 else c.lower() for c in name)
    return lowered.replace("_", " ").replace("+", " ")


def _mentions(name: str, text: str) -> Iterator[Mention]:
    # A dash or a point stands between words here ("L3-vertebra", "Th.8"), between levels in ranges.
    loose = re.sub(r"[-.]", " ", text)
    for match in _SHORT.finditer(loose):
        region = match["german"] or match["th"] or match["letter"]
        initial = {**_LETTER, **_GERMAN}[region]
        number = int(match["number"])
        apart = match["letter"] and match["space"] and not match["word"]
        if apart or not 1 <= number <= _COUNTS[initial]:
            continue
        if not match["word"] and _is_otherwise(text, region, number):
            continue
        group = "german" if match["german"] else "th" if match["th"] else "letter"
        start, stop = match.start(group), match.end("number")
        written = name[start : match.end(group)]
        yield Mention(f"{initial}{number}", start, stop, written, _padded(match))
    for match in _LONG.finditer(text.replace("-", " ")):
        initial = _REGIONS[match["after"] or match["before"]]
        digits = match["first"] or match["last"]
        number = int(digits) if digits else _ORDINALS[match["ordinal"]]
        if 1 <= number <= _COUNTS[initial]:
            yield Mention(f"{initial}{number}", match.start(), match.end())
    for match in _NAMED.finditer(text):
        yield Mention("C1" if match[1] or match[3] else "C2", match.start(), match.end())


def _padded(match: re.Match[str]) -> bool:
    return match.string[match.start("number") - 1] == "0"


def _is_otherwise(text: str, region: str, number: int) -> bool:
    return any(
        region == letter and (not numbers or str(number) in numbers) and bool(words.search(text))
        for letter, numbers, words in _OTHERWISE
    )


def _all_between(first: str, last: str) -> tuple[str, ...]:
    start, stop = sorted((COLUMN.index(first), COLUMN.index(last)))
    return tuple(level for level in COLUMN[start:stop] if level not in ("T13", "L6"))


def _short_range(text: str, mention: Mention) -> tuple[str, ...]:
    """Levels of "T10-12" and "L2/3" after the first one; a smaller number is none ("L3-1")."""
    match = _SHORT_RANGE.match(text, mention.stop)
    initial, number = mention.level[0], int(mention.level[1:])
    if match is None or not number < int(match[2]) <= _COUNTS[initial]:
        return ()
    first = number + 1 if match[1] != "/" else int(match[2])
    return tuple(f"{initial}{n}" for n in range(first, int(match[2]) + 1))


def _written(mention: Mention, level: str, text: str) -> str:
    """The new level as the mention writes levels; `text` is what stands there now."""
    initial, number = level[0], level[1:]
    old = mention.region.lower()
    joint = re.sub(r"\d+$", "", text[len(mention.region) :])
    if old in _GERMAN:
        region = next(word for word, letter in _GERMAN.items() if letter == initial)
        region = region.upper() if mention.region.isupper() else region
    elif _LETTER[old] == initial:
        region = mention.region
    else:
        region = initial.lower() if mention.region.islower() else initial
        joint = joint if old != "th" else ""
    # TG-263 pads thoracic numbers to two digits and no others.
    width = 2 if mention.padded and initial == "T" else 1
    return f"{region}{joint}{number.zfill(width)}"


# Beside a level they say that something else than the vertebra is meant.
_NOT_A_VERTEBRA = re.compile(
    r"dis[ck]s?(?![a-z])|ivd|end ?plate|(?<![a-z])ribs?(?![a-z])|nerve|root|foramen|musc|psoas|cord"
    r"|canal|plex|(?<![a-z])[cgpi]tv|target|tumou?r|lesion|(?<![a-z])mets?(?![a-z])|prv|dose|pedicle"
    r"|lamina|process|facet|arch|arcus|(?<![a-z])dens(?![a-z])|ring"
)
_BODY = re.compile(r"body|corpus|(?<![a-z])wk|wirbelk")


def vertebrae_in_names(names: Mapping[int, str]) -> dict[int, str]:
    """Find which of a file's names mean a vertebra, and its level.

    A name means a vertebra if it mentions one level and nothing else beside it (a disc, a rib, a
    nerve root, a target, a part of the vertebra). Where a file holds a vertebra and its body, the
    whole is meant.

    Parameters
    ----------
    names : mapping of int to str

    Returns
    -------
    dict
        Key of `names` to level, from head to foot.

    Raises
    ------
    InputError
        Two names mean the same vertebra.
    """
    found: dict[str, int] = {}
    for key, name in names.items():
        levels = levels_in_name(name)
        if len(levels) != 1 or _NOT_A_VERTEBRA.search(_plain(name)):
            continue
        (level,) = levels
        if level not in found or _BODY.search(_plain(names[found[level]])):
            found[level] = key
        elif not _BODY.search(_plain(name)):
            raise InputError(
                f"Both {names[found[level]]} and {name} are {level} by their names; "
                "rename one or choose one by its name."
            )
    return {found[level]: level for level in in_order(found)}
