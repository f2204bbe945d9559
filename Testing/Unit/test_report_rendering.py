"""Finished reports shown again: from report.json alone, from earlier formats, never from trash."""

from __future__ import annotations

import json
import struct
import zlib
from base64 import b64encode
from pathlib import Path

import pytest
from page_parts import Page
from test_report_html import document

from spine_radiosurgery.geometry import InputError
from spine_radiosurgery.report.document.earlier import STEPS
from spine_radiosurgery.report.document.pictures import pictures_document
from spine_radiosurgery.report.presentation import Presentation
from spine_radiosurgery.report.rendering import (
    read_report_document,
    render_files,
    render_report,
)

SINCE_1_1 = ("prv", "biology")
SINCE_1_2 = ("target_definitions", "expected_structures", "skin")
SINCE_1_4 = ("dvh", "second_opinion", "pictures")


def png(width=2, height=2, *, kind=b"IHDR", text=b"") -> bytes:
    def chunk(name, body):
        head = struct.pack(">I", len(body)) + name + body
        return head + struct.pack(">I", zlib.crc32(name + body))

    header = struct.pack(">II5B", width, height, 8, 0, 0, 0, 0)
    chunks = chunk(kind, header), chunk(b"tEXt", text), chunk(b"IDAT", b""), chunk(b"IEND", b"")
    return b"\x89PNG\r\n\x1a\n" + b"".join(chunks)


def whole(**changes):
    pictures = pictures_document({"axial.png": png()})
    return document(everything=True, **{"pictures": pictures, **changes})


def earlier(version: str) -> dict:
    """The same report as an earlier format held it."""
    found = whole()
    found["schema_version"] = version
    del found["case"]["patient"]
    dropped = [*SINCE_1_4]
    if version < "1.3":
        dropped.append("assessment")
    if version < "1.2":
        dropped += SINCE_1_2
    if version < "1.1":
        dropped += SINCE_1_1
        found["robustness"] = None
        del found["case"]["dose"]["interpolation"]
        for target in (found["target"], *found["targets"]):
            del target["cord_gap"]
        for key in ("indices_uncertainty", "indices_reasons", "indices_notes"):
            del found["target"][key]
        for key in ("planes", "min_at_ras", "max_at_ras"):
            del found["falloff"][key]
        for key in ("isodose_to_cord_mm", "isodose_to_cord_median_mm"):
            del found["falloff"][key]
    return {key: value for key, value in found.items() if key not in dropped}


def written(folder: Path, content) -> Path:
    path = folder / "report.json"
    text = content if isinstance(content, str) else json.dumps(content)
    path.write_text(text, encoding="utf-8")
    return path


def refusal(content, folder: Path) -> str:
    with pytest.raises(InputError) as caught:
        read_report_document(written(folder, content))
    return str(caught.value)


def test_document_is_read_as_it_was_written(tmp_path):
    assert read_report_document(written(tmp_path, whole())) == whole()


def test_mapping_is_read_and_not_changed():
    found = earlier("1.3")
    assert read_report_document(found)["schema_version"] == "1.4"
    assert found == earlier("1.3")


def test_rendering_again_gives_the_same_bytes(tmp_path):
    first = render_report(whole())
    assert render_report(read_report_document(written(tmp_path, whole()))) == first


@pytest.mark.parametrize("version", STEPS)
def test_earlier_formats_are_shown(tmp_path, version):
    found = read_report_document(written(tmp_path, earlier(version)))
    assert found["pictures"] == {}
    text = Page(render_report(found)).text
    assert "SpinalCord_Partial" in text
    assert "Within tolerance" in text


def test_earlier_reports_take_pictures_and_curves_from_beside_them(tmp_path):
    (tmp_path / "figures").mkdir()
    (tmp_path / "figures" / "axial.png").write_bytes(png())
    curve = next(c for c in whole()["dvh"]["curves"] if c["structure"] == "CTV_T8")
    rows = [
        f"CTV_T8,{0.05 * n:.2f},{curve['covered_cc'] * percent / 100:.6g},{percent:.5g}\n"
        for n, percent in enumerate(curve["volume_percent"])
    ]
    header = "structure,dose_gy,volume_cc,volume_percent\n"
    (tmp_path / "dvh.csv").write_text(header + "".join(rows), encoding="utf-8")
    found = read_report_document(written(tmp_path, earlier("1.3")))
    assert found["pictures"]["axial.png"] == whole()["pictures"]["axial.png"]
    (read,) = found["dvh"]["curves"]
    assert read["max_gy"] == curve["max_gy"]
    assert read["volume_percent"] == pytest.approx(curve["volume_percent"], abs=0.01)


@pytest.mark.parametrize(
    "table",
    [
        "structure,dose_gy\nCTV_T8,0\n",
        "structure,dose_gy,volume_cc,volume_percent\nOther,0.00,3,100\n",
        "structure,dose_gy,volume_cc,volume_percent\nCTV_T8,0.00,999,100\n",
        "structure,dose_gy,volume_cc,volume_percent\nCTV_T8,7.00,3,100\n",
    ],
    ids=["columns", "another structure", "another volume", "another dose"],
)
def test_curves_of_another_report_are_refused(tmp_path, table):
    (tmp_path / "dvh.csv").write_text(table, encoding="utf-8")
    assert "dvh.csv beside it is damaged or belongs to another" in refusal(earlier("1.3"), tmp_path)


