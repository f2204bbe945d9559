"""Response of tumor volume against the volume before treatment."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from spine_radiosurgery.assessment.followup import FollowUp, TumourVolume, volume_response
from spine_radiosurgery.geometry import InputError


def course_of(*pairs: tuple[int, float]):
    (course,) = volume_response([TumourVolume(day, volume) for day, volume in pairs])
    return course


def test_the_papers_figure_comes_out():
    course = course_of((-3, 10.0), (61, 3.5))
    assert course.points[1].change_percent == pytest.approx(-65)
    assert course.points[1].months == 2.0
    assert "3.5 cc on day 61 (2.0 months), 65 % less than before treatment" in course.text
    assert "65 %" in course.reference
    assert "Ryu et al. 2015" in course.citation


def test_the_baseline_is_the_last_volume_on_or_before_day_0():
    course = course_of((30, 4.0), (-20, 8.0), (0, 10.0), (-3, 9.0))
    assert (course.baseline_day, course.baseline_cc) == (0, 10.0)
    assert [point.day for point in course.points] == [-20, -3, 0, 30]
    assert [point.change_percent for point in course.points] == [None, None, 0.0, -60.0]


def test_growth_counts_from_the_smallest_volume():
    course = course_of((0, 10.0), (60, 4.0), (120, 5.0))
    assert (course.nadir_day, course.nadir_cc, course.nadir_change_percent) == (60, 4.0, -60.0)
    assert course.growth_percent == 25.0
    assert [point.from_nadir_percent for point in course.points] == [None, -60.0, 25.0]
    assert "it has grown since, 25 % more than that." in course.text


@pytest.mark.parametrize("last", [4.0, 3.0])
def test_no_growth_is_said_without_one(last):
    assert "grown" not in course_of((0, 10.0), (60, 4.0), (120, last)).text


@pytest.mark.parametrize(
    ("volume", "said"), [(12.34, "12.3 cc on"), (1.0, "1.0 cc on"), (0.0512, "0.0512 cc on")]
)
def test_volumes_are_said_with_sensible_digits(volume, said):
    assert said in course_of((0, 10.0), (60, volume)).text


@pytest.mark.parametrize(
    ("volume", "said"),
    [(0.04, "99.6 % less"), (0.0, "100 % less"), (3.5, "65 % less"), (140.0, "1300 % more")],
)
def test_nearly_all_is_not_said_as_all(volume, said):
    assert said in course_of((0, 10.0), (60, volume)).text


def test_an_unchanged_volume_is_said_as_such():
    assert "4.0 cc on day 20, unchanged." in course_of((0, 4.0), (20, 4.0)).text


def test_a_tumor_that_only_grew_has_its_nadir_before_treatment():
    course = course_of((-1, 2.0), (60, 3.0))
    assert (course.nadir_day, course.growth_percent) == (-1, 50.0)


def test_the_first_of_equal_volumes_is_the_nadir():
    assert course_of((0, 5.0), (30, 2.0), (60, 2.0)).nadir_day == 30


def test_without_a_baseline_changes_are_open_with_a_reason():
    course = course_of((30, 4.0), (60, 2.0), (90, 3.0))
    assert course.baseline_cc is None
    assert {point.change_percent for point in course.points} == {None}
    assert "on or before day 0" in course.reason
    assert course.reason in course.text
    assert (course.nadir_cc, course.nadir_change_percent, course.growth_percent) == (2.0, None, 50)


def test_percent_of_nothing_is_undefined_and_said():
    course = course_of((0, 0.0), (30, 2.0))
    assert course.points[1].change_percent is None
    assert "undefined" in course.reason


def test_growth_from_a_tumor_that_was_gone_is_undefined_and_said():
    course = course_of((0, 3.0), (30, 0.0), (90, 1.0))
    assert course.points[1].change_percent == -100.0
    assert course.growth_percent is None
    assert "percent of 0 cc is undefined" in course.text


def test_without_a_volume_after_treatment_there_is_no_nadir():
    course = course_of((-2, 3.0))
    assert (course.nadir_day, course.growth_percent) == (None, None)
    assert "no volume is recorded after treatment" in course.text


def test_each_kind_has_its_own_course_and_only_epidural_tumor_a_figure_of_the_paper():
    kinds = ("tumour", "epidural", "paraspinal")
    found = volume_response([TumourVolume(0, 1.0, kind) for kind in kinds])
    assert [course.kind for course in found] == ["epidural", "paraspinal", "tumour"]
    assert [bool(course.reference) for course in found] == [True, False, False]
    assert [bool(course.citation) for course in found] == [True, False, False]


def test_nothing_recorded_gives_no_course():
    assert volume_response([]) == ()


def test_two_volumes_of_a_kind_on_a_day_are_refused():
    twice = (TumourVolume(30, 1.0), TumourVolume(30, 2.0))
    with pytest.raises(InputError, match=r"volume of epidural tumor is recorded twice for day 30"):
        volume_response(twice)
    with pytest.raises(InputError, match="twice"):
        FollowUp(volumes=twice)


volumes = st.floats(0.01, 1000).map(lambda value: round(value, 3))


@given(st.lists(volumes, min_size=2, max_size=6), st.floats(0.1, 10))
def test_percent_does_not_depend_on_the_unit_of_volume(values, scale):
    days = range(0, 30 * len(values), 30)
    plain = course_of(*zip(days, values, strict=True))
    scaled = course_of(*zip(days, [scale * value for value in values], strict=True))
    for one, other in zip(plain.points, scaled.points, strict=True):
        assert other.change_percent == pytest.approx(one.change_percent, abs=1e-6)
    assert scaled.growth_percent == pytest.approx(plain.growth_percent, abs=1e-6)


@given(st.lists(volumes, min_size=2, max_size=6))
def test_the_last_volume_is_never_below_the_nadir(values):
    course = course_of(*zip(range(0, 30 * len(values), 30), values, strict=True))
    assert course.growth_percent >= 0
    assert course.nadir_cc == min(values)
