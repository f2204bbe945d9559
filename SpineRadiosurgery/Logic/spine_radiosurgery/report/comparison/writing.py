"""Reading the two reports, and writing their comparison whole or not at all."""

from __future__ import annotations

import re
import zlib
from collections.abc import Iterator, Mapping
from contextlib import suppress
from pathlib import Path
from typing import Any

from ...geometry import InputError
from ..pdf import html_to_pdf, why_no_pdf
from ..presentation import Presentation
from ..rendering import read_report_document
from ..versions import GENERATOR
from ..whole_files import write_all
from ..writing import REPORT_FILE
from .page import KIND, compare_reports

_MARK = rf"{GENERATOR} [\w.+-]+ {KIND}"
_OUR_HTML = re.compile(rf'<meta name="generator" content="{_MARK}"'.encode("ascii"))
_OUR_PDF = re.compile(rf"/Creator *\({_MARK}\)".encode("ascii"))
_HEAD_BYTES = 1024


def read_plan(source: Path) -> dict[str, Any]:
    """Read a report from its `report.json`, or from its folder.

    Raises
    ------
    InputError
        It is not there, or is no report of ours.
    """
    return read_report_document(source / REPORT_FILE if source.is_dir() else source)


def write_comparison(
    first: Path | Mapping[str, Any],
    second: Path | Mapping[str, Any],
    html: Path,
    *,
    pdf: Path | None = None,
    presentation: Presentation | None = None,
    allow_different_patients: bool = False,
) -> None:
    """Write the page that compares two reports; nothing of it when anything fails.

    Parameters
    ----------
    first, second : Path or mapping
        Folders of reports, their `report.json`, or documents as `read_report_document` returns.
    html : Path
        An existing file is replaced only if it is a comparison of ours.
    pdf : Path, optional
        The same page as PDF; an existing file likewise.
    presentation : Presentation, optional
    allow_different_patients : bool

    Raises
    ------
    InputError
        A report cannot be read, the reports are of different patients, or a file cannot be
        written or would be lost.
    """
    _check_targets(html, pdf)
    documents = [read_plan(s) if isinstance(s, Path) else s for s in (first, second)]
    page = compare_reports(
        documents[0],
        documents[1],
        presentation,
        allow_different_patients=allow_different_patients,
    )
    contents = {html: page.encode("utf-8")}
    if pdf is not None:
        contents[pdf] = html_to_pdf(page)
    write_all(contents)


def _check_targets(html: Path, pdf: Path | None) -> None:
    if pdf is not None and pdf.resolve() == html.resolve():
        raise InputError(f"{html} cannot be both HTML and PDF; name two files.")
    for path in (html, pdf):
        if path is None or not path.exists():
            continue
        if path.is_dir():
            raise InputError(f"{path} is a folder; name a file in it.")
        if not is_ours(path):
            raise InputError(f"{path} is there and no comparison of ours; name another file.")
    if pdf is not None and (reason := why_no_pdf()):
        raise InputError(reason)


def is_ours(path: Path) -> bool:
    """Whether an existing file is a comparison of ours, HTML or PDF."""
    try:
        data = path.read_bytes()
    except OSError as error:
        raise InputError(f"{path} cannot be read: {error.strerror or error}.") from error
    if data.startswith(b"%PDF-"):
        return any(_OUR_PDF.search(part) for part in (data, *_inflated(data)))
    return _OUR_HTML.search(data[:_HEAD_BYTES]) is not None


def _inflated(pdf: bytes) -> Iterator[bytes]:
    """Streams of a PDF, which may hold the dictionary that names the program."""
    for match in re.finditer(rb"stream\r?\n", pdf):
        with suppress(zlib.error):
            yield zlib.decompressobj().decompress(pdf[match.end() :])
