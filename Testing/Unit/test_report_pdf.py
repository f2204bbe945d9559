"""A page as PDF outside Slicer: what is in it, what it never fetches, what is missing."""

from __future__ import annotations

import io
import subprocess
import sys
import threading
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path

import pytest

from spine_radiosurgery import resources
from spine_radiosurgery.report.pdf import html_to_pdf, why_no_pdf

pytest.importorskip("weasyprint")
pypdf = pytest.importorskip("pypdf")

RED_DOT = (
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mP8z8DwHwAFBQIAX8jx0gAAAABJRU5Erk"
    "Jggg=="
)
_LIBRARY = str(Path(resources.__file__).parents[1])


def page(body: str, paper: str = "A4", head: str = "") -> str:
    css = (resources.path("Report") / "print.css").read_text(encoding="utf-8")
    return (
        '<!DOCTYPE html><html lang="de"><head><meta charset="utf-8"><title>SRS-1: cord</title>'
        f"{head}<style>{css} @page {{ size: {paper} }}</style></head>"
        f"<body><h1>SRS-1</h1>{body}</body></html>"
    )


def read(html: str) -> pypdf.PdfReader:
    return pypdf.PdfReader(io.BytesIO(html_to_pdf(html)))


def test_it_has_title_language_bookmarks_tags_and_page_numbers_with_the_study_code() -> None:
    pdf = read(page('<p class="research">Research use only</p><h2>Cord volume</h2><p>2.76 cc</p>'))
    assert pdf.metadata is not None and pdf.metadata.title == "SRS-1: cord"
    root = pdf.trailer["/Root"]
    assert root["/Lang"] == "de"
    assert root["/MarkInfo"]["/Marked"]
    assert pdf.outline[0].title == "SRS-1"
    assert [entry.title for entry in pdf.outline[1]] == ["Cord volume"]
    text = pdf.pages[0].extract_text()
    assert "2.76 cc" in text
    assert "1 / 1" in text
    assert text.count("SRS-1") == text.count("Research use only") == 2


@pytest.mark.parametrize(("paper", "points"), [("A4", (595, 842)), ("letter", (612, 792))])
def test_the_page_says_how_large_the_paper_is(paper: str, points: tuple[int, int]) -> None:
    box = read(page("<p>x</p>", paper)).pages[0].mediabox
    assert (round(box.width), round(box.height)) == points


def test_the_same_page_gives_the_same_bytes() -> None:
    html = page(f'<figure><img src="data:image/png;base64,{RED_DOT}" alt="dot"></figure>')
    assert html_to_pdf(html) == html_to_pdf(html)


def test_pictures_of_the_page_are_in_it() -> None:
    assert (
        len(read(page(f'<img src="data:image/png;base64,{RED_DOT}" alt="dot">')).pages[0].images)
        == 1
    )


def test_nothing_is_fetched_from_the_network_or_the_disk(tmp_path: Path) -> None:
    asked: list[str] = []

    class Listener(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            asked.append(self.path)

    secret = tmp_path / "secret.svg"
    secret.write_text(
        '<svg xmlns="http://www.w3.org/2000/svg"><text y="20">SECRET</text></svg>', encoding="utf-8"
    )
    server = HTTPServer(("127.0.0.1", 0), Listener)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        address = f"http://127.0.0.1:{server.server_port}"
        pdf = read(
            page(
                f'<img src="{address}/a.png" alt="here"><img src="{secret.as_uri()}" alt="there">'
                f'<svg viewBox="0 0 9 9"><image href="{address}/b.png"/></svg>',
                head=f'<link rel="stylesheet" href="{address}/c.css">'
                f'<link rel="attachment" href="{secret.as_uri()}">'
                f'<style>@import "{address}/d.css";</style>',
            )
        )
    finally:
        server.shutdown()
        server.server_close()
    assert asked == []
    assert "SECRET" not in pdf.pages[0].extract_text()
    assert list(pdf.attachments) == []


def test_what_only_a_screen_can_do_is_not_printed() -> None:
    text = read(page("<p>kept <button>Reset</button></p>")).pages[0].extract_text()
    assert "kept" in text
    assert "Reset" not in text


def test_a_heading_stays_with_its_table_and_a_table_s_rows_stay_whole() -> None:
    rows = "".join(f"<tr><td>row {n}<br>second line {n}</td></tr>" for n in range(5))
    filler = "<p>filler</p>" * 44
    pages = read(page(f"{filler}<h2>Heading</h2><table>{rows}</table>")).pages
    assert len(pages) == 2
    assert "Heading" not in pages[0].extract_text()
    assert "row 0" in pages[1].extract_text()


def test_a_long_table_repeats_its_head_on_every_page() -> None:
    rows = "".join(f"<tr><td>row {n}</td></tr>" for n in range(120))
    head = "<thead><tr><th>Structure</th></tr></thead>"
    pages = read(page(f'<table class="structures">{head}<tbody>{rows}</tbody></table>')).pages
    assert len(pages) > 2
    assert all("Structure" in found.extract_text() for found in pages)


def test_it_can_be_made_where_the_packages_are() -> None:
    assert why_no_pdf() == ""


# In a process of its own: nothing of WeasyPrint is loaded there yet.
_WITHOUT_PACKAGE = 'import sys; sys.modules["weasyprint"] = None'
_WITHOUT_PANGO = """
import cffi
def refuse(self, name, flags=0):
    raise OSError(f"cannot load library {name!r}")
cffi.FFI.dlopen = refuse
"""


@pytest.mark.parametrize(
    ("missing", "words"),
    [(_WITHOUT_PACKAGE, "spine-radiosurgery[pdf]"), (_WITHOUT_PANGO, "Pango library")],
)
def test_what_is_missing_is_said_in_a_sentence(missing: str, words: str) -> None:
    ask = "from spine_radiosurgery.report.pdf import why_no_pdf; print(why_no_pdf())"
    run = subprocess.run(
        [sys.executable, "-c", f"{missing}\nimport sys; sys.path.insert(0, {_LIBRARY!r})\n{ask}"],
        capture_output=True, text=True, check=False, timeout=60,
    )  # fmt: skip
    assert run.stderr == ""
    assert run.stdout.startswith("A PDF needs ")
    assert words in run.stdout
    assert run.stdout.count("\n") == 1
