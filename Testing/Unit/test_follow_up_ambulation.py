"""The paper's Table 2 over a cohort."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from spine_radiosurgery.assessment.followup import FollowUp, Visit, ambulation_table
from spine_radiosurgery.assessment.followup.ambulation import PAPER_RATES, wilson_interval
from spine_radiosurgery.geometry import InputError


def patient(before, after, grades=("", "")):
    return FollowUp(
        visits=(
            Visit(-1, ambulatory=before, neurological=grades[0]),
            Visit(60, ambulatory=after, neurological=grades[1]),
        )
    )


RYU = (
    [patient("yes", "yes")] * 31
    + [patient("yes", "no")] * 4
    + [patient("no", "yes")] * 19
    + [patient("no", "no")] * 8
)


def rows(table):
    return {row.key: row for row in table.rows}


def test_the_papers_own_cohort_gives_the_papers_fractions():
    found = rows(ambulation_table(RYU))
    fractions = {key: (row.numerator, row.denominator) for key, row in found.items()}
    assert fractions == {"overall": (50, 62), "kept": (31, 35), "regained": (19, 27)}
    for key, row in found.items():
        radiosurgery = row.paper[2]
        assert (radiosurgery.numerator, radiosurgery.denominator) == fractions[key]
    assert found["overall"].percent == pytest.approx(80.645, abs=1e-3)
    assert [row.open for row in found.values()] == [0, 0, 0]


def test_the_papers_percentages_stand_as_printed_and_two_of_them_are_questioned():
    printed = {key: [rate.printed_percent for rate in rates] for key, rates in PAPER_RATES.items()}
    assert printed == {"overall": [84, 57, 81], "kept": [94, 74, 88], "regained": [62, 19, 59]}
    off = [
        (key, rate.arm)
        for key, rates in PAPER_RATES.items()
        for rate in rates
        if abs(100 * rate.numerator / rate.denominator - rate.printed_percent) > 0.5
    ]
    assert off == [(key, "Radiosurgery (Ryu phase II)") for key in ("kept", "regained")]
    remarks = " ".join(ambulation_table([]).remarks)
    assert "70 % and 89 %" in remarks
    assert "84 %" in remarks


def test_the_papers_arms_add_up():
    for arm in range(3):
        overall, kept, regained = (PAPER_RATES[key][arm] for key in ("overall", "kept", "regained"))
        assert overall.numerator == kept.numerator + regained.numerator
        assert overall.denominator == kept.denominator + regained.denominator


def test_what_is_not_recorded_counts_as_neither():
    found = rows(
        ambulation_table(
            [
                patient("yes", "yes"),
                patient("yes", "unknown"),
                patient("unknown", "yes"),
                patient("unknown", "unknown"),
                patient("no", "unknown"),
                FollowUp(),
            ]
        )
    )
    counts = {key: (row.numerator, row.denominator, row.open) for key, row in found.items()}
    # Those whose state before is not recorded may belong to either group.
    assert counts == {"overall": (2, 2, 4), "kept": (1, 1, 4), "regained": (0, 0, 4)}
    assert found["regained"].percent is None
    assert found["regained"].low_percent is None


def test_the_last_state_counts_up_to_a_day():
    lost = FollowUp(
        visits=(
            Visit(-1, ambulatory="yes"),
            Visit(60, ambulatory="yes"),
            Visit(200, ambulatory="no"),
            Visit(300),
        )
    )
    assert rows(ambulation_table([lost]))["kept"].numerator == 0
    limited = ambulation_table([lost], until_day=60)
    assert rows(limited)["kept"].numerator == 1
    assert "up to day 60" in limited.remarks[0]


def test_an_empty_cohort_has_no_rates():
    table = ambulation_table([])
    assert table.patients == 0
    assert [row.percent for row in table.rows] == [None] * 3


def test_grades_before_and_after_are_counted():
    cohort = [
        patient("yes", "yes", ("c", "a")),
        patient("yes", "yes", ("c", "a")),
        patient("yes", "no", ("b", "d")),
        patient("yes", "yes", ("", "a")),
        patient("yes", "yes", ("a", "")),
    ]
    table = ambulation_table(cohort)
    assert table.grade_counts[2][0] == 2
    assert table.grade_counts[1][3] == 1
    assert sum(map(sum, table.grade_counts)) == 3
    assert table.grades_open == 2


def test_grades_at_presentation_stand_in_for_a_baseline():
    cohort = [patient("yes", "yes", ("", "a")), patient("yes", "yes", ("b", "a"))]
    table = ambulation_table(cohort, presenting_grades=("c", ""))
    assert (table.grade_counts[2][0], table.grade_counts[1][0], table.grades_open) == (1, 1, 0)
    with pytest.raises(InputError, match="1 grades at presentation for 2 patients"):
        ambulation_table(cohort, presenting_grades=("c",))


# The first four are examples of Newcombe 1998, Stat Med 17:857; the last mirrors 0 of 20.
@pytest.mark.parametrize(
    ("numerator", "denominator", "low", "high"),
    [
        (81, 263, 25.53, 36.62),
        (15, 148, 6.24, 16.05),
        (0, 20, 0.0, 16.11),
        (1, 29, 0.61, 17.18),
        (20, 20, 83.89, 100.0),
    ],
)
def test_the_interval_is_wilsons(numerator, denominator, low, high):
    assert wilson_interval(numerator, denominator) == pytest.approx((low, high), abs=0.006)


@given(st.integers(1, 500).flatmap(lambda n: st.tuples(st.integers(0, n), st.just(n))))
def test_the_interval_holds_the_rate_and_mirrors(counts):
    numerator, denominator = counts
    low, high = wilson_interval(*counts)
    assert 0 <= low <= 100 * numerator / denominator + 1e-9
    assert 100 * numerator / denominator - 1e-9 <= high <= 100
    mirrored = wilson_interval(denominator - numerator, denominator)
    assert mirrored == pytest.approx((100 - high, 100 - low), abs=1e-9)


states = st.sampled_from(["yes", "no", "unknown"])


@given(st.lists(st.tuples(states, states), max_size=30))
def test_nobody_is_lost(pairs):
    table = ambulation_table([patient(*pair) for pair in pairs])
    found = rows(table)
    assert found["overall"].denominator + found["overall"].open == table.patients
    both_known = sum("unknown" not in pair for pair in pairs)
    assert found["kept"].denominator + found["regained"].denominator == both_known
