"""A report's HTML as PDF by WeasyPrint: the same page, without network and without files."""

from __future__ import annotations

import importlib
import io
from contextlib import redirect_stdout
from typing import Any

from ..geometry import InputError

OTHER_WAY = "print report.html to PDF in a web browser instead"


def why_no_pdf() -> str:
    """Say why no PDF can be made here.

    Returns
    -------
    str
        A sentence that says what to install; "" when WeasyPrint and its libraries are there.
    """
    try:
        _weasyprint()
    except InputError as reason:
        return str(reason)
    return ""


def html_to_pdf(html: str) -> bytes:
    """Print a page of ours.

    Parameters
    ----------
    html : str
        Complete in itself: pictures as `data:`, style inside. The paper is that of the page's own
        `@page` rule. Whatever it names elsewhere, on the network or on the disk, is not fetched.

    Returns
    -------
    bytes
        A tagged PDF with the page's title and language, and its headings as bookmarks; the same
        bytes for the same page.

    Raises
    ------
    InputError
        WeasyPrint or one of its libraries is missing.
    """
    weasyprint = _weasyprint()
    from weasyprint.urls import URLFetcher

    page = weasyprint.HTML(string=html, url_fetcher=URLFetcher(allowed_protocols=("data",)))
    pdf: bytes = page.write_pdf(pdf_tags=True)
    return pdf


def _weasyprint() -> Any:
    # It prints a manual to the standard output where Pango is missing.
    with redirect_stdout(io.StringIO()):
        try:
            return importlib.import_module("weasyprint")
        except ImportError as error:
            raise InputError(
                "A PDF needs the Python package WeasyPrint, which is not installed; "
                f'install it with pip install "spine-radiosurgery[pdf]", or {OTHER_WAY}.'
            ) from error
        except OSError as error:
            raise InputError(
                "A PDF needs the Pango library, which WeasyPrint does not find on this computer; "
                "install it (Debian, Ubuntu: apt install libpango-1.0-0 libpangoft2-1.0-0 "
                "libharfbuzz-subset0; macOS: brew install pango; Windows: MSYS2's package pango), "
                f"or {OTHER_WAY}."
            ) from error
