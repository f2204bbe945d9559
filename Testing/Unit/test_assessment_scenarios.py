"""The scenarios of the paper's Fig. 3 from lists of levels."""

from __future__ import annotations

import random
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from spine_radiosurgery.anatomy import LEVELS
from spine_radiosurgery.assessment import (
    SCENARIOS,
    doubt_about,
    levels_from_text,
    scenario_of,
    sites_of,
)
from spine_radiosurgery.geometry import InputError

CASES = [
    ("T8", "a", "T8 is the only level"),
    ("S1", "a", "S1 is the only level"),
    ("T8 T9", "b", "T8 and T9 are contiguous"),
    ("T12 L1", "b", "T12 and L1 are contiguous"),
    ("C7 T1", "b", "contiguous"),
    ("L5 S1", "b", "contiguous"),
    ("T12 T13", "b", "contiguous"),
    ("T13 L1", "b", "contiguous"),
    ("T8 T10", "c", "T8 and T10 are 2 sites that are not adjacent"),
    ("C3 T8 L4", "c", "C3, T8 and L4 are 3 sites"),
    ("T8 T9 L1", "c", "T8/T9 and L1 are 2 sites"),
    ("C3 C4 T8 T9 L1 L2", "c", "C3/C4, T8/T9 and L1/L2 are 3 sites"),
    ("T8 T9 T10", "", "T8 to T10 are 3 contiguous levels"),
    ("T12 T13 L1", "", "T12 to L1 are 3 contiguous levels"),
    ("C3 T8 T9 T10", "", "T8 to T10 are 3 contiguous levels"),
    ("C3 T1 T8 L4", "", "There are 4 separate sites"),
]


@pytest.mark.parametrize(("levels", "code", "reason"), CASES, ids=[c[0] for c in CASES])
def test_levels_tell_the_situation(levels, code, reason):
    found = scenario_of(levels.split())
    assert found.code == code
    assert reason in found.reason
    assert found.words == SCENARIOS.get(code, "A person decides")
    assert found.is_decided == bool(code)
    assert found.citation == "Ryu et al. 2015, Radiat Oncol J 33:1-11, Fig. 3"


@given(st.sets(st.sampled_from(LEVELS), min_size=1, max_size=6), st.randoms())
def test_neither_order_nor_repeats_count(levels, generator: random.Random):
    listed = [*levels, *levels]
    generator.shuffle(listed)
    assert scenario_of(listed) == scenario_of(sorted(levels))


@given(st.sets(st.sampled_from(LEVELS), min_size=1))
def test_small_metastases_are_never_seen_in_the_levels(levels):
    assert scenario_of(list(levels)).code != "d"


@given(st.sets(st.sampled_from(LEVELS), min_size=1))
def test_sites_are_the_levels_in_runs_with_gaps_between(levels):
    sites = sites_of(list(levels))
    assert [level for site in sites for level in site] == [x for x in LEVELS if x in levels]
    places = [[LEVELS.index(level) for level in site] for site in sites]
    assert all(site == list(range(site[0], site[-1] + 1)) for site in places)
    assert all(b[0] - a[-1] > 1 for a, b in pairwise(places))


def test_no_level_is_refused():
    with pytest.raises(InputError, match="No level is given; name the levels to be treated"):
        scenario_of([])


def test_what_is_no_level_is_refused():
    with pytest.raises(InputError, match="'X3' is no vertebral level"):
        scenario_of(["T8", "X3"])


@pytest.mark.parametrize(
    ("code", "levels", "doubt"),
    [
        ("a", "T8", ""),
        ("d", "T8", ""),
        ("d", "C3 T8 L4", ""),
        ("d", "C3 T1 T8 L4", "Scenario d was chosen, although the levels tell none: There are 4"),
        ("b", "T8", "Scenario b was chosen, although the levels tell a: T8 is the only level."),
        ("a", "T8 T9 T10", "Scenario a was chosen, although the levels tell none: T8 to T10"),
    ],
)
def test_a_choice_against_the_levels_is_doubted(code, levels, doubt):
    found = doubt_about(code, levels.split())
    assert found.startswith(doubt)
    assert bool(found) == bool(doubt)


def test_a_scenario_that_is_none_is_refused():
    with pytest.raises(InputError, match=r"'e' is no scenario of Fig\. 3; choose a, b, c, d"):
        doubt_about("e", ["T8"])


@pytest.mark.parametrize(
    ("text", "levels"),
    [
        ("", ""),
        ("  ", ""),
        ("T8", "T8"),
        ("t8, T9", "T8 T9"),
        ("L1 T12", "T12 L1"),
        ("T8; T9 and T8", "T8 T9"),
        ("T12/L1", "T12 L1"),
        ("T12 / L1", "T12 L1"),
        ("L2/3", "L2 L3"),
        ("C3-C5", "C3 C4 C5"),
        ("C3 \u2013 C5", "C3 C4 C5"),
        ("T10-12", "T10 T11 T12"),
        ("L2 to L4, S1", "L2 L3 L4 S1"),
        ("BWK12", "T12"),
        ("Th8", "T8"),
        ("T13", "T13"),
        ("sacrum", "S1 S2 S3 S4 S5"),
    ],
)
def test_typed_levels_are_read(text, levels):
    assert levels_from_text(text) == tuple(levels.split())


@pytest.mark.parametrize(
    ("text", "token"),
    [("T8, X9", "X9"), ("8", "8"), ("T8-1", "T8-1"), ("L9", "L9"), ("T8 body", "body"),
     ("T8,-", "-"), ("T8 9", "9"), ("T8-", "T8-"), ("?", "\\?")],
)  # fmt: skip
def test_nothing_typed_is_passed_over(text, token):
    with pytest.raises(InputError, match=f"'{token}' is no vertebral level; write levels as"):
        levels_from_text(text)
