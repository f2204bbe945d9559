"""What holds of SINS whatever is chosen and measured."""

from __future__ import annotations

from dataclasses import asdict, replace
from json import dumps, loads

from hypothesis import given, settings
from hypothesis import strategies as st

from spine_radiosurgery.anatomy import LEVELS
from spine_radiosurgery.anatomy.levels.column import COLUMN
from spine_radiosurgery.assessment.stability import (
    SINS_OPTIONS,
    SinsChoices,
    VertebraMeasurement,
    sins_score,
)

CODES = {name: [option.code for option in options] for name, options in SINS_OPTIONS.items()}
CHOSEN = st.fixed_dictionaries({name: st.sampled_from(codes) for name, codes in CODES.items()})
MAYBE_CHOSEN = st.fixed_dictionaries(
    {name: st.sampled_from(["", *codes]) for name, codes in CODES.items()}
)
PERCENT = st.none() | st.floats(0, 100)
MEASURED = st.none() | st.builds(
    VertebraMeasurement,
    collapse_percent=PERCENT,
    body_involved_percent=PERCENT,
    right_posterolateral_percent=PERCENT,
    left_posterolateral_percent=PERCENT,
    collapse_uncertainty_percent=st.none() | st.floats(0, 30),
    collapse_compared=st.sampled_from(["", "neighbors", "one_neighbor", "itself"]),
)
LEVEL = st.sampled_from(["", *COLUMN])
COMPONENT = st.sampled_from(list(CODES))


def points(name, code):
    return next(option.points for option in SINS_OPTIONS[name] if option.code == code)


@given(CHOSEN, LEVEL, MEASURED)
def test_with_everything_chosen_the_total_is_the_sum(choices, level, measured):
    found = sins_score(SinsChoices(**choices, measured=measured), level)
    total = sum(points(name, code) for name, code in choices.items())
    assert (found.minimum, found.maximum, found.is_open) == (total, total, False)
    assert len(found.classes) == 1


@given(MAYBE_CHOSEN, LEVEL, MEASURED)
def test_the_total_lies_within_0_and_18(choices, level, measured):
    found = sins_score(SinsChoices(**choices, measured=measured), level)
    assert 0 <= found.minimum <= found.maximum <= 18
    assert found.is_open == (found.minimum < found.maximum)
    assert found.minimum == sum(c.points_min for c in found.components)
    assert found.maximum == sum(c.points_max for c in found.components)


@given(MAYBE_CHOSEN, LEVEL, MEASURED)
def test_every_component_has_an_answer_or_several_and_a_reason(choices, level, measured):
    for component in sins_score(SinsChoices(**choices, measured=measured), level).components:
        assert component.candidates
        assert component.reason.endswith(".")
        assert (component.code == "") == component.is_open == (len(component.candidates) > 1)


@given(MAYBE_CHOSEN, COMPONENT)
def test_opening_a_component_only_widens_the_range(choices, name):
    before = sins_score(SinsChoices(**choices), "")
    after = sins_score(SinsChoices(**{**choices, name: ""}), "")
    assert after.minimum <= before.minimum
    assert after.maximum >= before.maximum
    assert set(before.classes) <= set(after.classes)


@given(MAYBE_CHOSEN, LEVEL, MEASURED)
def test_a_measurement_only_narrows_the_range(choices, level, measured):
    without = sins_score(SinsChoices(**choices), level)
    found = sins_score(SinsChoices(**choices, measured=measured), level)
    assert without.minimum <= found.minimum
    assert found.maximum <= without.maximum


@given(CHOSEN, COMPONENT, st.data())
def test_a_worse_answer_never_lowers_the_total(choices, name, data):
    worse = data.draw(st.sampled_from(CODES[name][: CODES[name].index(choices[name]) + 1]))
    before = sins_score(SinsChoices(**choices))
    after = sins_score(SinsChoices(**{**choices, name: worse}))
    assert after.minimum >= before.minimum


@given(MEASURED.filter(bool), st.floats(0, 100))
def test_more_collapse_never_lowers_the_total(measured, more):
    first = replace(measured, collapse_percent=more)
    second = replace(measured, collapse_percent=min(100.0, more + 10))
    lower, higher = (sins_score(SinsChoices(measured=m)) for m in (first, second))
    assert lower.minimum <= higher.minimum
    assert lower.maximum <= higher.maximum


@given(MAYBE_CHOSEN, st.sampled_from(LEVELS), MEASURED)
@settings(max_examples=30)
def test_the_score_becomes_json(choices, level, measured):
    found = asdict(sins_score(SinsChoices(**choices, measured=measured), level))
    assert loads(dumps(found))["minimum"] == found["minimum"]
