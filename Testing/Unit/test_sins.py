"""SINS: points, classes and what is open, from the definitions."""

from __future__ import annotations

import pytest

from spine_radiosurgery.anatomy import LEVELS
from spine_radiosurgery.assessment.stability import (
    SINS_OPTIONS,
    SinsChoices,
    VertebraMeasurement,
    sins_score,
)
from spine_radiosurgery.geometry import InputError

POINTS = {
    "location": {"junctional": 3, "mobile": 2, "semirigid": 1, "rigid": 0},
    "pain": {"mechanical": 3, "occasional": 1, "none": 0},
    "lesion": {"lytic": 2, "mixed": 1, "blastic": 0},
    "alignment": {"subluxation": 4, "deformity": 2, "normal": 0},
    "collapse": {"over_half": 3, "under_half": 2, "none_over_half_involved": 1, "none": 0},
    "posterolateral": {"bilateral": 3, "unilateral": 1, "none": 0},
}
STABLE = {
    "location": "rigid",
    "pain": "none",
    "lesion": "blastic",
    "alignment": "normal",
    "collapse": "none",
    "posterolateral": "none",
}
"""Chosen, all 0 points."""


def score(level="", measured=None, **choices):
    return sins_score(SinsChoices(**{**STABLE, **choices}, measured=measured), level)


def measured(percent=None, body=None, right=None, left=None, uncertainty=5.0, **others):
    known = uncertainty if percent is not None else None
    return VertebraMeasurement(
        "vertebrae_T8",
        percent,
        body_involved_percent=body,
        right_posterolateral_percent=right,
        left_posterolateral_percent=left,
        **{"collapse_uncertainty_percent": known, "collapse_compared": "neighbors", **others},
    )


def test_the_options_have_the_points_of_the_score():
    found = {name: {o.code: o.points for o in options} for name, options in SINS_OPTIONS.items()}
    assert found == POINTS
    assert list(found) == list(POINTS)


@pytest.mark.parametrize(("name", "code"), [(n, c) for n, codes in POINTS.items() for c in codes])
def test_a_chosen_answer_has_its_points(name, code):
    found = score(**{name: code})
    component = found.component(name)
    points = POINTS[name][code]
    assert (found.minimum, found.maximum) == (points, points)
    assert (component.points_min, component.points_max) == (points, points)
    assert (component.code, component.source, component.candidates) == (code, "person", (code,))


JUNCTIONAL = {"C1", "C2", "C7", "T1", "T2", "T11", "T12", "L1", "L5", "S1"}
MOBILE = {"C3", "C4", "C5", "C6", "L2", "L3", "L4"}
SEMIRIGID = {"T3", "T4", "T5", "T6", "T7", "T8", "T9", "T10"}
RIGID = {"S2", "S3", "S4", "S5"}


@pytest.mark.parametrize("level", LEVELS)
def test_the_location_follows_from_the_level(level):
    names = ("junctional", "mobile", "semirigid", "rigid")
    sets = (JUNCTIONAL, MOBILE, SEMIRIGID, RIGID)
    (expected,) = (n for n, levels in zip(names, sets, strict=True) if level in levels)
    component = score(level, location="").component("location")
    assert (component.code, component.source) == (expected, "level")


@pytest.mark.parametrize(
    ("level", "reason"), [("", "not known"), ("T13", "transitional"), ("L6", "transitional")]
)
def test_the_location_is_open_where_the_score_does_not_name_the_level(level, reason):
    component = score(level, location="").component("location")
    assert (component.points_min, component.points_max, component.code) == (0, 3, "")
    assert component.is_open
    assert reason in component.reason


def test_a_level_that_is_none_is_refused():
    with pytest.raises(InputError, match="no vertebral level"):
        score("T14", location="")


def test_a_location_that_contradicts_the_level_is_kept_and_remarked():
    component = score("T8", location="junctional").component("location")
    assert (component.code, component.source) == ("junctional", "person")
    assert "other than by level: T8 is semirigid" in component.reason


def test_a_location_that_agrees_with_the_level_has_no_remark():
    assert "other than" not in score("T8", location="semirigid").component("location").reason


@pytest.mark.parametrize(
    ("choices", "total", "classes", "opinion"),
    [
        ({}, 0, ("stable",), "no"),
        ({"pain": "mechanical", "collapse": "over_half"}, 6, ("stable",), "no"),
        (
            {"pain": "mechanical", "collapse": "over_half", "lesion": "mixed"},
            7,
            ("potentially unstable",),
            "yes",
        ),
        (
            {"pain": "mechanical", "collapse": "over_half", "location": "junctional"}
            | {"posterolateral": "bilateral"},
            12,
            ("potentially unstable",),
            "yes",
        ),
        (
            {"pain": "mechanical", "collapse": "over_half", "location": "junctional"}
            | {"posterolateral": "bilateral", "lesion": "mixed"},
            13,
            ("unstable",),
            "yes",
        ),
        (
            {name: next(iter(codes)) for name, codes in POINTS.items()},
            18,
            ("unstable",),
            "yes",
        ),
    ],
)
def test_the_classes_begin_at_7_and_13(choices, total, classes, opinion):
    found = score(**choices)
    assert (found.minimum, found.maximum, found.classes) == (total, total, classes)
    assert found.asks_for_opinion == opinion
    assert found.text == f"{total} of 18: {classes[0]}."
    assert "Fisher et al. 2010" in found.citation


