"""The page of two plans: complete, safe, and refused where it would mix two patients."""

from __future__ import annotations

import copy
import re

import pytest
from page_parts import HOSTILE, Page, hostile
from two_plans import PIXEL, biology, document, falloff, robustness, structure

from spine_radiosurgery.geometry import InputError
from spine_radiosurgery.report.comparison import compare_reports
from spine_radiosurgery.report.presentation import LANGUAGES, Presentation

PICTURE = {"title": "Axial", "media_type": "image/png", "base64": PIXEL}
PROVENANCE = document()["provenance"]


def full(**changes):
    parts = {
        "falloff": falloff(4.0), "robustness": robustness(0.2), "biology": biology(40.0),
        "pictures": {"axial.png": PICTURE}, "warnings": ["Of both.", "Of one."],
    }  # fmt: skip
    return document(**{**parts, **changes})


def other_case(**changes):
    return {**document()["case"], **changes}


def text_of(first, second, **options) -> str:
    return text_in(compare_reports(first, second, **options))


def text_in(html) -> str:
    return " ".join(Page(re.sub(r"</(p|li|td|h2|b)>", r"</\1> ", html)).text.split())


def test_reports_of_two_patients_are_refused_unless_that_is_wanted():
    second = document(case=other_case(identifier="case-111111"))
    with pytest.raises(InputError, match=r"case-2eeb06 and case-111111.*allow"):
        compare_reports(document(), second)
    text = text_of(document(), second, allow_different_patients=True)
    assert "case-2eeb06 / case-111111" in text
    assert "these are different patients" in text


def test_plans_that_are_the_same_differ_in_nothing():
    html = compare_reports(full(), full())
    assert "What cannot be compared" not in html
    assert not re.search(r'class="meaning (better|worse|within|different|not_comparable)"', html)
    assert 'class="differs"' not in html


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        (
            {"prescription": {"dose_gy": 16.0, "fractions": 3, "source": ""}},
            "Fractions differ (A 1, B 3): doses stand side by side and are not subtracted. "
            "BED and EQD2 are compared below.",
        ),
        (
            {"prescription": {"dose_gy": 16.0, "fractions": 3, "source": ""}, "biology": None},
            "BED and EQD2 need both plans evaluated with an alpha/beta.",
        ),
        (
            {"prescription": {"dose_gy": 18.0, "fractions": 1, "source": ""}},
            "Prescriptions differ (A 16 Gy, B 18 Gy)",
        ),
        ({"targets": [{"name": "PTV", "volume_cc": 15.0}]}, "Targets differ (A CTV_T8, B PTV)"),
        (
            {"case": other_case(structures=[structure("CTV_T8", "target", 14.0)])},
            "differ in volume and are not subtracted: CTV_T8 (12 cc, 14 cc).",
        ),
        (
            {"cord_volumes": [{**document()["cord_volumes"][0], "margin_mm": 5.0}]},
            "Cord volumes were cut in different ways (SpinalCord_Partial)",
        ),
        (
            {"provenance": {**PROVENANCE, "parameters": {"between_contours": "linear"}}},
            "Settings of the computation differ, which moves all numbers: between_contours.",
        ),
        (
            {
                "provenance": {
                    **PROVENANCE,
                    "protocol": {**PROVENANCE["protocol"], "sha256": "other"},
                    "input_files": [{"name": "CT/1.dcm", "kind": "CT", "sha256": "cc"}],
                }
            },
            "Protocols differ: each verdict and each limit is by the plan's own protocol. "
            "The planning images are not the same files.",
        ),
    ],
)  # fmt: skip
def test_page_says_what_cannot_be_compared(changes, sentence):
    text = text_of(full(), full(**changes))
    assert "What cannot be compared" in text
    assert sentence in text


def test_page_shows_both_verdicts_pictures_warnings_and_provenance():
    verdict = {"status": "fail", "reason": "V10Gy = 28.9 %; advisory", "decided_by": "x"}
    second = full(verdict=verdict, warnings=["Of both.", "Of the other."], pictures={})
    html = compare_reports(full(), second)
    text = text_in(html)
    assert "Within tolerance. V10Gy = 2.7 %" in text
    assert "Not within tolerance. V10Gy = 28.9 %" in text
    assert html.count(f"data:image/png;base64,{PIXEL}") == 1
    assert "no picture" in text
    assert "Of both plans: Of both. A Of one. B Of the other." in text
    assert "between_contours slabs" in text
    assert "aa" in text


def test_patient_is_named_only_where_a_report_names_the_patient():
    patient = {"patient_name": "Doe^Jane", "patient_id": "7", "birth_date": "1960-02-01"}
    named = document(case=other_case(patient=patient))
    presentation = Presentation(date_format="day-first")
    assert "Doe^Jane, 7, 01.02.1960" in text_of(named, named, presentation=presentation)
    assert "Patient" not in text_of(document(), document())


def test_page_loads_nothing_and_policy_allows_only_its_own_styles_and_script():
    html = compare_reports(full(), full())
    page = Page(html)
    names = [name for name, _ in page.attributes]
    assert "style" not in names
    assert not [name for name in names if name.startswith("on")]
    sources = [v for n, v in page.attributes if n in ("src", "href", "srcset", "data", "poster")]
    assert sources
    assert all(s.startswith(("data:image/png;base64,", "#")) for s in sources)
    assert not re.search(r"https?://|url\(|@import", html)
    assert "default-src 'none'" in html


def test_parameter_of_many_brackets_is_shown_to_the_fourth():
    deep = "end"
    for _ in range(900):
        deep = [deep, 1.5]
    odd = {"provenance": {**PROVENANCE, "parameters": {"odd": {"a": [deep]}}}}
    assert "a: …, 1.5" in text_of(full(), full(**odd))


def test_no_text_of_the_documents_becomes_markup():
    kept = {"unit", "status", "comparator", "metric", "plane", "base64", "media_type"}
    patient = {"patient_name": "a", "patient_id": "b", "birth_date": "c"}
    found = hostile(full(case=other_case(patient=patient)), kept)
    html = compare_reports(found, found)
    assert HOSTILE not in html
    assert html.count("&lt;/script&gt;") > 30
    assert Page(html).open == []


def test_same_documents_give_the_same_page_and_are_not_changed():
    first, second = full(), full(warnings=[])
    before = copy.deepcopy((first, second))
    assert compare_reports(first, second) == compare_reports(first, second)
    assert (first, second) == before


@pytest.mark.parametrize("language", LANGUAGES)
def test_page_is_made_in_every_language(language):
    presentation = Presentation(language, "words", "letter")
    html = compare_reports(full(), full(), presentation)
    assert f'<html lang="{language}">' in html
    assert "size: letter" in html
    assert Page(html).open == []


def test_document_that_contradicts_itself_is_refused_in_a_sentence():
    broken = full()
    del broken["target"]["indices"]
    with pytest.raises(InputError, match=r"lacks what the comparison needs.*indices"):
        compare_reports(full(), broken)
