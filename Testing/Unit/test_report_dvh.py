"""The histogram on the page: what is drawn, what is read from it, and that names stay text."""

from __future__ import annotations

import itertools
import json
import math
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st
from page_parts import HOSTILE, Page, hostile
from two_plans import constraint, curve, document, falling, structure

from spine_radiosurgery.report.page.curves import place_labels, thin
from spine_radiosurgery.report.page.dvh import (
    OTHER_COLOURS,
    TOLERANCE_PERCENT,
    DrawnPlan,
    dose_ticks,
    drawn_plans,
    dvh_content,
)
from spine_radiosurgery.report.page.shell import environment
from spine_radiosurgery.report.palette import LIMIT_ON_PAPER, ON_PAPER
from spine_radiosurgery.report.presentation import Presentation

ENGLISH = Presentation()


def content(found=None):
    return dvh_content(found or document(), ENGLISH)


def rendered(found) -> str:
    return environment(ENGLISH).get_template("dvh.html.j2").render(dvh=found)


def with_curves(*curves, **changes):
    return document(dvh={"dose_step_gy": 0.5, "curves": list(curves)}, **changes)


def many_organs(count):
    return [curve(f"Organ{n:02}", "organ", falling(4 + n)) for n in range(count)]


@given(
    st.lists(st.floats(0, 100), min_size=1, max_size=80),
    st.floats(0.001, 5),
)
def test_thinned_curve_stays_within_its_tolerance(values, tolerance):
    points = [(0.05 * n, y) for n, y in enumerate(values)]
    kept = thin(points, tolerance)
    assert {kept[0], kept[-1]} == {points[0], points[-1]}
    assert set(kept) <= set(points)
    for (x1, y1), (x2, y2) in itertools.pairwise(kept):
        between = [p for p in points if x1 < p[0] < x2]
        line = [y1 + (y2 - y1) * (x - x1) / (x2 - x1) for x, _ in between]
        assert all(
            abs(y - at) <= tolerance + 1e-9 for (_, y), at in zip(between, line, strict=True)
        )


def test_curve_of_many_points_becomes_a_short_path_that_reads_the_same():
    smooth = [round(100 / (1 + math.exp((n - 900) / 60)), 3) for n in range(1400)]
    found = content(with_curves(curve("CTV_T8", "target", smooth)))
    points = found["data"]["curves"][0]
    assert len(points["dose_gy"]) < 150
    for dose, percent in zip(points["dose_gy"], points["percent"], strict=True):
        assert percent == pytest.approx(smooth[round(dose / 0.5)], abs=TOLERANCE_PERCENT)


def test_labels_lie_on_their_curves_and_apart():
    lines = [[(50, 50), (600, 300)], [(50, 300), (600, 50)], [(50, 60), (600, 310)]]
    places = place_labels(lines, (50, 40, 620, 310))
    for (x, y), ((x1, y1), (x2, y2)) in zip(places, lines, strict=True):
        assert y == pytest.approx(y1 + (y2 - y1) * (x - x1) / (x2 - x1))
    assert min(math.dist(a, b) for a, b in itertools.combinations(places, 2)) > 30


def test_target_cord_and_hottest_organs_are_shown_first_and_bone_and_skin_are_not():
    found = content()
    shown = [e["name"] for e in found["legend"] if e["is_on"]]
    assert shown == ["CTV_T8", "SpinalCord_Partial", "SpinalCord", "Esophagus"]
    assert [e["name"] for e in found["legend"]][4:] == ["External", "Vertebra_T8"]
    organs = [e for e in content(with_curves(*many_organs(9)))["legend"] if e["is_on"]]
    assert [e["name"] for e in organs] == ["Organ08", "Organ07", "Organ06", "Organ05", "Organ04"]


def test_every_curve_has_its_own_look():
    found = content(with_curves(*many_organs(40)))
    looks = [(e["colour"], e["dash"]) for e in found["legend"]]
    assert len(set(looks)) == 40
    assert len({dash for _, dash in looks[:12]}) == 12, "grey paper needs the dashes alone"


def contrast_on_white(colour):
    parts = [int(colour[n : n + 2], 16) / 255 for n in (1, 3, 5)]
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in parts]
    return 1.05 / (sum(w * c for w, c in zip((0.2126, 0.7152, 0.0722), linear, strict=True)) + 0.05)


@pytest.mark.parametrize("colour", [*ON_PAPER.values(), *OTHER_COLOURS, LIMIT_ON_PAPER])
def test_lines_stand_out_from_white_paper(colour):
    assert contrast_on_white(colour) > 3.0


@pytest.mark.parametrize(
    ("rows", "lines"),
    [
        (None, ["limit 10 Gy, 10 %", "(ryu-2015)"]),
        ([], ["limit 10 Gy, 10 %", "(ryu-2015, 1 fraction)"]),
        (
            [constraint("x", "V50%[%]", 1.0, 20.0, role="decides", protocol="own")],
            ["limit 8 Gy, 20 %", "(own)"],
        ),
    ],
)
def test_deciding_limit_is_marked_from_the_document(rows, lines):
    found = document() if rows is None else document(constraints=rows)
    (limit,) = content(found)["limits"]
    assert limit["lines"] == lines


