"""Where a recurrence lies in the anatomy: boxes in a column of boxes with a round canal."""

from __future__ import annotations

from dataclasses import asdict

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.spatial.transform import Rotation
from shapes import affine, circle, linear_dose, prism, rectangle

from spine_radiosurgery.anatomy import LEVELS
from spine_radiosurgery.assessment.followup import measure_failure
from spine_radiosurgery.assessment.followup.failure_places import (
    PARASPINAL_REACH_MM,
    place_shares,
)
from spine_radiosurgery.geometry import InputError, Structure, moved

PITCH_MM = 24.0
"""20 mm of bone and 4 mm of disc; T8 has its middle at height 0."""


def height_of(level):
    return PITCH_MM * (LEVELS.index("T8") - LEVELS.index(level))


def vertebra(level, name=""):
    """Bone of 40 x 30 x 20 mm before the canal."""
    outline = rectangle(40.0, 30.0, (0.0, 15.0))
    return prism(outline, 20.0, centre=height_of(level), name=name or f"vertebrae_{level}")


COLUMN = {level: vertebra(level) for level in ("T5", "T6", "T7", "T8", "T9", "T10", "T11")}
CANAL = prism(circle(8.0, (0.0, -8.0)), 260.0, name="SpinalCanal")


def box(centre, size=(8.0, 8.0, 8.0)):
    return prism(rectangle(size[0], size[1], centre[:2]), size[2], 1.0, centre[2], "Recurrence")


def placed(recurrence, vertebrae=COLUMN, treated=("T8",), canal=CANAL):
    return place_shares(recurrence.cells(0.5), vertebrae, treated, canal)


IN_BONE = {
    level: box((0.0, 15.0, height_of(level))) for level in ("T5", "T6", "T7", "T8", "T9", "T10")
}
IN_DISC = box((0.0, 15.0, 12.0), (8.0, 8.0, 3.0))
ASIDE = box((40.0, 15.0, 0.0))
FAR_ASIDE = box((20.0 + PARASPINAL_REACH_MM + 10.0, 15.0, 0.0))


def in_canal(height):
    return box((0.0, -8.0, height))


@pytest.mark.parametrize(
    ("recurrence", "place"),
    [
        (IN_BONE["T8"], "same_level"),
        (IN_BONE["T7"], "adjacent_level"),
        (IN_BONE["T9"], "adjacent_level"),
        (IN_BONE["T6"], "remote"),
        (IN_BONE["T10"], "remote"),
        (in_canal(0.0), "epidural"),
        (in_canal(24.0), "epidural"),
        (in_canal(48.0), "remote"),
        (ASIDE, "paraspinal"),
        (IN_DISC, "paraspinal"),
        (box((0.0, -40.0, -24.0)), "paraspinal"),
        (box((40.0, 15.0, 50.0)), "remote"),
        (FAR_ASIDE, "remote"),
        (box((0.0, 15.0, -300.0)), "remote"),
    ],
)
def test_each_place(recurrence, place):
    found = placed(recurrence)
    assert (found.places, found.reason) == ((place,), "")
    assert found.shares == ((place, 100.0),)


def test_shares_by_volume_the_largest_first():
    # Of 20 mm from the middle of T8 upward: 10 in T8, 4 in the disc, 6 in T7.
    found = placed(box((0.0, 15.0, 10.0), (8.0, 8.0, 20.0)))
    assert found.places == ("same_level", "adjacent_level", "paraspinal")
    assert dict(found.shares) == pytest.approx(
        {"same_level": 50.0, "adjacent_level": 30.0, "paraspinal": 20.0}, abs=0.5
    )


def test_a_small_share_is_listed_and_is_no_place():
    found = placed(box((0.0, 15.0, 0.4), (8.0, 8.0, 20.0)))
    assert found.places == ("same_level",)
    assert dict(found.shares) == pytest.approx({"same_level": 98.0, "paraspinal": 2.0}, abs=0.5)


def test_canal_counts_where_it_overlaps_bone():
    wide = prism(circle(8.0, (0.0, -4.0)), 260.0, name="SpinalCanal")
    found = placed(box((0.0, 1.5, 0.0), (2.0, 2.0, 2.0)), canal=wide)
    assert found.places == ("epidural",)


