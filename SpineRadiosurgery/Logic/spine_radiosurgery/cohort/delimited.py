"""A table of text as spreadsheets write it: separated by commas, semicolons or tabs."""

from __future__ import annotations

import codecs
import csv
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TextIO

from ..geometry import InputError
from ..report.tables import original

SEPARATORS = {",": "comma", ";": "semicolon", "\t": "tab"}
LARGEST_BYTES = 256 * 1024**2
MOST_ROWS = 1_000_000
SAVE_AS = "save it in the spreadsheet as 'CSV UTF-8'"
_UTF_16 = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)
_WORKBOOKS = (b"PK\x03\x04", b"\xd0\xcf\x11\xe0")


@dataclass(frozen=True)
class Record:
    """A row of cells, and the line of the file that it begins on."""

    line: int
    cells: tuple[str, ...]


@dataclass(frozen=True)
class Delimited:
    """A table's header and rows.

    Attributes
    ----------
    separator : str
    header : tuple of str
        Trimmed; without empty names at the end.
    width : int
        Cells of the header as it is written.
    rows : tuple of Record
        Without blank ones; cells as they stand, but for a spreadsheet's guard against formulas.
    """

    separator: str
    header: tuple[str, ...]
    width: int
    rows: tuple[Record, ...]


def read_delimited(path: Path, needed: Sequence[str]) -> Delimited:
    """Read a table.

    Parameters
    ----------
    path : Path
    needed : sequence of str
        Columns, in small letters, that the separator is told by.

    Raises
    ------
    InputError
        The file cannot be read, is too large or no table of text, or its quotes do not match.
    """
    encoding = _encoding_of(path)
    with _readable(path), path.open(encoding=encoding, newline="") as stream:
        separator = _separator_of(stream, needed, path)
        stream.seek(0)
        records = _records(stream, separator, path)
        first = next(records, None)
        if first is None:
            raise InputError(f"The manifest {path} is empty.")
        header = [cell.strip() for cell in first.cells]
        while header and not header[-1]:
            header.pop()
        rows: list[Record] = []
        for record in records:
            if len(rows) == MOST_ROWS:
                raise InputError(f"The manifest {path} has more than {MOST_ROWS:,} rows; split it.")
            rows.append(record)
    return Delimited(separator, tuple(header), len(first.cells), tuple(rows))


@contextmanager
def _readable(path: Path) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        raise InputError(f"The manifest {path} cannot be read: {error.strerror}.") from error
    except UnicodeError as error:
        raise InputError(
            f"The manifest {path} holds letters that are not UTF-8; {SAVE_AS}."
        ) from error


def _encoding_of(path: Path) -> str:
    """Tell UTF-8 and a spreadsheet's UTF-16 apart.

    Raises
    ------
    InputError
        It is a folder, too large, or holds what no text does.
    """
    with _readable(path):
        size = path.stat().st_size
        if not path.is_file():
            raise InputError(f"The manifest {path} is no file; name a CSV file.")
        if size > LARGEST_BYTES:
            raise InputError(
                f"The manifest {path} has {size / 1024**2:,.0f} MiB, more than"
                f" {LARGEST_BYTES // 1024**2}; split it, or name another file."
            )
        with path.open("rb") as stream:
            start = stream.read(65536)
    if start.startswith(_WORKBOOKS):
        raise InputError(f"The manifest {path} is a workbook, not CSV; {SAVE_AS}.")
    if start.startswith(_UTF_16):
        return "utf-16"
    if b"\0" in start:
        raise InputError(f"The manifest {path} is not a text file; {SAVE_AS}.")
    return "utf-8-sig"


def _separator_of(stream: TextIO, needed: Sequence[str], path: Path) -> str:
    """Return the separator that finds most of the needed columns in the header, then the most."""
    found = []
    for separator in SEPARATORS:
        stream.seek(0)
        try:
            first = next(_records(stream, separator, path), None)
        except InputError:
            continue
        names = [cell.strip().lower() for cell in first.cells] if first else []
        found.append((len(set(needed) & set(names)), len(names), separator))
    # A comma is the usual one where nothing tells.
    return max(found, key=lambda one: one[:2])[2] if found else ","


def _records(stream: TextIO, separator: str, path: Path) -> Iterator[Record]:
    """Give the rows that are not blank.

    Raises
    ------
    InputError
        A quote is not closed or closed inside a cell, or a cell is endless.
    """
    reader = csv.reader(stream, delimiter=separator, strict=True)
    while True:
        line = reader.line_num + 1
        try:
            cells = next(reader, None)
        except csv.Error as error:
            raise InputError(
                f"The manifest {path}, line {line}: its quotes do not match ({error}); a cell with"
                ' a quote in it is written as "one ""two""".'
            ) from error
        if cells is None:
            return
        if any("\0" in cell for cell in cells):
            raise InputError(f"The manifest {path} is not a text file (line {line}); {SAVE_AS}.")
        if any(cell.strip() for cell in cells):
            yield Record(line, tuple(map(original, cells)))