def test_limit_beyond_the_axis_is_left_out():
    rows = [constraint("x", "V50Gy[%]", 1.0, 20.0, role="decides")]
    assert content(document(constraints=rows))["limits"] == []


@pytest.mark.parametrize("largest", [0.03, 0.9, 3.0, 8.0, 18.7, 60.0, 79.0, 1000.0])
def test_axis_has_a_few_round_doses(largest):
    ticks = dose_ticks(largest)
    assert ticks[0] == 0
    assert 4 <= len(ticks) <= 10
    assert ticks[-1] <= largest
    assert len({round(b - a, 6) for a, b in itertools.pairwise(ticks)}) == 1


@pytest.mark.parametrize("dvh", [None, {"dose_step_gy": 0.05, "curves": []}])
def test_nothing_is_drawn_where_there_is_no_curve(dvh):
    assert rendered(content(document(dvh=dvh))).strip() == ""


def partly_outside(*structures):
    rows = [structure(name, role, cc) for name, role, cc, _ in structures]
    for row, (*_, outside) in zip(rows, structures, strict=True):
        row["outside_dose_cc"] = outside
    return {**document()["case"], "structures": rows}


def test_legend_says_how_much_of_a_structure_lies_inside_the_dose_grid():
    case = partly_outside(
        ("CTV_T8", "target", 12.0, 0.0), ("SpinalCord", "cord", 5.3, 0.3),
        ("Esophagus", "organ", 10.0, None), ("External", "external", 9000.0, 1e-6),
    )  # fmt: skip
    found = content(document(case=case))
    volumes = {e["name"]: e["volumes"].replace("\xa0", " ") for e in found["legend"]}
    assert volumes == {
        "CTV_T8": "12 cc", "SpinalCord_Partial": "1.3 cc", "SpinalCord": "5 of 5.3 cc",
        "Esophagus": "10 cc", "Vertebra_T8": "20 cc", "External": "9000 cc",
    }  # fmt: skip
    inside = {c["name"]: c["inside"] for c in found["data"]["curves"] if c["inside"]}
    assert inside == {"SpinalCord": "inside the dose grid"}
    assert "the first lies inside the dose grid" in Page(rendered(found)).text
    assert "inside the dose grid" not in Page(rendered(content())).text


def test_picture_is_complete_without_the_script():
    html = rendered(content())
    hidden = re.findall(r'<path class="dvh-curve"[^>]* display="none"', html)
    assert len(hidden) == 2
    page = Page(html)
    for name in ("CTV_T8", "SpinalCord_Partial", "limit 10 Gy, 10 %", "Dose (Gy)", "Volume (%)"):
        assert name in page.text
    assert all("hidden" in tag for tag in re.findall(r"<input[^>]*>", html))
    assert not [n for n, _ in page.attributes if n == "style" or n.startswith("on")]


def test_names_stay_text_in_the_page_and_in_the_data_block():
    found = hostile(document(), {"metric", "comparator", "status", "unit", "role"})
    html = rendered(content(found))
    assert "<script>alert" not in html
    assert html.count("<script") == html.count("</script>") == 1
    page = Page(html)
    assert page.open == []
    assert f"{HOSTILE}CTV_T8" in page.text
    block = re.search(r'class="dvh-data">(.*?)</script>', html, re.DOTALL).group(1)
    names = [c["name"] for c in json.loads(block)["curves"]]
    assert f"{HOSTILE}CTV_T8" in names


def test_two_plans_share_colour_and_number_and_differ_by_line():
    second = document(constraints=[constraint("x", "V12Gy[%]", 1.0, 10.0, role="decides")])
    found = drawn_plans([DrawnPlan(document(), "A"), DrawnPlan(second, "B")], ENGLISH)
    for one, other in zip(found["curves"][::2], found["curves"][1::2], strict=True):
        assert one["structure"] == other["structure"]
        assert (one["colour"], one["number"]) == (other["colour"], other["number"])
        assert {one["dash"], other["dash"]} == {"", "7 4"}
        assert one["keys"][0] == other["keys"][0]
    assert {k for c in found["curves"] for k in c["keys"][1:]} == {"p0", "p1"}
    assert [limit["lines"] for limit in found["limits"]] == [
        ["limit 10 Gy, 10 %", "(A ryu-2015)"],
        ["limit 12 Gy, 10 %", "(B ryu-2015)"],
    ]
    assert [c["name"] for c in found["data"]["curves"]][:2] == ["CTV_T8 (A)", "CTV_T8 (B)"]


def test_same_document_gives_the_same_picture():
    assert rendered(content()) == rendered(content())


def test_a_curve_that_leads_far_out_of_the_drawing_takes_no_memory():
    ((x, y),) = place_labels([[(0.0, 0.0), (1e12, 1e12)]], (0.0, 0.0, 600.0, 300.0))
    assert x == y
