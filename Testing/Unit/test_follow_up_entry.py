"""What a follow-up takes: order, days, codes."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from spine_radiosurgery.assessment.followup import (
    Complication,
    Failure,
    FollowUp,
    RiskFactors,
    TumourVolume,
    Visit,
)
from spine_radiosurgery.geometry import InputError

REFUSED = [
    (lambda: Visit(0, pain_score=10.1), "Pain score cannot be 10.1"),
    (lambda: Visit(0, pain_score=-1), "enter 0 to 10"),
    (lambda: Visit(0, pain_score=float("nan")), "Pain score"),
    (lambda: Visit(0, opioid_mg=-5), "Opioid dose cannot be -5 mg a day"),
    (lambda: Visit(0, neurological="f"), "no neurological grade"),
    (lambda: Visit(0, ambulatory="maybe"), "Ambulatory cannot be 'maybe'"),
    (lambda: Visit(-4000), "enter -3650 to 36500"),
    (lambda: TumourVolume(0, -1.0), "Tumor volume cannot be -1 cc"),
    (lambda: TumourVolume(0, 1.0, "bone"), "choose one of epidural, paraspinal, tumour"),
    (lambda: Complication("stroke", 3), "Complication cannot be 'stroke'"),
    (lambda: Complication("skin", -1), "day of onset after treatment cannot be -1"),
    (lambda: Complication("skin", 3, "sometimes"), "Symptomatic"),
    (lambda: Complication("vertebral_fracture", 3, fracture="old"), "Kind of fracture"),
    (lambda: Complication("skin", 3, fracture="new"), "new fracture cannot be the kind of a skin"),
    (lambda: Complication("mucositis", 10, resolved_day=9), "before its onset"),
    (lambda: Complication("mucositis", 10, resolved_day=40000), "enter"),
    (lambda: RiskFactors(diabetes="mild"), "Risk factor diabetes"),
    (lambda: FollowUp(visits=(Visit(3), Visit(3))), "A visit is recorded twice for day 3"),
    (lambda: FollowUp(died="perhaps"), "Died cannot be 'perhaps'"),
    (lambda: FollowUp(last_day=40000), "Last day of follow-up"),
    (lambda: FollowUp(visits=(Visit(61),), last_day=60), "is 60, but something is recorded for"),
    (lambda: FollowUp(failures=(Failure(90),), last_day=60), "day 90"),
    (
        lambda: FollowUp(complications=(Complication("skin", 9, resolved_day=61),), last_day=60),
        "day 61",
    ),
]


@pytest.mark.parametrize(("make", "said"), REFUSED)
def test_what_cannot_be_is_refused_with_a_sentence(make, said):
    with pytest.raises(InputError) as error:
        make()
    assert said in str(error.value)


def test_the_ends_of_the_ranges_are_taken():
    Visit(-3650, 0, 0)
    Visit(36500, 10, 100000, "yes", "no", "e", "no")
    Complication("vertebral_fracture", 0, fracture="progressive", resolved_day=0)
    FollowUp(visits=(Visit(60),), last_day=60, died="yes")


@given(st.lists(st.integers(-100, 1000), unique=True, max_size=8))
def test_everything_is_kept_in_order_of_days(days):
    after = [day for day in days if day >= 0]
    follow_up = FollowUp(
        visits=tuple(Visit(day) for day in days),
        volumes=tuple(TumourVolume(day, 1.0) for day in days),
        failures=tuple(Failure(day) for day in after),
        complications=tuple(Complication("skin", day) for day in after),
    )
    for entries in (follow_up.visits, follow_up.volumes):
        assert [entry.day for entry in entries] == sorted(days)
    for entries in (follow_up.failures, follow_up.complications):
        assert [entry.day for entry in entries] == sorted(after)
    assert follow_up.latest_recorded_day == max(days, default=None)


def test_two_failures_and_two_kinds_of_volume_may_share_a_day():
    follow_up = FollowUp(
        failures=(Failure(90, "in_field"), Failure(90, "distant")),
        volumes=(TumourVolume(90, 1.0, "epidural"), TumourVolume(90, 1.0, "paraspinal")),
    )
    assert len(follow_up.failures) == len(follow_up.volumes) == 2


@pytest.mark.parametrize(
    ("visits", "last_day", "days"),
    [((), None, None), ((-3,), None, None), ((0,), None, None), ((9,), None, 9), ((9,), 20, 20)],
)
def test_follow_up_counts_from_treatment(visits, last_day, days):
    follow_up = FollowUp(visits=tuple(Visit(day) for day in visits), last_day=last_day)
    assert follow_up.followed_days == days