@pytest.mark.parametrize(
    ("choices", "text", "opinion"),
    [
        (
            {"pain": "", "collapse": "over_half", "alignment": "subluxation"},
            "7 to 10 of 18: potentially unstable; open: pain.",
            "yes",
        ),
        (
            {"pain": "", "collapse": "over_half", "lesion": "mixed"},
            "4 to 7 of 18: stable or potentially unstable; open: pain.",
            "open",
        ),
        ({"pain": "", "lesion": ""}, "0 to 5 of 18: stable; open: pain, bone lesion.", "no"),
        (
            dict.fromkeys(POINTS, ""),
            "0 to 18 of 18: stable, potentially unstable or unstable; open: location, pain, bone "
            "lesion, alignment, collapse, posterolateral involvement.",
            "open",
        ),
    ],
)
def test_open_components_make_a_range(choices, text, opinion):
    found = score(**choices)
    assert (found.text, found.asks_for_opinion, found.is_open) == (text, opinion, True)


HALF = ("over_half", "under_half")
UNCOLLAPSED = ("none_over_half_involved", "none")


@pytest.mark.parametrize(
    ("percent", "body", "candidates"),
    [
        (80.0, 90.0, ("over_half",)),
        (55.1, 90.0, ("over_half",)),
        (55.0, 90.0, HALF),
        (50.0, 90.0, HALF),
        (45.0, 90.0, HALF),
        (44.9, 90.0, ("under_half",)),
        (25.0, 90.0, ("under_half",)),
        (24.9, 90.0, ("under_half", "none_over_half_involved")),
        (24.9, 10.0, ("under_half", "none")),
        (15.0, 90.0, ("under_half", "none_over_half_involved")),
        (14.9, 90.0, ("none_over_half_involved",)),
        (0.0, 52.1, ("none_over_half_involved",)),
        (0.0, 52.0, UNCOLLAPSED),
        (0.0, 50.0, UNCOLLAPSED),
        (0.0, 48.0, UNCOLLAPSED),
        (0.0, 47.9, ("none",)),
        (0.0, 0.0, ("none",)),
        (0.0, None, UNCOLLAPSED),
        (60.0, None, ("over_half",)),
        (None, 90.0, (*HALF, "none_over_half_involved")),
        (None, 10.0, (*HALF, "none")),
        (None, None, (*HALF, *UNCOLLAPSED)),
    ],
)
def test_collapse_follows_from_what_was_measured(percent, body, candidates):
    component = score(measured=measured(percent, body), collapse="").component("collapse")
    assert component.candidates == candidates
    decided = len(candidates) == 1
    assert component.source == ("measured" if decided else "open")
    assert component.code == (candidates[0] if decided else "")


def test_exactly_half_of_the_height_is_open_even_without_uncertainty():
    found = measured(50.0, 90.0, uncertainty=0.0)
    assert score(measured=found, collapse="").component("collapse").candidates == HALF


@pytest.mark.parametrize(
    ("percent", "candidates"),
    [(60.0, ("over_half",)), (40.0, HALF), (5.0, (*HALF, "none_over_half_involved"))],
)
def test_against_itself_alone_more_may_be_lost_than_is_seen(percent, candidates):
    found = measured(percent, 90.0, collapse_compared="itself")
    component = score(measured=found, collapse="").component("collapse")
    assert component.candidates == candidates
    assert "or more" in component.reason


def test_a_collapse_without_uncertainty_has_that_of_the_program():
    found = measured(46.0, 90.0, uncertainty=None)
    assert score(measured=found, collapse="").component("collapse").candidates == HALF


@pytest.mark.parametrize(
    ("right", "left", "candidates"),
    [
        (0.0, 0.0, ("none",)),
        (0.99, 0.99, ("none",)),
        (1.0, 0.0, ("unilateral",)),
        (0.0, 30.0, ("unilateral",)),
        (1.0, 1.0, ("bilateral",)),
        (30.0, None, ("bilateral", "unilateral")),
        (None, 0.0, ("unilateral", "none")),
        (None, None, ("bilateral", "unilateral", "none")),
    ],
)
def test_posterolateral_involvement_follows_from_both_sides(right, left, candidates):
    found = score(measured=measured(right=right, left=left), posterolateral="")
    component = found.component("posterolateral")
    assert component.candidates == candidates
    assert component.source == ("measured" if len(candidates) == 1 else "open")


def test_a_choice_comes_before_the_measurement_and_both_are_told():
    found = score(measured=measured(70.0, 90.0, 0.0, 30.0), posterolateral="unilateral")
    collapse, posterolateral = found.components[4:]
    assert (collapse.code, collapse.source) == ("none", "person")
    assert "other than by measurement" in collapse.reason
    assert "70 % ± 5 of the height lost" in collapse.reason
    assert "other than" not in posterolateral.reason
    assert "30.0 % on the left" in posterolateral.reason


def test_the_level_may_come_from_the_measurement():
    found = score(measured=measured(level="T8"), location="")
    assert found.component("location").code == "semirigid"


def test_the_measurement_of_another_vertebra_is_not_used():
    found = score("T9", measured(70.0, 90.0, 0.0, 0.0, level="T8"), collapse="")
    component = found.component("collapse")
    assert component.is_open
    assert component.reason == "The measurement is of T8, not of T9."


@pytest.mark.parametrize(
    "share",
    [
        {"collapse_percent": 101.0},
        {"body_involved_percent": -1.0},
        {"left_posterolateral_percent": float("nan")},
    ],
)
def test_a_measured_share_outside_0_to_100_is_refused(share):
    with pytest.raises(InputError, match="cannot be"):
        VertebraMeasurement(**share)


def test_the_threshold_is_that_of_the_targets() -> None:
    """Neither room may import the other."""
    from spine_radiosurgery.assessment.stability.measuring import INVOLVED_PERCENT
    from spine_radiosurgery.targets.involvement import THRESHOLD

    assert pytest.approx(100 * THRESHOLD) == INVOLVED_PERCENT
