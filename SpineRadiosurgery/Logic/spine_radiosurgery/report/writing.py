"""Writing a report's folder whole or not at all."""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from ..geometry import InputError, report_progress, stage, whole_folder
from .document.pictures import pictures_document
from .figures.drawing import draw_figures
from .model import Report
from .page.html import render_html
from .pdf import html_to_pdf, why_no_pdf
from .presentation import Presentation
from .tables import constraints_csv, dvh_csv, metrics_csv
from .versions import GENERATOR

REPORT_FILE = "report.json"
EXPORTS, EXPORTS_LISTING = "export", "exports.json"
OUR_FILES = (
    "report.html",
    "report.pdf",
    REPORT_FILE,
    "metrics.csv",
    "constraints.csv",
    "dvh.csv",
    "figures",
    "case.mrb",
    EXPORTS,
)

SceneWriter = Callable[[Report, Path], None]
ExportWriter = Callable[[Report, Path], None]


def check_output(folder: Path) -> None:
    """Refuse an output folder that cannot be written or would lose somebody's files.

    Raises
    ------
    InputError
        It is a file, the working folder, holds files that are not a report of ours, or cannot be
        written.
    """
    if folder.exists() and not folder.is_dir():
        raise InputError(f"Output {folder} is a file; name a folder.")
    if Path.cwd().is_relative_to(os.path.realpath(folder)):
        raise InputError(
            f"Output {folder} is the folder you are in, or lies above it, and cannot be replaced; "
            "name a folder inside it."
        )
    if folder.is_dir() and any(folder.iterdir()) and not _is_ours(folder):
        raise InputError(
            f"Output folder {folder} holds other files and no report of ours; "
            "name an empty or a new folder."
        )
    parent = folder
    while not parent.exists() and parent != parent.parent:
        parent = parent.parent
    if not parent.is_dir():
        raise InputError(
            f"Output {folder} lies under {parent}, which is a file; name another folder."
        )
    if not _may_write(parent):
        raise InputError(f"Output folder {folder} cannot be written: no permission in {parent}.")


def _may_write(folder: Path) -> bool:
    return os.access(folder, os.W_OK | os.X_OK)


def _is_ours(folder: Path) -> bool:
    report = folder / REPORT_FILE
    try:
        if not report.is_file():
            return False
        document = json.loads(report.read_text(encoding="utf-8"))
    except (OSError, ValueError, RecursionError):
        return False
    return isinstance(document, dict) and str(document.get("generated_by", "")).startswith(
        GENERATOR
    )


@contextmanager
def _report_folder(folder: Path) -> Iterator[Path]:
    """Give a scratch folder that becomes the report's; files of others are carried over."""
    check_output(folder)
    try:
        with whole_folder(folder, keeps=_is_foreign) as scratch:
            yield scratch
    except OSError as error:
        raise InputError(
            f"Output folder {folder} could not be written: {error.strerror or error}; "
            "nothing was changed, free space or choose another folder."
        ) from error


def _is_foreign(entry: Path) -> bool:
    """Whether it is no part of a report; a person's own folder may have the exports' name."""
    if entry.name == EXPORTS:
        return not (entry / EXPORTS_LISTING).is_file()
    return entry.name not in OUR_FILES


def write_report(
    report: Report,
    folder: Path,
    *,
    write_scene: SceneWriter | None = None,
    attached: Mapping[str, Path] | None = None,
    presentation: Presentation | None = None,
    pdf: bool = False,
    write_exports: ExportWriter | None = None,
) -> None:
    """Write `report.html`, `report.json`, the tables and the figures into a folder.

    Parameters
    ----------
    report : Report
    folder : Path
        Made when missing; replaced only if it is empty or holds a report of ours.
    write_scene : callable, optional
        Writes `case.mrb`, where MRML is at hand.
    attached : mapping of str to Path, optional
        Folders and files to copy into the report's, by the names they get there.
    presentation : Presentation, optional
    pdf : bool
        Write `report.pdf`, too.
    write_exports : callable, optional
        Writes DICOM objects into the folder `export`.

    Raises
    ------
    InputError
        The folder cannot be used, no PDF can be made here, or the objects cannot be written;
        nothing is then left behind.
    """
    if pdf and (reason := why_no_pdf()):
        raise InputError(reason)
    drawn = 0.9 if write_scene is None else 0.5
    with _report_folder(folder) as scratch:
        with stage("Drawing pictures", 0.0, drawn):
            figures = draw_figures(report)
        report_progress("Writing tables and page", drawn)
        (scratch / "figures").mkdir()
        for name, png in figures.items():
            (scratch / "figures" / name).write_bytes(png)
        text = dump_json({**report.to_dict(), "pictures": pictures_document(figures)})
        # Everything else is made from what the file holds, and can be made from it again.
        document = json.loads(text)
        _write_text(scratch / REPORT_FILE, text)
        _write_text(scratch / "metrics.csv", metrics_csv(document))
        _write_text(scratch / "constraints.csv", constraints_csv(document))
        report_progress()
        _write_text(scratch / "dvh.csv", dvh_csv(report))
        report_progress(fraction=drawn + 0.05)
        page = render_html(document, presentation)
        _write_text(scratch / "report.html", page)
        if pdf:
            (scratch / "report.pdf").write_bytes(html_to_pdf(page))
        if write_exports is not None:
            (scratch / EXPORTS).mkdir()
            write_exports(report, scratch / EXPORTS)
        if write_scene is not None:
            with stage("Writing the scene", 0.6, 1.0):
                write_scene(report, scratch / "case.mrb")
        for name, source in (attached or {}).items():
            if source.is_dir():
                shutil.copytree(source, scratch / name)
            else:
                shutil.copy2(source, scratch / name)


def dump_json(document: dict[str, Any]) -> str:
    """Format a document as JSON with the same bytes for the same content."""
    return json.dumps(document, indent=1, ensure_ascii=False, allow_nan=False) + "\n"


def _write_text(path: Path, text: str) -> None:
    path.write_text(text, encoding="utf-8", newline="\n")
