"""What is exported: structures with what DICOM says of them, and what became of them."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from ...geometry import InputError, Structure

Code = tuple[str, str, str]
"""Value, scheme and meaning of a coded concept."""
INTERPRETED_TYPES = (
    "EXTERNAL", "PTV", "CTV", "GTV", "ORGAN", "OAR", "AVOIDANCE", "CAVITY", "CONTROL", "SUPPORT",
)  # fmt: skip
"""RT ROI Interpreted Types that are written; others are left empty."""
ALGORITHMS = ("AUTOMATIC", "SEMIAUTOMATIC", "MANUAL")
LONGEST_NAME = 64
"""Characters of a ROI's name (LO); TG-263 advises 16."""
CLASH_SUFFIX = "^SRS"
"""TG-263 puts a qualifier of one's own behind a caret."""


@dataclass(frozen=True, eq=False)
class ExportedStructure:
    """A structure and what a DICOM object says of it.

    Attributes
    ----------
    structure : Structure
    name : str
        In the file, after TG-263.
    role : str
        What it is in the report ("target", "cord_volume", "prv", "sector", ...).
    interpreted_type : str
        One of `INTERPRETED_TYPES`, or "".
    algorithm : str
        One of `ALGORITHMS`.
    color : (int, int, int)
        0..255.
    category, type : Code
        Of segments and observations.
    modifier : Code or None
    description : str
        How it was made.
    """

    structure: Structure
    name: str
    role: str
    interpreted_type: str
    algorithm: str
    color: tuple[int, int, int]
    category: Code
    type: Code
    modifier: Code | None = None
    description: str = ""

    def __post_init__(self) -> None:
        if self.interpreted_type not in ("", *INTERPRETED_TYPES):
            raise InputError(f"{self.name}: ROI type {self.interpreted_type!r} is not known.")
        if self.algorithm not in ALGORITHMS:
            raise InputError(f"{self.name}: ROI algorithm {self.algorithm!r} is not known.")
        if not 0 < len(self.name) <= LONGEST_NAME or re.search(r"[\\\x00-\x1f\x7f]", self.name):
            raise InputError(
                f"The name {self.name!r} cannot be that of a ROI (1 to 64 characters)."
            )


@dataclass(frozen=True)
class WrittenStructure:
    """What became of a structure in a file.

    Attributes
    ----------
    name : str
        In the file.
    number : int
        Of the ROI or segment.
    volume_cc : float
        Of the structure.
    written_cc : float
        That a reader finds in the file.
    notes : tuple of str
        What the file holds otherwise, in sentences.
    """

    name: str
    number: int
    volume_cc: float
    written_cc: float
    notes: tuple[str, ...] = ()

    @property
    def difference_percent(self) -> float:
        """Written less true volume, in percent of the true one."""
        return 100.0 * (self.written_cc / self.volume_cc - 1.0)


@dataclass(frozen=True)
class ExportResult:
    """One file that was written.

    Attributes
    ----------
    path : Path
    uid : str
        SOP instance.
    structures : tuple of WrittenStructure
        Those written by this export, not those copied from another object.
    notes : tuple of str
    """

    path: Path
    uid: str
    structures: tuple[WrittenStructure, ...] = ()
    notes: tuple[str, ...] = ()


VOLUME_TOLERANCE_PERCENT = 0.5
"""A larger difference between written and true volume is said."""


def volume_notes(name: str, volume_cc: float, written_cc: float, why: str) -> tuple[str, ...]:
    """Say where a file cannot hold a structure's volume."""
    off = 100.0 * (written_cc / volume_cc - 1.0)
    if abs(off) <= VOLUME_TOLERANCE_PERCENT:
        return ()
    return (
        f"{name} has {written_cc:.4g} cc in the file and {volume_cc:.4g} cc in truth"
        f" ({off:+.1f} %): {why}.",
    )


def unique_names(names: Iterable[str], taken: Iterable[str] = ()) -> list[str]:
    """Return names that differ from each other and from those taken, whatever their case.

    A name that is taken gets `CLASH_SUFFIX`, the next ones `^SRS2`, `^SRS3`, ...
    """
    used = {name.casefold() for name in taken}
    found = []
    for name in names:
        count, unique = 1, name
        while unique.casefold() in used:
            suffix = CLASH_SUFFIX + (str(count) if count > 1 else "")
            unique, count = name[: LONGEST_NAME - len(suffix)] + suffix, count + 1
        used.add(unique.casefold())
        found.append(unique)
    return found
