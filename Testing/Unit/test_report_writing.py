"""The report's folder: what report.json holds is what everything else is made from."""

from __future__ import annotations

import base64
import json
from dataclasses import replace

import jsonschema
import pytest
from synthetic_plan import plan

import spine_radiosurgery as sr
from spine_radiosurgery import resources
from spine_radiosurgery.case import PatientIdentity
from spine_radiosurgery.geometry import InputError
from spine_radiosurgery.report.document.checking import KNOWN, complaints, report_schema
from spine_radiosurgery.report.presentation import Presentation
from spine_radiosurgery.report.rendering import read_report_document, render_report
from spine_radiosurgery.report.second_opinion import SecondOpinionRow
from spine_radiosurgery.report.writing import write_report

IDENTITY = PatientIdentity("Doe^Jane", "4711", "19600131")
OPINIONS = (
    SecondOpinionRow("SlicerRT", "CTV_T8", "D95%[Gy]", "Gy", 15.0, 15.5, 0.1, "differs", "Look."),
    SecondOpinionRow(
        "SlicerRT", "Heart", "", "", None, None, None, "not comparable", "None of it."
    ),
)
RTL = "Cord\N{RIGHT-TO-LEFT OVERRIDE}ftra"


@pytest.fixture(scope="module")
def report():
    found = sr.evaluate(plan(), target="CTV_T8", cord="SpinalCord", robustness=None)
    case = replace(found.case, identity=IDENTITY)
    return replace(found, case=case, second_opinion=OPINIONS)


@pytest.fixture(scope="module")
def folder(report, tmp_path_factory):
    found = tmp_path_factory.mktemp("written") / "out"
    write_report(report, found, presentation=Presentation("de", "words", "letter"))
    return found


@pytest.fixture(scope="module")
def document(folder):
    return json.loads((folder / "report.json").read_text(encoding="utf-8"))


def test_document_holds_every_picture_of_the_folder(folder, document):
    files = {path.name: path.read_bytes() for path in (folder / "figures").iterdir()}
    held = {name: base64.b64decode(p["base64"]) for name, p in document["pictures"].items()}
    assert held == files
    assert all(p["title"] for p in document["pictures"].values())


def test_written_document_follows_the_schema(document):
    jsonschema.validate(document, report_schema(), jsonschema.Draft202012Validator)


def test_page_is_made_again_from_the_document_to_the_byte(folder, tmp_path):
    alone = tmp_path / "report.json"
    alone.write_bytes((folder / "report.json").read_bytes())
    page = render_report(read_report_document(alone), Presentation("de", "words", "letter"))
    assert page.encode("utf-8") == (folder / "report.html").read_bytes()


def test_patient_is_named_in_the_header_and_nowhere_else(folder):
    page = (folder / "report.html").read_text(encoding="utf-8")
    header, body = page.split("</header>")
    for text in ("Doe, Jane", "4711", "31. Januar 1960"):
        assert text in header
        assert text not in body


def test_patient_is_not_named_where_nobody_asked(report):
    page = render_report(replace(report, case=replace(report.case, identity=None)).to_dict())
    assert "Patient" not in page.split("</header>")[0].split("<body>")[1]


def test_second_opinion_has_both_values_and_their_difference(document):
    page = render_report(document)
    section = page.split("Second opinion")[1].split("</section>")[0]
    for text in ("15.00 Gy", "15.50 Gy", "+0.50 Gy", "± 0.10 Gy", "! differs", "Look.",
                 "None of it."):  # fmt: skip
        assert text in section


def test_marks_that_turn_the_direction_of_a_name_are_visible(document):
    document = json.loads(json.dumps(document).replace("SpinalCord_Partial", RTL))
    page = render_report(document)
    assert "\N{RIGHT-TO-LEFT OVERRIDE}" not in page
    assert "Cord[U+202E]ftra" in page


def test_without_weasyprint_nothing_is_written(report, tmp_path, monkeypatch):
    monkeypatch.setattr(
        "spine_radiosurgery.report.writing.why_no_pdf", lambda: "A PDF needs WeasyPrint."
    )
    with pytest.raises(InputError, match="needs WeasyPrint"):
        write_report(report, tmp_path / "out", pdf=True)
    assert list(tmp_path.iterdir()) == []


def test_exports_lie_in_their_own_folder(report, tmp_path):
    write_report(
        report,
        tmp_path / "out",
        write_exports=lambda _report, folder: (folder / "RTSTRUCT.dcm").write_bytes(b"DICM"),
    )
    assert (tmp_path / "out" / "export" / "RTSTRUCT.dcm").read_bytes() == b"DICM"


def test_failed_export_leaves_nothing(report, tmp_path):
    def fail(_report, _folder):
        raise InputError("no series")

    with pytest.raises(InputError, match="no series"):
        write_report(report, tmp_path / "out", write_exports=fail)
    assert list(tmp_path.iterdir()) == []


def keywords(schema, is_names=False):
    if isinstance(schema, list):
        return set().union(*map(keywords, schema))
    if not isinstance(schema, dict):
        return set()
    inner = (keywords(item, not is_names and key in ("properties", "$defs"))
             for key, item in schema.items())  # fmt: skip
    return set().union(() if is_names else schema, *inner)


def test_schema_uses_only_what_the_reader_checks():
    schema = json.loads((resources.path("Report") / "report.schema.json").read_text("utf-8"))
    assert keywords(schema) - {"enum", *KNOWN} == set()


def changed(document, path, value):
    found = json.loads(json.dumps(document))
    place = found
    for key in path[:-1]:
        place = place[key]
    if value is KeyError:
        del place[path[-1]]
    else:
        place[path[-1]] = value
    return found


@pytest.mark.parametrize(
    ("path", "value"),
    [
        (["verdict", "status"], "good"),
        (["verdict", "note"], "new"),
        (["verdict"], None),
        (["prescription", "dose_gy"], 0),
        (["prescription", "dose_gy"], "16"),
        (["prescription", "dose_gy"], True),
        (["prescription", "fractions"], 1.5),
        (["prescription", "fractions"], 3.0),
        (["target", "cord_gap", "cord_ras"], [0, 0]),
        (["target", "cord_gap"], None),
        (["targets"], []),
        (["case", "patient"], {}),
        (["case", "image"], "CT"),
        (["dvh", "curves", 0, "volume_percent", 1], 101),
        (["dvh", "curves", 0, "covered_cc"], 0),
        (["provenance", "protocol", "sha256"], "abc"),
        (["provenance", "versions", "python"], 3),
        (["research_use_only"], 1),
        (["falloff", "planes", "axial", "new"], 1),
        (["falloff", "new"], 1),
        (["falloff", "rays"], KeyError),
        (["metrics", 0, "unit"], KeyError),
    ],
)
def test_reader_and_published_schema_agree(document, path, value):
    found = changed(document, path, value)
    validator = jsonschema.Draft202012Validator(report_schema())
    assert (next(complaints(found, report_schema()), None) is None) == validator.is_valid(found)