def test_newer_format_asks_for_an_update(tmp_path):
    assert "update spine-radiosurgery" in refusal(whole(schema_version="1.10"), tmp_path)


@pytest.mark.parametrize("version", ["0.9", "one", "1.x", 1.4, None, "9" * 100])
def test_unknown_formats_are_named(tmp_path, version):
    assert "Its format" in refusal(whole(schema_version=version), tmp_path)


@pytest.mark.parametrize(
    ("content", "words"),
    [
        ("", "not sound JSON"),
        ("{", "not sound JSON"),
        ('{"a": NaN}', "NaN is no number"),
        ("[" * 100_000, "nested far too deeply"),
        ('{"generated_by": "spine-radiosurgery", "a": "\\ud800"}', "not sound JSON"),
        ("[]", "not a report.json that spine-radiosurgery wrote"),
        ('{"schema_version": "1.4"}', "not a report.json that spine-radiosurgery wrote"),
        ('{"schema_version": "1.4", "generated_by": "other"}', "not a report.json"),
        ('{"schema_version": "1.0", "generated_by": "spine-radiosurgery"}', "lacks"),
        ('{"schema_version": "1.4", "generated_by": "spine-radiosurgery"}', "lacks generated_at"),
    ],
)
def test_what_is_no_report_is_refused(tmp_path, content, words):
    assert words in refusal(content, tmp_path)


def test_file_that_is_not_there_is_named(tmp_path):
    with pytest.raises(InputError, match=r"none\.json cannot be read"):
        read_report_document(tmp_path / "none.json")


def test_damaged_value_is_named_with_its_place(tmp_path):
    found = whole()
    found["verdict"]["status"] = "perfect"
    assert 'verdict.status is "perfect"; it must be one of "pass"' in refusal(found, tmp_path)


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (b"<svg onload='alert(1)'/>", "is not a PNG file"),
        (b"\x89PNG\r\n\x1a\n", "damaged"),
        (png()[:-1], "damaged"),
        (png() + b"<script>", "damaged"),
        (png(text=b"x").replace(b"x", b"y"), "damaged"),
        (png(kind=b"JHDR"), "damaged"),
        (png(100_000, 100_000), "100000 by 100000 pixels"),
        (png(0, 5), "0 by 5 pixels"),
    ],
)
def test_pictures_that_are_none_are_refused(tmp_path, data, words):
    found = whole(pictures=pictures_document({"axial.png": data}))
    assert words in refusal(found, tmp_path)


@pytest.mark.parametrize(
    ("picture", "words"),
    [
        ({"base64": 'AAAA" onerror="alert(1)'}, "is not in base64"),
        ({"base64": b64encode(png()).decode() + "\n"}, "is not in base64"),
        ({"media_type": "image/svg+xml"}, "it must be"),
        ({"base64": "A" * 30_000_000}, "more than 16 MB"),
    ],
)
def test_pictures_that_would_do_harm_are_refused(tmp_path, picture, words):
    found = whole()
    found["pictures"]["axial.png"].update(picture)
    assert words in refusal(found, tmp_path)


@pytest.mark.parametrize("name", ["../axial.png", "a b.png", "axial.svg", '"><script>.png', ""])
def test_pictures_with_the_names_of_others_are_refused(tmp_path, name):
    found = whole(pictures=pictures_document({name: png()}))
    assert "is not named like" in refusal(found, tmp_path)


def test_parts_that_contradict_each_other_are_a_complaint():
    found = whole(metrics=[])
    with pytest.raises(InputError, match="lacks what its page needs"):
        render_report(read_report_document(found))


def test_pages_are_written_in_the_language_asked_for(tmp_path):
    source = written(tmp_path, whole())
    render_files(source, html=tmp_path / "page.html", presentation=Presentation("de"))
    assert "Rückenmarkstoleranz" in (tmp_path / "page.html").read_text(encoding="utf-8")


def test_report_itself_is_never_overwritten(tmp_path):
    source = written(tmp_path, whole())
    with pytest.raises(InputError, match="is the report itself"):
        render_files(source, html=source, overwrite=True)
    assert json.loads(source.read_text(encoding="utf-8")) == whole()


@pytest.mark.parametrize("content", ["<!DOCTYPE html>old", "my notes"])
def test_files_that_are_there_stay_unless_asked(tmp_path, content):
    page = tmp_path / "page.html"
    page.write_text(content, encoding="utf-8")
    with pytest.raises(InputError, match="is there already"):
        render_files(written(tmp_path, whole()), html=page)
    assert page.read_text(encoding="utf-8") == content


def test_asked_to_overwrite_only_pages_are_replaced(tmp_path):
    source, page, notes = written(tmp_path, whole()), tmp_path / "a.html", tmp_path / "b.html"
    page.write_text("<!DOCTYPE html>old", encoding="utf-8")
    notes.write_text("my notes", encoding="utf-8")
    render_files(source, html=page, overwrite=True)
    assert "SpinalCord_Partial" in page.read_text(encoding="utf-8")
    with pytest.raises(InputError, match="is no HTML file and stays"):
        render_files(source, html=notes, overwrite=True)


def test_refused_report_leaves_no_file(tmp_path):
    source = written(tmp_path, whole(schema_version="9.0"))
    with pytest.raises(InputError):
        render_files(source, html=tmp_path / "page.html")
    assert list(tmp_path.iterdir()) == [source]
