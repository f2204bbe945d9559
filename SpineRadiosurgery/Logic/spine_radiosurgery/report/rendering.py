"""A report's page made again from `report.json` alone, of this version or an earlier one."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any, NoReturn

from ..assessment.record.document import record_from_document
from ..geometry import InputError
from .document.checking import check_document
from .document.earlier import STEPS, complete, upgrade
from .document.pictures import check_pictures
from .model import SCHEMA_VERSION
from .page.html import render_html
from .page.shell import DAMAGE
from .pdf import html_to_pdf, why_no_pdf
from .presentation import Presentation
from .versions import GENERATOR
from .whole_files import write_all

MAX_DOCUMENT_BYTES = 256 * 2**20
BEGINNINGS = {"html": b"<!doctype html", "pdf": b"%pdf-"}
"""Of the files that may be replaced, in small letters."""
KNOWN_VERSIONS = (*STEPS, SCHEMA_VERSION)


def read_report_document(source: Path | str | Mapping[str, Any]) -> dict[str, Any]:
    """Return the document of a `report.json`, checked and in today's format.

    A document of an earlier format gets null or nothing for what it did not have; its pictures and
    histograms are taken from the files beside it, where they are.

    Parameters
    ----------
    source : Path, str or mapping
        The file, or what it holds; a mapping is not changed.

    Raises
    ------
    InputError
        It is no report of ours, was made by a newer version, is damaged or far too large, or holds
        a picture that is none.
    """
    if isinstance(source, Mapping):
        named, folder = "The report", None
        text = _written(source)
    else:
        path = Path(source)
        named, folder = f"Report {path}", path.parent
        text = _read(path)
    try:
        document = _parsed(text)
        version = _version_of(document)
        document = upgrade(document)
        if folder is not None and version != SCHEMA_VERSION:
            document = complete(document, folder)
        check_document(document)
        check_pictures(document["pictures"])
        if document["assessment"] is not None:
            record_from_document(document["assessment"])
    except InputError as error:
        raise InputError(f"{named} cannot be used. {error}") from error
    return document


def render_report(document: Mapping[str, Any], presentation: Presentation | None = None) -> str:
    """Return the page of a document as HTML.

    Parameters
    ----------
    document : mapping
        As `read_report_document` returns it.
    presentation : Presentation, optional
        English, ISO dates and A4 when not given.

    Raises
    ------
    InputError
        Its parts contradict each other, such as a target without metrics.
    """
    try:
        return render_html(document, presentation)
    except DAMAGE as error:
        raise InputError(
            f"The report lacks what its page needs ({type(error).__name__}: {error}); "
            "evaluate the plan again."
        ) from error


def render_files(
    source: Path,
    *,
    html: Path | None = None,
    pdf: Path | None = None,
    presentation: Presentation | None = None,
    overwrite: bool = False,
) -> None:
    """Make a report's page again and write it as HTML, as PDF or both; all of it or nothing.

    Parameters
    ----------
    source : Path
        A `report.json`.
    html, pdf : Path, optional
        Files to write, at least one.
    presentation : Presentation, optional
    overwrite : bool
        Replace files that are there, if they are HTML and PDF.

    Raises
    ------
    InputError
        The report cannot be used, or a file cannot be written or would be lost.
    """
    targets = [(path, kind) for path, kind in ((html, "html"), (pdf, "pdf")) if path is not None]
    if not targets:
        raise InputError("Name the file to write: HTML, PDF or both.")
    if html is not None and pdf is not None and html.resolve() == pdf.resolve():
        raise InputError(f"{html} cannot be both HTML and PDF; name two files.")
    for path, kind in targets:
        _check_target(path, kind, source, overwrite=overwrite)
    if pdf is not None and (reason := why_no_pdf()):
        raise InputError(reason)
    page = render_report(read_report_document(source), presentation)
    made = {"html": lambda: page.encode("utf-8"), "pdf": lambda: html_to_pdf(page)}
    write_all({path: made[kind]() for path, kind in targets})


def _check_target(path: Path, kind: str, source: Path, *, overwrite: bool) -> None:
    if path.is_dir():
        raise InputError(f"{path} is a folder; name a file.")
    if not path.parent.is_dir():
        raise InputError(f"{path} cannot be written: there is no folder {path.parent}.")
    if not path.exists():
        return
    if source.exists() and path.samefile(source):
        raise InputError(f"{path} is the report itself; name another file to write.")
    if not overwrite:
        raise InputError(f"{path} is there already; name another file, or ask to overwrite it.")
    try:
        with path.open("rb") as file:
            start = file.read(64).lstrip().lower()
    except OSError as error:
        raise InputError(f"{path} cannot be read: {error.strerror or error}.") from error
    if start and not start.startswith(BEGINNINGS[kind]):
        raise InputError(f"{path} is no {kind.upper()} file and stays; name another file.")


def _read(path: Path) -> str:
    try:
        with path.open("rb") as file:
            data = file.read(MAX_DOCUMENT_BYTES + 1)
    except OSError as error:
        raise InputError(f"Report {path} cannot be read: {error.strerror or error}.") from error
    if len(data) > MAX_DOCUMENT_BYTES:
        raise InputError(
            f"Report {path} has more than {MAX_DOCUMENT_BYTES // 2**20} MB; no report is so large."
        )
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError as error:
        raise InputError(f"Report {path} is not a JSON file in UTF-8 ({error.reason}).") from error


def _written(document: Mapping[str, Any]) -> str:
    try:
        return json.dumps(document)
    except (TypeError, ValueError, RecursionError) as error:
        raise InputError(f"The report holds what JSON cannot ({error}).") from error


def _parsed(text: str) -> dict[str, Any]:
    try:
        found = json.loads(text, parse_constant=_refuse)
        # A half of a letter cannot be written to any page.
        json.dumps(found, ensure_ascii=False).encode("utf-8")
    except RecursionError as error:
        raise InputError("It is nested far too deeply.") from error
    except ValueError as error:
        raise InputError(f"It is not sound JSON ({error}).") from error
    ours = isinstance(found, dict) and str(found.get("generated_by", "")).startswith(GENERATOR)
    if not ours or "schema_version" not in found:
        raise InputError("It is not a report.json that spine-radiosurgery wrote.")
    return dict(found)


def _refuse(constant: str) -> NoReturn:
    raise ValueError(f"{constant} is no number")


def _version_of(document: Mapping[str, Any]) -> str:
    version = document["schema_version"]
    if version in KNOWN_VERSIONS:
        return str(version)
    if isinstance(version, str) and _numbers(version) > _numbers(SCHEMA_VERSION):
        raise InputError(
            f"Its format {version[:20]} is newer than {SCHEMA_VERSION}, the newest that this "
            "version reads; update spine-radiosurgery."
        )
    raise InputError(
        f"Its format {str(version)[:20]!r} is unknown; known are {', '.join(KNOWN_VERSIONS)}."
    )


def _numbers(version: str) -> tuple[int, ...]:
    parts = version.split(".")
    is_known = all(part.isascii() and part.isdigit() and len(part) < 6 for part in parts)
    return tuple(int(part) for part in parts) if is_known else ()
