"""Complications with onset, and what the paper reports of them."""

from __future__ import annotations

import pytest

from spine_radiosurgery.assessment.followup import (
    COMPLICATIONS,
    Complication,
    FollowUp,
    RiskFactors,
    Visit,
    complication_findings,
)
from spine_radiosurgery.assessment.followup.complications import risk_factor_text


def found(*complications, **kwargs):
    findings = complication_findings(FollowUp(complications=complications, **kwargs))
    return [finding for finding in findings if finding.recorded]


def missing(**kwargs):
    return [f for f in complication_findings(FollowUp(**kwargs)) if not f.recorded]


@pytest.mark.parametrize("kind", COMPLICATIONS)
def test_every_kind_has_onset_text_and_citation(kind):
    (finding,) = found(Complication(kind, 61, "yes", note="seen at home"))
    assert (finding.kind, finding.day, finding.months) == (kind, 61, 2.0)
    assert (
        f"{finding.title.capitalize()}: onset on day 61 (2.0 months), symptomatic" in finding.text
    )
    assert finding.note == "seen at home"
    assert bool(finding.citation) == (kind != "other")


@pytest.mark.parametrize(
    ("symptomatic", "said"),
    [("yes", ", symptomatic;"), ("no", ", without symptoms;"), ("unknown", "is not recorded;")],
)
def test_whether_a_fracture_is_symptomatic_is_said(symptomatic, said):
    (finding,) = found(Complication("vertebral_fracture", 90, symptomatic, "new"))
    assert said in finding.text
    assert finding.symptomatic == symptomatic


@pytest.mark.parametrize(
    ("fracture", "said"),
    [
        ("new", "New vertebral fracture:"),
        ("progressive", "Progressive vertebral fracture:"),
        ("", "Whether it is new or progressive is not recorded."),
    ],
)
def test_new_and_progressive_fractures_are_told_apart(fracture, said):
    (finding,) = found(Complication("vertebral_fracture", 90, fracture=fracture))
    assert said in finding.text
    assert "about 20 %" in finding.text
    assert "above 20 Gy" in finding.text


@pytest.mark.parametrize(("day", "is_late"), [(0, False), (1, False), (7, False), (8, True)])
def test_a_late_flare_asks_for_other_causes(day, is_late):
    (finding,) = found(Complication("pain_flare", day))
    assert "about 20 %, within 24 hours" in finding.text
    assert ("instability" in finding.text) == is_late


@pytest.mark.parametrize(("day", "is_early"), [(30, True), (395, True), (396, False), (800, False)])
def test_an_early_myelopathy_asks_for_another_cause(day, is_early):
    (finding,) = found(Complication("myelopathy", day))
    assert "13 months after 16 Gy at C1 and C2" in finding.text
    assert ("look for another cause" in finding.text) == is_early
    assert ("does not rule myelopathy out" in finding.text) == is_early


@pytest.mark.parametrize(("resolved", "is_longer"), [(20, False), (24, False), (25, True)])
def test_mucositis_resolves_within_two_weeks(resolved, is_longer):
    (finding,) = found(Complication("mucositis", 10, resolved_day=resolved))
    assert finding.resolved_after_days == resolved - 10
    assert f"resolved on day {resolved}, after {resolved - 10} days" in finding.text
    assert ("longer than that" in finding.text) == is_longer


@pytest.mark.parametrize(("last_day", "is_said"), [(None, False), (24, False), (25, True)])
def test_mucositis_that_is_not_resolved_is_measured_by_follow_up(last_day, is_said):
    (finding,) = found(Complication("mucositis", 10), last_day=last_day)
    assert "no resolution is recorded" in finding.text
    assert ("beyond the onset" in finding.text) == is_said


def test_complications_come_in_order_of_onset():
    findings = found(Complication("skin", 30), Complication("mucositis", 10))
    assert [finding.day for finding in findings] == [10, 30]


def test_risk_factors_stand_beside():
    factors = RiskFactors(surgery="yes", diabetes="yes", collagen_disease="no")
    (finding,) = found(Complication("fistula", 200), risk_factors=factors)
    assert finding.risk_factors == ("prior surgery", "diabetes")
    assert risk_factor_text(factors) == (
        "Risk factors present: prior surgery, diabetes; absent: collagen vascular disease; not "
        "recorded: concurrent systemic therapy."
    )


@pytest.mark.parametrize(
    ("last_day", "said"),
    [
        (200, "Myelopathy is not excluded yet: followed for 200 days (6.6 months)."),
        (395, "Myelopathy is not excluded yet"),
        (0, "no follow-up is recorded"),
        (None, "no follow-up is recorded"),
    ],
)
def test_a_follow_up_below_13_months_does_not_exclude_myelopathy(last_day, said):
    (finding,) = missing(last_day=last_day)
    assert finding.kind == "myelopathy"
    assert said in finding.text
    assert finding.day is None
    assert "neurological complications" in finding.citation


def test_a_follow_up_of_13_months_or_more_adds_nothing():
    assert missing(last_day=396) == []


def test_a_recorded_myelopathy_needs_no_exclusion():
    assert missing(complications=(Complication("myelopathy", 100),)) == []


def test_after_death_myelopathy_is_not_awaited():
    (finding,) = missing(last_day=200, died="yes")
    assert "is not excluded: followed for 200 days (6.6 months) until death" in finding.text


def test_the_latest_record_counts_where_no_last_day_is_given():
    assert missing(visits=(Visit(400),)) == []
