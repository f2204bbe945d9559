"""`spine-radiosurgery manifest`: the cases of a folder tree, as a manifest for `cohort`."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Annotated, Literal

import typer
from rich.console import Console
from rich.table import Table
from rich.text import Text

from ..cohort.finding import (
    FoundCases,
    Unmatched,
    find_cases,
    manifest_csv,
    sort_into,
    unmatched_csv,
)
from ..cohort.finding.index import NOT_NEEDED
from ..cohort.finding.sorting import check_sorted_folder
from ..dicom.tree import NOT_DICOM
from ..geometry import InputError, stage, whole_file
from .progress import progress_line

MOST_SHOWN = 100
"""Rows on a screen; a file takes them all."""
FILE_WIDTH = 240
"""Characters of a line where standard error is no terminal."""


def manifest(
    root: Annotated[Path, typer.Argument(help="Folder with the DICOM files of any patients.")],
    *,
    sort: Annotated[
        Path | None,
        typer.Option(
            "--sort-into",
            help="New folder: one folder a case in it, with links to just its files.",
        ),
    ] = None,
    unmatched: Annotated[
        Path | None,
        typer.Option(help="CSV file of what could not be matched, with the reasons."),
    ] = None,
) -> None:
    """Find the plans of all patients in a folder tree; print a manifest for `cohort`."""
    if sort is not None:
        check_sorted_folder(root, sort)
    if unmatched is not None and not unmatched.absolute().parent.is_dir():
        raise InputError(f"--unmatched {unmatched} lies in a folder that does not exist.")
    with progress_line():
        with stage("Reading headers", 0.0, 0.9):
            found = find_cases(root)
        with stage("Sorting", 0.9, 1.0):
            placed = found if sort is None else sort_into(found, sort)
    if unmatched is not None:
        _write(unmatched, unmatched_csv(found))
    _print(manifest_csv(placed))
    _tell(placed, with_table=unmatched is None)


def _print(text: str) -> None:
    """Write the manifest to standard output as bytes, whatever the console's encoding."""
    sys.stdout.flush()
    sys.stdout.buffer.write(text.encode("utf-8"))
    sys.stdout.buffer.flush()


def _write(path: Path, text: str) -> None:
    try:
        with whole_file(path) as scratch:
            scratch.write_text(text, encoding="utf-8", newline="\n")
    except OSError as error:
        raise InputError(
            f"--unmatched {path} could not be written: {error.strerror or error}."
        ) from error


def _tell(found: FoundCases, *, with_table: bool) -> None:
    """Say on standard error what was found and what was not."""
    console = Console(stderr=True, soft_wrap=True, highlight=False)
    if not console.is_terminal:
        console.width = FILE_WIDTH
    console.print(
        f"{found.files:,} files, {_counted(len(found.rows), 'case')}, "
        f"{_counted(len(found.unmatched), 'line')} of what could not be matched.",
        markup=False,
    )
    if remarked := sum(bool(row.remarks) for row in found.rows):
        console.print(f"The column 'remark' holds one for {_counted(remarked, 'case')}: look.")
    if shared := sum(row.shared for row in found.rows):
        console.print(
            f"{_counted(shared, 'case')} in folders with other patients, whose headers are read "
            "with every one of them; --sort-into DIR gives each a folder of its own.",
            markup=False,
        )
    if with_table and found.unmatched:
        _print_unmatched(_on_screen(found.unmatched), console)


def _counted(number: int, what: str) -> str:
    return f"{number:,} {what}{'' if number == 1 else 's'}"


def _on_screen(unmatched: Sequence[Unmatched]) -> list[Unmatched]:
    """Put together what is told of many folders alike."""
    spare: dict[tuple[str, str], list[Unmatched]] = {}
    single = []
    for one in unmatched:
        if one.reason in (NOT_DICOM, NOT_NEEDED):
            spare.setdefault((one.kind, one.reason), []).append(one)
        else:
            single.append(one)
    for (kind, reason), alike in spare.items():
        where = alike[0].path if len(alike) == 1 else f"({len(alike):,} folders)"
        single.append(Unmatched(where, kind, sum(one.files for one in alike), reason))
    return single


def _print_unmatched(listed: Sequence[Unmatched], console: Console) -> None:
    table = Table(box=None, pad_edge=False, title="Not matched", title_justify="left")
    for heading in ("path", "kind", "files", "reason"):
        justify: Literal["left", "right"] = "right" if heading == "files" else "left"
        table.add_column(heading, justify=justify, overflow="fold")
    for one in listed[:MOST_SHOWN]:
        table.add_row(Text(one.path), one.kind, f"{one.files:,}", Text(one.reason))
    console.print(table)
    more = len(listed) - MOST_SHOWN
    if more > 0:
        console.print(f"and {more:,} more; --unmatched FILE writes them all.", markup=False)
