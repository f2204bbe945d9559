"""The voxels that margins are made of, and what of a structure goes along."""

from __future__ import annotations

import numpy as np
import pytest
from numpy.typing import NDArray
from scipy.spatial.transform import Rotation
from shapes import affine, at, prism, rectangle, turned

from spine_radiosurgery.geometry import (
    HalfSpace,
    InputError,
    Structure,
    expanded,
    margins_mm,
    skin_near,
)

PEBBLE = prism(rectangle(2, 2), 2.0, 1.0, name="Pebble")
CUBE = Structure.from_mask("Cube", np.ones((2, 2, 2)), affine((1, 1, 1), (0.5, 0.5, 0.5)))
TURN = Rotation.from_euler("xyz", (25, -40, 10), degrees=True)


def test_one_margin_is_that_of_all_six_sides() -> None:
    assert margins_mm(2) == (2.0,) * 6
    assert margins_mm([0.5]) == (0.5,) * 6
    assert margins_mm((1, 2, 3, 4, 5, 0)) == (1.0, 2.0, 3.0, 4.0, 5.0, 0.0)


@pytest.mark.parametrize("side", range(6))
@pytest.mark.parametrize("margin", [-0.1, np.inf, np.nan])
def test_a_margin_that_cannot_be_is_named_by_its_side(side: int, margin: float) -> None:
    margins = np.ones(6)
    margins[side] = margin
    names = ("right", "left", "anterior", "posterior", "superior", "inferior")
    with pytest.raises(InputError, match=f"margin of {margin:g} mm to the {names[side]} side"):
        margins_mm(margins.tolist())


@pytest.mark.parametrize("count", [0, 2, 5, 7])
def test_margins_are_one_or_six(count: int) -> None:
    with pytest.raises(InputError, match=f"not {count}"):
        margins_mm([1.0] * count)


def test_margins_below_a_hundredth_of_a_millimeter_are_none() -> None:
    same = expanded(PEBBLE, (0.009,) * 6)
    assert same.shape is PEBBLE.shape
    assert same.name == "Pebble"
    assert expanded(PEBBLE, 0.01).shape is not PEBBLE.shape


def test_what_is_known_of_a_structure_goes_along_but_its_number_and_its_cuts() -> None:
    told = Structure.from_contours(
        "GTV", [at(rectangle(2, 2), h) for h in (0, 1)], number=7, interpreted_type="GTV",
        algorithm="MANUAL", color=(1, 2, 3), warnings=("Noted.",), between="linear",
    ).clipped(HalfSpace(np.array([1.0, 0, 0]), 0.5))  # fmt: skip
    grown = expanded(told, 1.0)
    assert (grown.name, grown.number, grown.clips) == ("GTV", None, ())
    assert (grown.interpreted_type, grown.algorithm) == ("GTV", "MANUAL")
    assert (grown.color, grown.warnings, grown.between_contours) == ((1, 2, 3), ("Noted.",), "")
    assert grown.bounds_ras()[1, 0] == pytest.approx(1.5, abs=0.2)
    assert expanded(told, 1.0, name="PTV").name == "PTV"


@pytest.mark.parametrize(
    ("margin", "spacing"), [(0.3, 0.25), (0.75, 0.25), (1.2, 0.4), (1.5, 0.5), (3.0, 0.5)]
)
def test_voxels_are_a_third_of_the_margin_within_limits(margin: float, spacing: float) -> None:
    grid = expanded(PEBBLE, margin).mask.grid
    assert grid.spacing_mm == pytest.approx([spacing] * 3)
    assert np.abs(grid.directions) == pytest.approx(np.eye(3))


def test_the_smallest_of_six_margins_that_is_one_says_how_fine_the_voxels_are() -> None:
    grid = expanded(PEBBLE, (1.2, 0, 3, 3, 3, 3)).mask.grid
    assert grid.spacing_mm == pytest.approx([0.4] * 3)


@pytest.mark.parametrize(("margin", "parts"), [(0.6, 4), (1.2, 2), (3.0, 2)])
def test_voxels_of_a_mask_are_cut_evenly_and_stay_where_they_are(margin: float, parts: int) -> None:
    grid = expanded(CUBE, margin).mask.grid
    assert grid.spacing_mm == pytest.approx([1 / parts] * 3)
    # Faces of the fine voxels lie on those of the mask's own.
    faces = (grid.ijk_to_ras[:3, 3] - 0.5 / parts) * parts
    assert faces == pytest.approx(np.rint(faces))


