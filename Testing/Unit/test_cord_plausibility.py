"""Whether a contour is a cord: areas at the limits, with the place of the worst section."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from shapes import at, planes, rectangle

from spine_radiosurgery.cord import check_cord, cord_volume
from spine_radiosurgery.cord.volume import CordVolume
from spine_radiosurgery.geometry import Structure


def cord_of(areas_mm2: list[float], *, spacing: float = 2.0) -> CordVolume:
    """Squares of these areas, the lowest first, all of them beside the target."""
    heights = planes(spacing * len(areas_mm2), spacing)
    sides = np.sqrt(areas_mm2)
    contours = [at(rectangle(s, s), h) for s, h in zip(sides, heights, strict=True)]
    cord = Structure.from_contours("SpinalCord", contours, slice_spacing_mm=spacing)
    target = Structure.from_contours("CTV", [at(rectangle(9, 9, (0, 30)), h) for h in heights])
    return cord_volume(cord, target)


def notes(areas_mm2: list[float], *, below_t2: bool | None = False, below_l2: bool = False):
    return check_cord(cord_of(areas_mm2), below_t2=below_t2, below_l2=below_l2)


def test_a_cord_of_usual_size_passes_without_a_word() -> None:
    assert notes([50.0] * 6, below_t2=None) == ()


@pytest.mark.parametrize(("area", "found"), [(25.1, False), (24.9, True), (119.9, False)])
def test_the_area_range_is_that_of_the_literature(area: float, found: bool) -> None:
    assert bool(notes([50.0, 50.0, area, 50.0, 50.0, 50.0])) is found


def test_the_thinnest_section_is_named_with_its_place_and_their_number() -> None:
    (note,) = notes([50.0, 20.0, 12.0, 50.0, 50.0, 50.0])
    assert note == (
        "The cord's cross-section is 12 mm2 at S -1.0 mm, under 25 mm2 (2 of 4 sections): "
        "is this the spinal cord?"
    )


def test_the_thickest_section_is_named_with_its_place_and_their_number() -> None:
    (note,) = notes([50.0, 50.0, 130.0, 150.0, 50.0, 50.0])
    assert note == (
        "The cord's cross-section is 150 mm2 at S 1.0 mm, over 120 mm2 (2 of 4 sections): "
        "is this the spinal cord?"
    )


def test_thin_and_thick_sections_are_two_findings() -> None:
    under, over = notes([50.0, 12.0, 50.0, 150.0, 50.0, 50.0])
    assert "under 25 mm2 (1 of 4" in under
    assert "over 120 mm2 (1 of 4" in over


def test_the_end_layers_are_left_out_of_five_sections_but_not_of_four() -> None:
    assert notes([12.0, 50.0, 50.0, 50.0, 12.0]) == ()
    (note,) = notes([12.0, 50.0, 50.0, 50.0])
    assert "1 of 4 sections" in note


@pytest.mark.parametrize(
    ("below_t2", "where"), [(True, "below T2"), (None, "at a level that is not known")]
)
def test_a_large_median_below_t2_is_the_canal(below_t2: bool | None, where: str) -> None:
    (note,) = notes([95.0] * 6, below_t2=below_t2)
    assert note == (
        f"The cord's median cross-section is 95 mm2 {where}, over 90 mm2: "
        "is this the canal or the thecal sac?"
    )


def test_a_large_median_above_t2_or_at_ninety_is_no_matter() -> None:
    assert notes([95.0] * 6, below_t2=False) == ()
    assert notes([89.9] * 6, below_t2=True) == ()


def test_below_l2_it_may_be_the_cauda_equina() -> None:
    (note,) = notes([50.0] * 6, below_l2=True)
    assert note.startswith("SpinalCord_Partial reaches below L2")
    assert "cauda equina" in note


def test_of_the_cord_volumes_warnings_only_missing_contours_are_repeated() -> None:
    warned = replace(cord_of([50.0] * 6), warnings=("contours are missing here", "tilted"))
    found = check_cord(warned, below_t2=None, below_l2=False)
    assert found == ("contours are missing here",)
