"""The report page: self-contained, safe, and complete."""

from __future__ import annotations

import base64
import functools
import hashlib
import json
import re

import pytest
from page_parts import Page
from synthetic_plan import linear_dose, plan

import spine_radiosurgery as sr
from spine_radiosurgery.case import Prescription
from spine_radiosurgery.report.page.html import render_html
from spine_radiosurgery.tolerance import SetupUncertainty

HOSTILE = "<script>alert('x')</script>"
PICTURE = {"title": "A picture", "media_type": "image/png", "base64": "iVBORw0KGgo="}
PICTURES = dict.fromkeys(
    [
        "axial.png",
        "sagittal.png",
        "coronal.png",
        "cord_volume.png",
        "dvh.png",
        "falloff.png",
        "setup.png",
    ],
    PICTURE,
)
EVERYTHING = {"alpha_beta_gy": 2.0, "prv_margin_mm": 2.0, "robustness": SetupUncertainty(20)}


@functools.cache
def evaluated(protocol: str, fractions: int, at_origin_gy: float, everything: bool) -> str:
    case = plan(
        dose=linear_dose(at_origin_gy=at_origin_gy, gy_per_mm=0.3),
        prescription=Prescription(16.0, fractions, "RTPLAN"),
    )
    options = EVERYTHING if everything else {"robustness": None}
    report = sr.evaluate(case, target="CTV_T8", cord="SpinalCord", protocol=protocol, **options)
    return json.dumps({**report.to_dict(), "pictures": PICTURES})


def document(*, protocol="auto", fractions=1, at_origin_gy=5.0, everything=False, **changes):
    return {**json.loads(evaluated(protocol, fractions, at_origin_gy, everything)), **changes}


def text_of(**options) -> str:
    page = Page(render_html(document(**options)))
    return " ".join(page.text.replace("\N{NO-BREAK SPACE}", " ").split())


def test_page_loads_nothing_from_elsewhere():
    html = render_html(document())
    loading = ("src", "href", "srcset", "action", "data", "poster")
    sources = [value for name, value in Page(html).attributes if name in loading]
    assert sources
    assert all(s.startswith(("data:image/png;base64,", "#")) for s in sources)
    assert not re.search(r"https?://|url\(|@import", html)


@pytest.mark.parametrize("element", ["style", "script"])
def test_policy_allows_its_own_styles_and_scripts_by_hash_and_nothing_else(element):
    html = render_html(document())
    found = re.findall(rf"<{element}>(.*?)</{element}>", html, re.DOTALL)
    digests = [base64.b64encode(hashlib.sha256(t.encode()).digest()).decode() for t in found]
    allowed = " ".join(f"'sha256-{digest}'" for digest in digests)
    assert found
    assert f"{element}-src {allowed};" in html
    assert "default-src 'none'" in html


def test_page_holds_no_style_or_script_outside_its_elements():
    attributes = [name for name, _ in Page(render_html(document())).attributes]
    assert "style" not in attributes
    assert not [name for name in attributes if name.startswith("on")]


def test_structure_named_like_a_script_is_only_text():
    case = plan()
    hostile = case.structures[0].renamed(HOSTILE)
    report = sr.evaluate(
        plan(structures=(hostile, case.structures[1])),
        target=HOSTILE,
        cord="SpinalCord",
        robustness=None,
    )
    html = render_html(report.to_dict())
    assert HOSTILE not in html
    assert HOSTILE in Page(html).text


def test_no_text_of_the_document_becomes_markup():
    kept = {"unit", "status", "comparator", "metric", "plane", "base64", "media_type"}

    def hostile(value, key=""):
        if isinstance(value, dict):
            return {k: hostile(item, k) for k, item in value.items()}
        if isinstance(value, list):
            return [hostile(item) for item in value]
        return f"{HOSTILE}{value}" if isinstance(value, str) and key not in kept else value

    found = hostile(document(protocol="rtog-0631", everything=True))
    html = render_html(found)
    assert "<script>alert" not in html
    assert html.count("&lt;script&gt;") > 50


def test_every_tag_is_closed():
    assert Page(render_html(document(protocol="rtog-0631", everything=True))).open == []


@pytest.mark.parametrize(
    ("at_origin_gy", "words"),
    [(5.0, "✓ Within tolerance."), (10.0, "✕ Not within tolerance.")],
)
def test_verdict_is_said_in_words_and_a_symbol(at_origin_gy, words):
    text = text_of(at_origin_gy=at_origin_gy)
    assert words.replace(" ", "") in text.replace(" ", "")
    assert text.index("tolerance.") < text.index("Cord volume")