def test_voxels_lie_along_the_contours_where_all_margins_are_the_same() -> None:
    contours = turned([at(rectangle(2, 2), h) for h in (0.0, 1.0)], TURN)
    body = Structure.from_contours("Pebble", contours)
    even, uneven = expanded(body, 0.9), expanded(body, (0.9, 0.9, 0.9, 0.9, 0.9, 1.5))
    along = np.abs(body.shape.axes @ even.mask.grid.directions)
    assert along.max(axis=0) == pytest.approx([1.0, 1.0, 1.0])
    assert uneven.mask.grid.directions == pytest.approx(np.eye(3))


@pytest.mark.parametrize("body", [PEBBLE, CUBE], ids=["contours", "mask"])
@pytest.mark.parametrize("side", range(6))
def test_a_margin_to_one_side_moves_that_side_alone(body: Structure, side: int) -> None:
    margins = np.zeros(6)
    margins[side] = 1.5
    found = expanded(body, margins.tolist()).bounds_ras() - body.bounds_ras()
    moved = np.array(
        [found[1, 0], -found[0, 0], found[1, 1], -found[0, 1], found[1, 2], -found[0, 2]]
    )
    assert moved == pytest.approx(margins, abs=0.26)


@pytest.mark.parametrize("body", [PEBBLE, CUBE], ids=["contours", "mask"])
def test_voxels_at_the_edge_hold_their_share(body: Structure) -> None:
    """Along a line through the middle of a face the occupancy sums up to width and margins."""
    grown = expanded(body, 1.1).mask
    for axis in range(3):
        sums = grown.values.sum(axis=axis)
        width = sums.max() * grown.grid.spacing_mm[2 - axis]
        assert width == pytest.approx(2 + 2 * 1.1, abs=0.02)


def trunk(radius_mm: float = 30.0) -> Structure:
    angle = np.linspace(0, 2 * np.pi, 120, endpoint=False)
    outline: NDArray[np.float64] = radius_mm * np.column_stack([np.cos(angle), np.sin(angle)])
    return Structure.from_contours("External", [at(outline, h) for h in np.arange(-30, 31, 4.0)])


def test_the_skin_is_named_and_reaches_as_far_as_asked_beyond_the_target() -> None:
    skin = skin_near(trunk(), PEBBLE, thickness_mm=4.0, reach_mm=7.0, name="Rind")
    assert skin.name == "Rind"
    assert skin.warnings == (
        "Rind is the outer 4 mm of External from 7 mm above to 7 mm below Pebble; "
        "no skin was contoured.",
    )
    assert skin.extent_mm() == pytest.approx((-8.0, 8.0))
    assert skin.mask.grid.spacing_mm == pytest.approx([1.0, 1.0, 2.0])


def test_voxels_of_the_skin_are_even_parts_of_its_height() -> None:
    skin = skin_near(trunk(), PEBBLE, reach_mm=6.5)
    assert skin.mask.grid.spacing_mm == pytest.approx([1.0, 1.0, 15 / 8])
    assert skin.extent_mm() == pytest.approx((-7.5, 7.5))


def test_skin_thicker_than_the_body_is_all_of_it() -> None:
    skin = skin_near(trunk(12.0), PEBBLE, thickness_mm=40.0, reach_mm=3.0)
    assert skin.volume_cc == pytest.approx(trunk(12.0).between(-4.0, 4.0).volume_cc, rel=0.02)
    assert skin.contains([[0.0, 0.0, 0.0]])[0]


@pytest.mark.parametrize("low", [32.0, -36.0])
def test_a_target_that_only_touches_the_end_of_the_body_is_none_in_it(low: float) -> None:
    beyond = Structure.from_contours("Target", [at(rectangle(2, 2), low + h) for h in (1.0, 3.0)])
    with pytest.raises(InputError, match="choose the outline of this image"):
        skin_near(trunk(), beyond)
    inner = Structure.from_contours(
        "Target", [at(rectangle(2, 2), 0.96 * low + h) for h in (1.0, 3.0)]
    )
    assert skin_near(trunk(), inner).volume_cc > 0
