"""The manifest: which cases a cohort is made of, one row each."""

from __future__ import annotations

import os
import unicodedata
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from ..geometry import InputError
from .cells import (
    CellError,
    Cells,
    case_name,
    file_path,
    folder_path,
    listed,
    number_of_fractions,
    one_of,
    prescribed_dose_gy,
    protocol_choice,
    template_name,
    truth,
)
from .delimited import SEPARATORS, Delimited, Record, read_delimited
from .row import Manifest, ManifestRow

NEEDED_COLUMNS = ("case", "folder", "target", "cord", "prescription_gy", "fractions")
OPTIONAL_COLUMNS = (
    "template", "vertebrae", "gtv", "protocol", "dose", "structures", "plan", "previous_radiation",
    "override_prescription", "assessment", "level",
)  # fmt: skip
MOST_NAMED = 5
"""Errors of one kind in a sentence."""


def read_manifest(path: str | os.PathLike[str]) -> Manifest:
    """Read a manifest.

    A CSV file with a header; columns in any order, their names in small or capital letters.
    Separated by commas, semicolons or tabs; with one of the latter two, numbers may have a decimal
    comma. In UTF-8, or in UTF-16 as spreadsheets write it. Several values in one cell are separated
    by "|". Paths that are not absolute are relative to the manifest's own folder.

    Parameters
    ----------
    path : path

    Returns
    -------
    Manifest
        A row that cannot be evaluated says so in `problem`, with its line, and stops no other.
        Columns beside the known ones are kept as text; they are empty where the number of cells
        leaves open which column a cell belongs to.

    Raises
    ------
    InputError
        The file cannot be read as a table, a needed column is missing or there twice, there is no
        row, or two rows have one name (which stands for a folder: capitals do not count).
    """
    file = Path(path).absolute()
    table = read_delimited(file, NEEDED_COLUMNS)
    known, free = _columns(table, file)
    if not table.rows:
        raise InputError(f"The manifest {file} holds no case, only a header.")
    names = _names_of(table.rows, known, file)
    reader = _RowReader(table, known, free, file.parent)
    rows = tuple(map(reader.row, table.rows, names))
    return Manifest(rows, tuple(free))


def _columns(table: Delimited, file: Path) -> tuple[dict[str, int], dict[str, int]]:
    """Return where the known columns stand, and the free ones."""
    places: dict[str, list[int]] = defaultdict(list)
    for place, name in enumerate(table.header):
        places[name.lower()].append(place)
    missing = [name for name in NEEDED_COLUMNS if name not in places]
    if missing:
        raise InputError(
            f"The manifest {file}, line 1, lacks the column(s) {', '.join(missing)}; it has"
            f" {_shown(table.header)}, taken as separated by a {SEPARATORS[table.separator]}."
        )
    twice = [name for name, where in places.items() if name and len(where) > 1]
    if twice:
        raise InputError(
            f"The manifest {file}, line 1, has the column {_shown(twice)} more than once; "
            "capitals do not count."
        )
    known = {
        name: places[name][0] for name in (*NEEDED_COLUMNS, *OPTIONAL_COLUMNS) if name in places
    }
    taken = set(known.values())
    free = {name: n for n, name in enumerate(table.header) if name and n not in taken}
    return known, free


def _names_of(rows: Sequence[Record], known: Mapping[str, int], file: Path) -> list[str]:
    """Return what each row is called: its case, or its line where that is no name.

    Raises
    ------
    InputError
        Two rows have one name.
    """
    lines: dict[str, list[int]] = defaultdict(list)
    names: list[str | None] = []
    for record in rows:
        cell = record.cells[known["case"]] if known["case"] < len(record.cells) else ""
        try:
            name = case_name(cell)
            lines[_plain(name)].append(record.line)
            names.append(name)
        except CellError:
            names.append(None)
    twice = [where for where in lines.values() if len(where) > 1]
    if twice:
        named = {record.line: name for record, name in zip(rows, names, strict=True)}
        shown = "; ".join(
            f"'{named[where[0]]}' in lines {', '.join(map(str, where[:MOST_NAMED]))}"
            for where in twice[:MOST_NAMED]
        )
        raise InputError(
            f"The manifest {file} has rows of one name ({shown}); a name stands for a folder, where"
            " capitals do not count: rename all but one."
        )
    return [
        _line_name(record.line, lines) if name is None else name
        for record, name in zip(rows, names, strict=True)
    ]


def _line_name(line: int, taken: Mapping[str, list[int]]) -> str:
    name = f"line {line}"
    while _plain(name) in taken:
        name += "_"
    return name


