"""Cells of a manifest, checked and typed."""

from __future__ import annotations

import math
import os
import re
from collections.abc import Mapping, Sequence
from pathlib import Path, PureWindowsPath

from ..case import Prescription
from ..geometry import InputError
from ..targets import TEMPLATES
from ..tolerance import SHIPPED

LONGEST_NAME = 200
"""Characters of a case's name."""
_NUMBER = re.compile(r"[+-]?(\d+(\.\d*)?|\.\d+)([eE][+-]?\d{1,3})?", re.ASCII)
YES = ("1", "1.0", "yes", "y", "true")
NO = ("0", "0.0", "no", "n", "false")


class CellError(ValueError):
    """A cell that cannot be used: what it holds and what to do, for the row's problem."""


class Cells:
    """The known cells of one row, trimmed; "" where the manifest has no such column.

    Parameters
    ----------
    values : mapping of str to str
        As they stand, by column.
    separator : str
        Of the manifest: a decimal comma is one only where cells are not separated by commas.
    """

    def __init__(self, values: Mapping[str, str], separator: str) -> None:
        self._values = values
        self.has_decimal_comma = separator != ","

    def __getitem__(self, column: str) -> str:
        return self._values.get(column, "").strip()

    def untrimmed(self, column: str) -> str:
        """Return a cell as it stands."""
        return self._values.get(column, "")


def case_name(cell: str) -> str:
    """Return a case's name, trimmed.

    Raises
    ------
    CellError
        It is empty, too long or holds control characters.
    """
    name = cell.strip()
    if not name:
        raise CellError("the case has no name; give it one.")
    if len(name) > LONGEST_NAME:
        raise CellError(
            f"the case's name has {len(name)} characters, at most {LONGEST_NAME} are allowed."
        )
    odd = next((c for c in name if not c.isprintable()), "")
    if odd:
        raise CellError(
            f"the case's name holds the character U+{ord(odd):04X}, which cannot be printed;"
            " remove it."
        )
    return name


def listed(cells: Cells, column: str) -> tuple[str, ...]:
    """Return the values of a cell, which "|" separates."""
    return tuple(value for part in cells[column].split("|") if (value := part.strip()))


def prescribed_dose_gy(cells: Cells) -> float | None:
    """Return the total dose in Gy; None where the cell is empty."""
    dose = _number(cells, "prescription_gy", "the total dose in Gy, such as 16")
    if dose is not None and dose <= 0:
        raise CellError(f"prescription_gy is {cells['prescription_gy']}; it must be positive.")
    return dose


def number_of_fractions(cells: Cells) -> int | None:
    """Return the fractions; None where the cell is empty.

    Raises
    ------
    CellError
        It is no whole number from 1, or the dose a fraction is absurd.
    """
    count = _number(cells, "fractions", "a whole number")
    if count is None:
        return None
    if count != int(count) or count < 1:
        raise CellError(f"fractions is {cells['fractions']}; write a whole number, 1 or more.")
    dose = prescribed_dose_gy(cells)
    if dose is not None:
        try:
            Prescription(dose, int(count))
        except InputError as error:
            raise CellError(f"{str(error)[:1].lower()}{str(error)[1:]}") from error
    return int(count)


def one_of(cells: Cells, column: str, allowed: Sequence[str], default: str) -> str:
    """Return a word in small letters; the default where the cell is empty."""
    value = cells[column].lower() or default
    if value not in allowed:
        written = _short(cells[column])
        raise CellError(f"{column} is '{written}'; write {', '.join(allowed)} or nothing.")
    return value


def truth(cells: Cells, column: str) -> bool:
    """Return whether a cell says yes."""
    value = cells[column].lower()
    if value not in (*YES, *NO, ""):
        raise CellError(f"{column} is '{_short(cells[column])}'; write yes, no or nothing.")
    return value in YES


def template_name(cells: Cells) -> str:
    """Return the template that makes the target; "" where the cell is empty."""
    return one_of(cells, "template", tuple(TEMPLATES), "") if cells["template"] else ""


def folder_path(cells: Cells, base: Path) -> Path:
    """Return a case's folder, absolute; it need not be there.

    Raises
    ------
    CellError
        There is none, or it is another system's.
    """
    if not cells["folder"]:
        raise CellError("the folder is missing; write where the case's DICOM files are.")
    exact = cells.untrimmed("folder")
    # Names may begin or end with a blank; more often one was typed after a comma.
    if exact != cells["folder"] and os.path.isdir(base / exact):
        return base / exact
    return _path(cells["folder"], "folder", base)


def file_path(cells: Cells, column: str, base: Path) -> Path | None:
    """Return a file, absolute; None where the cell is empty."""
    return _path(cells[column], column, base) if cells[column] else None


def protocol_choice(cells: Cells, base: Path) -> str:
    """Return "auto", a shipped protocol's identifier, or a protocol file's absolute path."""
    value = cells["protocol"]
    if value.lower() in ("", "auto", *SHIPPED):
        return value.lower() or "auto"
    if value.lower().endswith(".json"):
        return str(_path(value, "protocol", base))
    raise CellError(
        f"protocol is '{_short(value)}'; write auto, {', '.join(SHIPPED)}, or a file that ends in"
        " .json."
    )


def _path(value: str, column: str, base: Path) -> Path:
    path = base / value
    foreign = PureWindowsPath(value)
    if isinstance(path, PureWindowsPath):
        return path
    if foreign.is_absolute() and not Path(value).is_absolute():
        raise CellError(f"{column} is a path of another system; write where it is on this machine.")
    other = base / foreign.as_posix()
    # On this system a backslash is a letter, unless the manifest comes from another one.
    return other if "\\" in value and os.path.exists(other) and not os.path.exists(path) else path


def _number(cells: Cells, column: str, wanted: str) -> float | None:
    text = cells[column]
    if not text:
        return None
    plain = text.replace(",", ".", 1) if cells.has_decimal_comma else text
    if not _NUMBER.fullmatch(plain):
        point = " (with a decimal point)" if "," in text and not cells.has_decimal_comma else ""
        raise CellError(f"{column} is '{_short(text)}', not a number; write {wanted}{point}.")
    number = float(plain)
    if not math.isfinite(number):
        raise CellError(f"{column} is '{_short(text)}', beyond all numbers; write {wanted}.")
    return number


def _short(text: str) -> str:
    # Tables show the sentence, and they are without paths.
    if PureWindowsPath(text).anchor:
        return "a path"
    return text if len(text) <= 60 else f"{text[:60]}..."