@pytest.mark.parametrize("fractions", [1, 2, 3, 5])
def test_both_limits_of_the_paper_are_always_shown(fractions):
    cord = text_of(fractions=fractions)
    section = cord[cord.index("Cord volume") : cord.index("Dose-volume histogram")]
    assert "≤ 10 %" in section
    assert "≤ 0.35 cc" in section


def test_paper_limits_of_another_fractionation_carry_no_verdict():
    assert "for 1 fraction" in text_of(fractions=3)


def test_failed_constraints_come_first():
    text = text_of(fractions=3, at_origin_gy=20.0)
    constraints = text[text.index("Constraints") :]
    assert constraints.index("✕") < constraints.index("✓")


def test_organs_that_are_not_contoured_are_named():
    text = text_of(fractions=3)
    assert "Not contoured:" in text
    assert "Esophagus" in text[text.index("Not contoured:") :]


def test_switched_off_limits_want_checking():
    assert "switched off: to be checked against the primary source" in text_of(protocol="rtog-0631")


def test_warnings_stand_before_the_figures():
    text = text_of(warnings=["The slices are 4 mm thick."])
    assert text.index("The slices are 4 mm thick.") < text.index("Cord volume")


def test_robustness_that_was_not_computed_is_said():
    assert "Setup robustness Not computed." in text_of()


def test_room_to_move_and_to_scale_stands_with_the_verdict():
    found = document(everything=True)
    text = text_of(everything=True)
    for sentence in found["robustness"]["room"]["sentences"]:
        assert text.index(sentence.replace("<=", "≤")) < text.index("Cord volume")


def test_dose_that_stays_where_it_is_is_said_with_its_published_error():
    section = text_of(everything=True).split("Setup robustness")[1]
    assert "the dose stays where it is" in section
    assert "-1.28 ± 3.46 %" in section


def test_meaning_of_the_uncertainty_is_said_once():
    assert text_of(everything=True).count("± is discretization only") == 1


def test_metrics_carry_their_uncertainty():
    text = text_of()
    found = next(
        m
        for m in document()["metrics"]
        if (m["structure"], m["metric"]) == ("SpinalCord_Partial", "D10%[Gy]")
    )
    assert f"D10% {found['value']:.2f} ± 0.0" in text


def test_biological_doses_stand_under_their_warning():
    section = text_of(everything=True).split("BED and EQD2, α/β = 2 Gy")[1]
    assert section.index("not applicable to spine radiosurgery") < section.index("SpinalCord")
    assert "BED" not in text_of()


def test_indices_are_labelled():
    section = text_of().split("Indices of CTV_T8")[1]
    for label in ("Paddick conformity,", "inverse", "RTOG conformity", "Gradient index", "R50%",
                  "RTOG homogeneity", "ICRU 83 homogeneity", "D2cm", "Coverage"):  # fmt: skip
        assert label in section


def test_gap_to_the_cord_is_information_with_its_source():
    text = text_of()
    assert "comes within 11.0 mm of SpinalCord" in text
    assert "a gap of 2 mm between tumor and cord helps radiosurgery (Ryu et al. 2015" in text


def test_text_of_a_sum_of_doses_is_shown():
    found = document()
    found["provenance"]["parameters"]["dose_semantics"] = "Sum of 2 plans."
    assert "Sum of 2 plans." in Page(render_html(found)).text


def test_limit_that_cannot_be_evaluated_does_not_hide_the_value():
    found = document()
    row = next(r for r in found["constraints"] if r["structure"] == "SpinalCord_Partial")
    row.update(value=None, uncertainty=None, status="not_evaluable", reason="a sum of plans")
    page = Page(render_html(found)).text
    section = page[page.index("Cord volume") : page.index("Dose-volume histogram")]
    assert "V10Gy 0.00 ± 0.00 % ≤ 10 % ? not evaluable" in " ".join(section.split())


def test_old_report_is_rendered_from_its_json_without_pictures():
    page = Page(render_html(document(pictures={})))
    assert "img" not in page.tags
    assert "SpinalCord_Partial" in page.text


def test_value_beside_its_limit_is_not_rounded_onto_it():
    found = document()
    found["constraints"][0]["value"] = 10.004
    assert "10.004 ±" in Page(render_html(found)).text
