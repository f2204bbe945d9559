"""Vertebral levels behind the numbers that segmentation programs write into label maps."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from itertools import pairwise

from ...geometry import InputError
from .column import COLUMN, LEVELS, steps_between
from .names import levels_in_name

_C1_TO_L5 = LEVELS[: LEVELS.index("S1")]

SCHEMES: dict[str, dict[int, str]] = {
    "verse": {
        **dict(enumerate(_C1_TO_L5, 1)),
        25: "L6",
        26: "S1",
        28: "T13",
        **dict(enumerate(LEVELS[LEVELS.index("S2") :], 29)),
    },
    "totalsegmentator-v2": {26: "S1", **dict(enumerate(reversed(_C1_TO_L5), 27))},
    "totalsegmentator-v1": dict(enumerate(reversed(_C1_TO_L5), 18)),
    "totalsegmentator-mr": dict(enumerate(reversed(_C1_TO_L5), 2)),
}
"""Scheme to its labels' levels.

- `verse`: the VerSe challenge (its README) with the sacral segments of TPTBox; SPINEPS writes the
  same numbers (100 + n are discs, 200 + n endplates). 26 alone may be the whole sacrum.
- `totalsegmentator-v2`, `-v1`: the tasks `total` of versions 2 and 1 (their `map_to_binary.py`);
  the whole sacrum (25; 92) is no level.
- `totalsegmentator-mr`: the task `vertebrae_mr`.
"""
ALIASES = {"spineps": "verse", "tptbox": "verse", "totalsegmentator": "totalsegmentator-v2"}
SUBREGION_SECTORS: dict[int, tuple[str, ...]] = {
    41: ("left_pedicle", "right_pedicle", "left_lamina", "right_lamina"),
    42: ("spinous_process",),
    **dict.fromkeys((43, 45, 47), ("left_lamina",)),
    **dict.fromkeys((44, 46, 48), ("right_lamina",)),
    **dict.fromkeys((49, 50), ("body",)),
}
"""SPINEPS's sub-regions of all vertebrae together (TPTBox `Location`) to our sectors.