@pytest.mark.parametrize(
    ("treated", "places"),
    [
        (("T7", "T8"), {"T6": "adjacent_level", "T7": "same_level", "T9": "adjacent_level"}),
        (("T6", "T9"), {"T7": "adjacent_level", "T8": "adjacent_level", "T5": "adjacent_level"}),
        (("T6", "T8"), {"T7": "adjacent_level", "T6": "same_level", "T10": "remote"}),
    ],
)
def test_several_treated_levels(treated, places):
    found = {level: placed(IN_BONE[level], treated=treated).places for level in places}
    assert found == {level: (place,) for level, place in places.items()}


def test_beside_a_level_between_two_sites_is_paraspinal_only_near_them():
    sites = {**COLUMN, "T12": vertebra("T12"), "L1": vertebra("L1")}
    treated = ("T5", "T11")
    sites["T4"] = vertebra("T4")
    beside = {n: box((40.0, 15.0, height_of(n)), (8.0, 8.0, 4.0)) for n in ("T6", "T8", "T10")}
    found = {n: placed(b, sites, treated).places for n, b in beside.items()}
    assert found == {"T6": ("paraspinal",), "T8": ("remote",), "T10": ("paraspinal",)}


TRANSITIONAL = {
    level: prism(rectangle(40.0, 30.0, (0.0, 15.0)), 20.0, centre=24.0 * n, name=level)
    for n, level in zip((2, 1, 0, -1, -2), ("T11", "T12", "T13", "L1", "L2"), strict=True)
}


def test_a_transitional_vertebra_is_a_neighbour_where_it_is_named():
    def place(level, vertebrae):
        height = 24.0 * (2 - list(TRANSITIONAL).index(level))
        return placed(box((0.0, 15.0, height)), vertebrae, ("T12",)).places

    assert place("T13", TRANSITIONAL) == ("adjacent_level",)
    assert place("L1", TRANSITIONAL) == ("remote",)
    usual = {level: s for level, s in TRANSITIONAL.items() if level != "T13"}
    assert place("L1", usual) == ("adjacent_level",)


def without(*levels):
    return {level: s for level, s in COLUMN.items() if level not in levels}


@pytest.mark.parametrize(
    ("recurrence", "places"),
    [
        (IN_BONE["T8"], ("same_level",)),
        (IN_BONE["T9"], ("adjacent_level",)),
        (IN_BONE["T6"], ("remote",)),
        (FAR_ASIDE, ("remote",)),
        (in_canal(0.0), ()),
        (ASIDE, ()),
    ],
)
def test_without_the_canal_epidural_and_paraspinal_are_open(recurrence, places):
    found = placed(recurrence, canal=None)
    assert found.places == places
    assert found.reason == (
        ""
        if places
        else "100 % of it cannot be placed: no canal, without which epidural and paraspinal cannot "
        "be told apart"
    )


@pytest.mark.parametrize(
    ("recurrence", "places"),
    [
        (IN_BONE["T8"], ("same_level",)),
        (IN_BONE["T9"], ("adjacent_level",)),
        (IN_BONE["T6"], ("remote",)),
        (in_canal(0.0), ("epidural",)),
        (box((40.0, 15.0, -24.0)), ("paraspinal",)),
        (box((40.0, 15.0, -70.0)), ("remote",)),
        (IN_BONE["T7"], ()),
        (ASIDE, ()),
        (in_canal(48.0), ()),
    ],
)
def test_without_a_neighbour_what_it_may_hold_is_open(recurrence, places):
    found = placed(recurrence, without("T7"))
    assert found.places == places
    assert found.reason == ("" if places else "100 % of it cannot be placed: no structure of T7")


def test_a_part_that_cannot_be_placed_takes_nothing_from_the_others():
    found = placed(box((0.0, 15.0, 5.0), (8.0, 8.0, 20.0)), without("T7"))
    assert found.places == ("same_level",)
    assert dict(found.shares) == pytest.approx({"same_level": 75.0}, abs=0.5)
    assert found.reason == "25 % of it cannot be placed: no structure of T7"