def _plain(name: str) -> str:
    """Return a name as file systems compare it."""
    return unicodedata.normalize("NFC", unicodedata.normalize("NFC", name).casefold())


@dataclass(frozen=True)
class _RowReader:
    table: Delimited
    known: Mapping[str, int]
    free: Mapping[str, int]
    base: Path

    def row(self, record: Record, name: str) -> ManifestRow:
        """Read a row; what is wrong with it becomes its problem."""
        columns = dict.fromkeys(self.free, "")
        try:
            values = self._below_header(record.cells)
            columns = {title: values[n].strip() for title, n in self.free.items()}
            known = {title: values[n] for title, n in self.known.items()}
            cells = Cells(known, self.table.separator)
            return _read(record.line, name, cells, columns, self.base)
        except CellError as error:
            problem = str(InputError(f"Line {record.line} of the manifest: {error}"))
            return ManifestRow(record.line, name, self.base, columns=columns, problem=problem)

    def _below_header(self, cells: Sequence[str]) -> Sequence[str]:
        """Return a cell for each column; spreadsheets leave out or add empty ones at the end.

        Raises
        ------
        CellError
            It is not certain which column a cell belongs to.
        """
        header = self.table.header
        filled = max((n for n, cell in enumerate(cells, start=1) if cell.strip()), default=0)
        missing = [name for name in NEEDED_COLUMNS if self.known[name] >= len(cells)]
        if missing:
            raise CellError(
                f"it has {len(cells)} cells, the header {len(header)}, and lacks"
                f" {', '.join(missing)}; its outcomes are not counted; complete the row."
            )
        if self.table.separator == "," and len(cells) > self.table.width:
            # A decimal comma pushed the others on, of which the last may be an empty one.
            filled = len(cells)
        if filled > len(header):
            raise CellError(
                f"it has {filled} cells, the header {len(header)}; its outcomes are not counted;"
                " put a cell that holds the separator, such as a decimal comma, between double"
                " quotes, or remove the cells too many."
            )
        whole = (*cells, *[""] * (len(header) - len(cells)))
        unnamed = [n for n, title in enumerate(header) if not title and whole[n].strip()]
        if unnamed:
            raise CellError(
                f"its cell {unnamed[0] + 1} stands in a column without a name; its outcomes are"
                " not counted; name the column."
            )
        return whole


def _read(
    line: int, name: str, cells: Cells, columns: Mapping[str, str], base: Path
) -> ManifestRow:
    """Read the known cells of a row.

    Raises
    ------
    CellError
        One of them cannot be used.
    """
    case_name(cells["case"])
    row = ManifestRow(
        line=line,
        case=name,
        folder=folder_path(cells, base),
        targets=listed(cells, "target"),
        cord=cells["cord"],
        prescription_gy=prescribed_dose_gy(cells),
        fractions=number_of_fractions(cells),
        template=template_name(cells),
        vertebrae=listed(cells, "vertebrae"),
        gtv=listed(cells, "gtv"),
        protocol=protocol_choice(cells, base),
        dose=listed(cells, "dose"),
        structures=cells["structures"],
        plan=cells["plan"],
        previous_radiation=one_of(cells, "previous_radiation", ("yes", "no", "unknown"), "unknown"),
        override_prescription=truth(cells, "override_prescription"),
        assessment=file_path(cells, "assessment", base),
        level=",".join(listed(cells, "level")),
        columns=columns,
    )
    _check_together(row)
    return row


def _check_together(row: ManifestRow) -> None:
    if not row.cord:
        raise CellError("the cord is missing; write the name of its structure.")
    if row.targets and row.template:
        raise CellError(
            f"it names the target '{'|'.join(row.targets)}' and the template '{row.template}';"
            " empty one of them."
        )
    if not row.targets and not row.template:
        raise CellError(
            "the target is missing; write the name of its structure, or a template and vertebrae."
        )
    if row.template and not row.vertebrae:
        raise CellError(
            f"the template '{row.template}' needs the vertebrae; write their structures' names."
        )
    if len(row.dose) > 1 and row.plan:
        raise CellError(
            f"it names the plan '{row.plan}' beside {len(row.dose)} doses, whose plans are those"
            " that they refer to; empty the plan."
        )


def _shown(names: Sequence[str]) -> str:
    more = f" and {len(names) - 20} more" if len(names) > 20 else ""
    return ", ".join(f"'{name[:60]}'" for name in names[:20]) + more