The arch (41) holds pedicles and laminae of both sides undivided; 43 to 48 are the transverse and
articular processes.
"""

_STEP_MM = (7.0, 60.0)
"""Smallest and largest height between neighbouring vertebrae, tilt and compression included."""


@dataclass(frozen=True)
class LabelReading:
    """What the numbers of a label map stand for.

    Attributes
    ----------
    scheme : str
        A key of `SCHEMES`, or "names" where the file itself names them.
    reason : str
        Why this scheme.
    levels : dict
        Label to level, from head to foot.
    """

    scheme: str
    reason: str
    levels: dict[int, str]


def level_of(name_or_label: str | int, scheme: str = "auto") -> str | None:
    """Find the one level that a name or a label number stands for.

    Parameters
    ----------
    name_or_label : str or int
        A structure's name, or a label number.
    scheme : str
        Of a number: one of `SCHEMES` or `ALIASES`. Names are understood in every scheme.

    Returns
    -------
    str or None
        None where the name mentions no level or several (a range, "sacrum"), or the number is no
        vertebra. The transitional "T13" and "L6" are levels here.

    Raises
    ------
    InputError
        A number without a scheme means different levels; the scheme is not known.
    """
    if isinstance(name_or_label, str):
        levels = levels_in_name(name_or_label)
        return levels[0] if len(levels) == 1 else None
    if scheme != "auto":
        return _table(scheme).get(name_or_label)
    readings = {s: t[name_or_label] for s, t in SCHEMES.items() if name_or_label in t}
    if len(set(readings.values())) > 1:
        meanings = ", ".join(f"{level} in {name}" for name, level in readings.items())
        raise InputError(f"Label {name_or_label} is {meanings}; name the scheme.")
    return next(iter(readings.values()), None)


def read_labels(heights_mm: Mapping[int, float], scheme: str = "auto") -> LabelReading:
    """Find the levels of a label map's numbers.

    VerSe counts from head to foot and TotalSegmentator from foot to head, so where the labels lie
    tells the schemes apart: a scheme fits if all its vertebrae in the file lie in its order, 7 to
    60 mm a level. Versions 1 and 2 of TotalSegmentator count alike; where a file holds nothing but
    vertebrae that are levels in both, or a single one, the caller must choose.

    Parameters
    ----------
    heights_mm : mapping of int to float
        Label to the height of its middle along the superior axis, mm.
    scheme : str
        One of `SCHEMES` or `ALIASES`, or "auto".

    Raises
    ------
    InputError
        No scheme fits, several do, or the chosen one has no label in the file.
    """
    if scheme != "auto":
        levels = _levels(_table(scheme), heights_mm)
        if not levels:
            listed = _listed(heights_mm)
            raise InputError(
                f"None of the labels {listed} is a vertebra in the scheme {scheme}; choose another "
                f"of {', '.join(SCHEMES)}."
            )
        return LabelReading(ALIASES.get(scheme, scheme), "as chosen", levels)
    # Numbers that a scheme does not have rule it out.
    possible = {n: table for n, table in SCHEMES.items() if max(heights_mm) <= _LARGEST[n]}
    fitting = {
        name: levels
        for name, table in possible.items()
        if (levels := _levels(table, heights_mm)) and _lie_in_order(levels, heights_mm)
    }
    # One label lies in any order; it tells nothing.
    telling = {name: levels for name, levels in fitting.items() if len(levels) > 1}
    if len(telling) != 1:
        raise InputError(_unclear(telling or fitting, heights_mm))
    ((name, levels),) = telling.items()
    reason = f"the labels {_listed(levels)} lie in the order of {name} and of no other scheme"
    if name == "verse" and levels.get(1):
        reason += ", if they are not just counted from the top of the image"
    return LabelReading(name, reason, levels)


def _table(scheme: str) -> dict[int, str]:
    name = ALIASES.get(scheme, scheme)
    if name not in SCHEMES:
        raise InputError(
            f"The labeling scheme {scheme!r} is not known; choose one of "
            f"{', '.join([*SCHEMES, *ALIASES])} or auto."
        )
    return SCHEMES[name]


# TotalSegmentator v1 ends at 104 (bladder), v2 at 117 (costal cartilages), vertebrae_mr at C1;
# SPINEPS adds endplates up to 200 + 33.
_LARGEST = {
    "verse": 233,
    "totalsegmentator-v2": 117,
    "totalsegmentator-v1": 104,
    "totalsegmentator-mr": 25,
}


def _levels(table: Mapping[int, str], labels: Iterable[int]) -> dict[int, str]:
    found = {label: table[label] for label in labels if label in table}
    return dict(sorted(found.items(), key=lambda item: COLUMN.index(item[1])))


def _lie_in_order(levels: Mapping[int, str], heights_mm: Mapping[int, float]) -> bool:
    for upper, lower in pairwise(levels):
        steps = steps_between(levels[upper], levels[lower])
        fall = heights_mm[upper] - heights_mm[lower]
        # What is labelled S1 may be the whole sacrum.
        most = _STEP_MM[1] * (steps + (levels[lower] == "S1"))
        if not _STEP_MM[0] * steps <= fall <= most:
            return False
    return True


def _unclear(fitting: Mapping[str, Mapping[int, str]], labels: Iterable[int]) -> str:
    numbers = set(labels)
    if len(numbers & set(SUBREGION_SECTORS)) > 2 and all(len(v) < 2 for v in fitting.values()):
        return (
            f"The labels {_listed(numbers)} look like sub-regions of vertebrae (SPINEPS, 41 to 50) "
            "and tell no level; give the file with one label a vertebra (seg-vert)."
        )
    if fitting:
        meanings = "; ".join(f"{n}: {_spoken(levels)}" for n, levels in fitting.items())
        return (
            f"The labels {_listed(numbers)} do not tell which scheme they follow ({meanings}); "
            "name the scheme."
        )
    return (
        f"The labels {_listed(numbers)} lie in the order of no known scheme "
        f"({', '.join(SCHEMES)}); name the scheme, or the label and the level of each vertebra."
    )


def _spoken(levels: Mapping[int, str]) -> str:
    first, *rest = levels.items()
    if not rest:
        return f"{first[0]} is {first[1]}"
    return f"{first[0]} to {rest[-1][0]} are {first[1]} to {rest[-1][1]}"


def _listed(numbers: Iterable[int]) -> str:
    ordered = sorted(numbers)
    shown = ", ".join(map(str, ordered[:12]))
    return f"{shown} ..." if len(ordered) > 12 else shown