def test_a_treated_level_without_a_structure_leaves_all_but_bone_open():
    vertebrae = without("T7")
    found = {
        n: placed(IN_BONE[n], vertebrae, ("T7", "T8")).places for n in ("T6", "T7", "T8", "T9")
    }
    adjacent = ("adjacent_level",)
    assert found == {"T6": adjacent, "T7": (), "T8": ("same_level",), "T9": adjacent}


@pytest.mark.parametrize(
    ("vertebrae", "treated", "reason"),
    [
        (COLUMN, (), "the treated levels are not given"),
        (None, ("T8",), "no structure of a treated vertebra (T8)"),
        (without("T8"), ("T8",), "no structure of a treated vertebra (T8)"),
    ],
)
def test_without_treated_vertebrae_there_is_no_place(vertebrae, treated, reason):
    found = placed(IN_BONE["T8"], vertebrae, treated)
    assert (found.places, found.shares, found.reason) == ((), (), reason)


@pytest.mark.parametrize("options", [{"treated": ("T14",)}, {"vertebrae": {"X": COLUMN["T8"]}}])
def test_a_level_that_is_none_is_refused(options):
    with pytest.raises(InputError, match="is no vertebral level"):
        placed(IN_BONE["T8"], **options)


def test_the_first_vertebra_has_no_neighbour_above():
    column = {"C1": vertebra("T8"), "C2": vertebra("T9")}
    assert placed(IN_BONE["T8"], column, ("C1",)).reason == ""
    assert placed(IN_BONE["T9"], column, ("C1",)).places == ("adjacent_level",)


@settings(max_examples=10, deadline=None, derandomize=True)
@given(
    st.tuples(st.floats(-60, 60), st.floats(-40, 40), st.floats(-80, 80)),
    st.floats(-180, 180),
    st.tuples(*[st.floats(-100, 100)] * 3),
)
def test_turning_about_the_long_axis_and_shifting_everything_changes_nothing(centre, turn, shift):
    motion = affine((1, 1, 1), shift, Rotation.from_euler("z", turn, degrees=True))
    recurrence = box(centre)
    column = {level: moved(s, motion) for level, s in COLUMN.items()}
    still = placed(recurrence)
    found = placed(moved(recurrence, motion), column, canal=moved(CANAL, motion))
    shares = dict(still.shares)
    for place, share in found.shares:
        assert share == pytest.approx(shares.get(place, 0.0), abs=0.5)


@settings(max_examples=10, deadline=None, derandomize=True)
@given(st.tuples(st.floats(-60, 60), st.floats(-40, 40), st.floats(-80, 80)))
def test_shares_make_the_whole_and_are_in_order(centre):
    found = placed(box(centre))
    shares = [share for _, share in found.shares]
    assert sum(shares) == pytest.approx(100.0, abs=0.01)
    assert shares == sorted(shares, reverse=True)


def test_places_are_part_of_the_measurement_beside_the_dose():
    dose = linear_dose((0.0, 0.0, 0.5), 20.0, half_width=(40, 40, 60))
    found = measure_failure(
        IN_BONE["T9"],
        dose,
        20.0,
        vertebrae=COLUMN,
        treated_levels=["T8"],
        canal=CANAL,
    )
    # In the fall-off (40 % of it), though in the adjacent vertebra: the paper mixes the two.
    assert (found.pattern, found.places) == ("distant", ("adjacent_level",))
    assert asdict(found)["place_shares"] == (("adjacent_level", 100.0),)


def test_masks_give_what_contours_give():
    grid = affine((1.0, 1.0, 1.0), (-59.5, -29.5, -69.5))

    def as_mask(structure):
        return Structure.from_mask(structure.name, structure.mask_on((140, 80, 120), grid), grid)

    recurrence = box((10.0, 0.0, 8.0), (20.0, 20.0, 20.0))
    column = {level: as_mask(COLUMN[level]) for level in ("T7", "T8", "T9")}
    drawn, masked = (
        dict(found.shares)
        for found in (placed(recurrence), placed(as_mask(recurrence), column, canal=as_mask(CANAL)))
    )
    assert masked == pytest.approx(drawn, abs=1.0)
    assert np.isclose(sum(masked.values()), 100.0, atol=0.01)
