"""The report page: self-contained, safe, and complete."""

from __future__ import annotations

import base64
import functools
import hashlib
import json
import re
from html.parser import HTMLParser

import pytest
from synthetic_plan import linear_dose, plan

import spine_radiosurgery as sr
from spine_radiosurgery.case import Prescription
from spine_radiosurgery.report.html import render_html

HOSTILE = "<script>alert('x')</script>"
PIXEL = b"\x89PNG\r\n\x1a\n"
FIGURES = dict.fromkeys(
    ["axial.png", "sagittal.png", "coronal.png", "cord_volume.png", "dvh.png"], PIXEL
)


class Page(HTMLParser):
    """Tags, attributes and text of a page."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.tags, self.attributes, self.text, self.open = [], [], "", []
        self.feed(html)

    def handle_starttag(self, tag, attrs):
        self.tags.append(tag)
        self.attributes += attrs
        if tag not in ("meta", "img", "br"):
            self.open.append(tag)

    def handle_endtag(self, tag):
        assert self.open.pop() == tag

    def handle_data(self, data):
        if "style" not in self.open[-1:]:
            self.text += data


@functools.cache
def evaluated(protocol: str, fractions: int, at_origin_gy: float) -> str:
    case = plan(
        dose=linear_dose(at_origin_gy=at_origin_gy, gy_per_mm=0.3),
        prescription=Prescription(16.0, fractions, "RTPLAN"),
    )
    report = sr.evaluate(case, target="CTV_T8", cord="SpinalCord", protocol=protocol)
    return json.dumps(report.to_dict())


def document(*, protocol="auto", fractions=1, at_origin_gy=5.0, **changes):
    return {**json.loads(evaluated(protocol, fractions, at_origin_gy)), **changes}


def text_of(**options) -> str:
    page = Page(render_html(document(**options), FIGURES))
    return " ".join(page.text.replace("\N{NO-BREAK SPACE}", " ").split())


def test_page_loads_nothing_from_elsewhere():
    html = render_html(document(), FIGURES)
    loading = ("src", "href", "srcset", "action", "data", "poster")
    sources = [value for name, value in Page(html).attributes if name in loading]
    assert sources
    assert all(s.startswith(("data:image/png;base64,", "#")) for s in sources)
    assert not re.search(r"https?://|url\(|@import", html)


def test_policy_allows_its_own_style_and_nothing_else():
    html = render_html(document(), FIGURES)
    style = re.search(r"<style>(.*?)</style>", html, re.DOTALL)[1]
    digest = base64.b64encode(hashlib.sha256(style.encode()).digest()).decode()
    assert f"style-src 'sha256-{digest}'" in html
    assert "default-src 'none'" in html
    assert "script" not in Page(html).tags
    assert "style" not in [k for k, _ in Page(html).attributes]


def test_structure_named_like_a_script_is_only_text():
    case = plan()
    hostile = case.structures[0].renamed(HOSTILE)
    report = sr.evaluate(
        plan(structures=(hostile, case.structures[1])), target=HOSTILE, cord="SpinalCord"
    )
    html = render_html(report.to_dict(), FIGURES)
    assert "<script" not in html
    assert HOSTILE in Page(html).text


def test_no_text_of_the_document_becomes_markup():
    def hostile(value):
        if isinstance(value, dict):
            return {key: hostile(item) for key, item in value.items()}
        if isinstance(value, list):
            return [hostile(item) for item in value]
        return f"{HOSTILE}{value}" if isinstance(value, str) else value

    found = document(protocol="rtog-0631")
    kept = {"unit", "status", "comparator", "metric"}
    for rows in (found["constraints"], found["switched_off"], found["metrics"]):
        for row in rows:
            row.update({key: hostile(item) for key, item in row.items() if key not in kept})
    for part in (
        "case",
        "prescription",
        "targets",
        "warnings",
        "provenance",
        "cord",
        "generated_by",
    ):
        found[part] = hostile(found[part])
    assert "<script" not in render_html(found, FIGURES)


def test_every_tag_is_closed():
    assert Page(render_html(document(protocol="rtog-0631"), FIGURES)).open == []


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


def test_old_report_is_rendered_from_its_json_without_pictures():
    page = Page(render_html(document(), {}))
    assert "img" not in page.tags
    assert "SpinalCord_Partial" in page.text


def test_value_beside_its_limit_is_not_rounded_onto_it():
    found = document()
    found["constraints"][0]["value"] = 10.004
    assert "10.004 %" in Page(render_html(found, FIGURES)).text
