from __future__ import annotations

import numpy as np
import pytest
from shapes import INDEX_ORDERS, at, centred_affine, circle, occupancy_of, planes, reordered

from spine_radiosurgery.geometry import InputError, Structure, distance_to_skin, skin_near

RADIUS_MM = 100.0


def trunk(length_mm: float = 150.0, *, cavity: bool = False) -> Structure:
    """A round trunk along the superior axis, if wanted with an air-filled hole beside the spine."""
    outlines = [circle(RADIUS_MM, vertices=360)]
    if cavity:
        outlines.append(circle(8.0, (0.0, -30.0)))
    contours = [at(outline, z) for z in planes(length_mm, 3.0) for outline in outlines]
    return Structure.from_contours("External", contours)


def target(depth_mm: float, height_mm: float = 0.0, length_mm: float = 20.0) -> Structure:
    """A round rod whose back lies `depth_mm` below the skin."""
    centre = (0.0, -(RADIUS_MM - depth_mm - 10.0))
    heights = planes(length_mm, 2.0, height_mm)
    return Structure.from_contours("Lamina", [at(circle(10.0, centre), z) for z in heights])


@pytest.mark.parametrize("depth_mm", [3.0, 12.5, 40.0])
def test_distance_is_that_of_the_two_circles(depth_mm: float) -> None:
    found = distance_to_skin(target(depth_mm), trunk())
    assert found.distance_mm == pytest.approx(depth_mm, abs=0.1)
    assert found.second_ras[:2] == pytest.approx([0.0, -RADIUS_MM], abs=3.0)


def test_neither_a_cavity_nor_the_end_of_the_scan_is_skin() -> None:
    # The hole ends 13 mm in front of the rod, and the scan 5 mm above it.
    found = distance_to_skin(target(35.0, height_mm=60.0), trunk(cavity=True))
    assert found.distance_mm == pytest.approx(35.0, abs=0.1)


def test_a_target_that_reaches_through_the_skin_is_at_no_distance() -> None:
    assert distance_to_skin(target(-1.0), trunk()).distance_mm == 0.0


@pytest.mark.parametrize("thickness_mm", [2.0, 5.0])
def test_rind_has_the_volume_of_the_ring(thickness_mm: float) -> None:
    rind = skin_near(trunk(cavity=True), target(12.0), thickness_mm=thickness_mm, reach_mm=30.0)
    inner_mm = RADIUS_MM - thickness_mm
    ring_cc = np.pi * (RADIUS_MM**2 - inner_mm**2) * 80.0 / 1000.0
    assert rind.volume_cc == pytest.approx(ring_cc, rel=0.01)
    assert rind.name == "Skin" and "no skin was contoured" in rind.warnings[0]


def test_rind_goes_on_to_the_end_of_the_scan_and_not_across_it() -> None:
    rind = skin_near(trunk(), target(12.0, height_mm=60.0))
    assert rind.extent_mm() == pytest.approx((20.0, 75.0))
    assert not rind.contains([[0.0, 0.0, 74.5]])[0]
    assert rind.contains([[0.0, -97.5, 74.0], [97.5, 0.0, 21.0]]).all()


@pytest.mark.parametrize("order", INDEX_ORDERS[::23])
def test_a_mask_in_any_index_order_gives_the_same_skin(order: tuple) -> None:
    matrix = centred_affine((1, 105, 105), (2.0, 2.0, 3.0))
    section = occupancy_of(
        lambda p: np.hypot(p[..., 0], p[..., 1]) <= RADIUS_MM, (1, 105, 105), matrix
    )
    mask, matrix[2, 3] = np.repeat(section, 50, axis=0), -73.5
    body = Structure.from_mask("External", *reordered(mask, matrix, order))
    assert distance_to_skin(target(12.0), body).distance_mm == pytest.approx(12.0, abs=0.3)
    ring_cc = np.pi * (RADIUS_MM**2 - 95.0**2) * 84.0 / 1000.0
    assert skin_near(body, target(12.0)).volume_cc == pytest.approx(ring_cc, rel=0.02)


def test_an_outline_of_another_image_is_refused() -> None:
    with pytest.raises(InputError, match=r"External ends at -75 to 75 mm .* Lamina lies at 190"):
        distance_to_skin(target(12.0, height_mm=200.0), trunk())


def test_no_thickness_is_refused() -> None:
    with pytest.raises(InputError, match="skin's thickness is 0 mm"):
        skin_near(trunk(), target(12.0), thickness_mm=0.0)
