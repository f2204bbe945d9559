"""Gap, paraspinal mass and length of the target against solids of known size."""

from __future__ import annotations

import numpy as np
import pytest
from shapes import cylinder, ellipsoid_contours, prism, rectangle

from spine_radiosurgery.assessment.selection import measure_selection, paraspinal_extent
from spine_radiosurgery.assessment.selection.paraspinal import READING_ERROR_MM
from spine_radiosurgery.geometry import Structure, expanded
from spine_radiosurgery.phantom.making import build_phantom
from spine_radiosurgery.phantom.parameters import SpinePhantom

CANAL = cylinder(8.0, 200.0, centre=(0.0, -10.0, 0.0), name="SpinalCanal")
CORD = cylinder(4.0, 200.0, centre=(0.0, -10.0, 0.0), name="SpinalCord")


def box(name, low, high):
    low, high = np.array(low), np.array(high)
    middle, size = (low + high) / 2, high - low
    return prism(rectangle(size[0], size[1], middle[:2]), size[2], 1.0, middle[2], name)


def vertebra(name, height):
    return box(name, (-20, 0, height - 12), (20, 30, height + 12))


# Bodies of 24 mm, with discs of 6 mm between them.
T7, T8, T9 = vertebra("T7", 30.0), vertebra("T8", 0.0), vertebra("T9", -30.0)
COLUMN = (T7, T8, T9)


def ellipsoid(semi_axes, centre, name="GTV"):
    contours = [c + np.array(centre) for c in ellipsoid_contours(semi_axes, 1.0)]
    return Structure.from_contours(name, contours, slice_spacing_mm=1.0)


def joined(*structures, step=1.0):
    """One mask of several structures."""
    bounds = np.array([s.bounds_ras() for s in structures])
    low, high = bounds[:, 0].min(axis=0) - 1, bounds[:, 1].max(axis=0) + 1
    matrix = np.diag([step, step, step, 1.0])
    matrix[:3, 3] = low
    shape = [int(n) for n in np.ceil((high - low) / step)[::-1] + 1]
    mask = np.max([s.mask_on(shape, matrix) for s in structures], axis=0)
    return Structure.from_mask("GTV", mask, matrix)


def extent(tumour, vertebrae=COLUMN, canal=CANAL):
    return paraspinal_extent(tumour, vertebrae=vertebrae, canal=canal)


@pytest.mark.parametrize(
    ("semi_axes", "shift"),
    [
        ((5, 5, 5), (0, 0, 0)),
        ((10, 10, 10), (0.3, -0.4, 0.2)),
        ((25, 25, 25), (0, 0, 0)),
        ((25, 25, 25), (0.3, -0.4, 0.2)),
        ((15, 10, 25), (0, 0, 0)),
        ((25, 12, 12), (0.3, -0.4, 0.2)),
        ((12, 30, 12), (0, 0, 0)),
    ],
)
def test_a_mass_beside_the_bone_is_measured(semi_axes, shift):
    centre = np.array([21.0 + semi_axes[0], 15.0, 0.0]) + shift
    found = extent(ellipsoid(semi_axes, centre))
    assert found.diameter_mm == pytest.approx(2 * max(semi_axes), abs=READING_ERROR_MM)


@pytest.mark.parametrize("outside", [8.0, 12.0, 20.0])
def test_only_the_part_outside_the_bone_counts(outside):
    tumour = box("GTV", (-10, 5, -6), (20 + outside, 15, 6))
    diagonal = np.sqrt(outside**2 + 10**2 + 12**2)
    assert extent(tumour).diameter_mm == pytest.approx(diagonal, abs=READING_ERROR_MM)


def test_of_several_masses_the_largest_counts():
    right, left = ellipsoid((8, 8, 8), (32, 15, 0)), ellipsoid((12, 12, 12), (-35, 15, 0))
    assert extent(joined(right, left)).diameter_mm == pytest.approx(24, abs=READING_ERROR_MM)


@pytest.mark.parametrize(
    "tumour",
    [
        box("GTV", (-15, 5, -10), (15, 25, 10)),
        box("GTV", (-20, 0, -12), (20, 30, 12)),
        box("GTV", (-18, 2, -28), (18, 28, 28)),
        ellipsoid((6, 6, 6), (0, -10, 0)),
        box("GTV", (-5, -14, -6), (5, 20, 6)),
    ],
    ids=["in the body", "the body", "two discs", "in the canal", "body and canal"],
)
def test_bone_disc_and_canal_are_not_paraspinal(tumour):
    assert extent(tumour).diameter_mm == 0.0


@pytest.mark.parametrize("rim_mm", [0.5, 1.5, 2.0])
def test_a_rim_from_contours_that_do_not_agree_is_no_mass(rim_mm):
    assert extent(expanded(T8, rim_mm)).diameter_mm == 0.0


def test_a_rim_does_not_enlarge_the_mass_on_it():
    ball = ellipsoid((10, 10, 10), (32, 15, 0))
    tumour = joined(expanded(T8, 1.5), ball)
    assert extent(tumour).diameter_mm == pytest.approx(20, abs=READING_ERROR_MM + 1)


def test_a_thick_layer_is_a_mass():
    assert extent(expanded(T8, 6.0)).diameter_mm > 40


def test_a_speck_is_no_mass():
    tumour = joined(box("Inside", (-5, 5, -5), (5, 15, 5)), box("Speck", (24, 10, 0), (28, 14, 4)))
    assert extent(tumour).diameter_mm == 0.0


BALL = ellipsoid((10, 10, 10), (32, 15, 0))


@pytest.mark.parametrize(
    ("tumour", "vertebrae", "canal", "reason"),
    [
        (None, COLUMN, CANAL, "no tumor (GTV) is chosen"),
        (BALL, (), CANAL, "no vertebra beside GTV is segmented"),
        (BALL, COLUMN, None, "no spinal canal is chosen"),
        (BALL, (T7, T9), CANAL, "the vertebra beside GTV is not segmented for 2"),
        (BALL, (T7,), CANAL, "the vertebra beside GTV is not segmented"),
        (
            ellipsoid((10, 10, 20), (32, 15, 0)),
            (T8, T9),
            CANAL,
            "the vertebra beside GTV is not segmented for 8 mm",
        ),
        (
            BALL,
            COLUMN,
            cylinder(8.0, 100.0, centre=(0, -10, 50), name="Canal"),
            "Canal is missing beside GTV for 10 mm",
        ),
    ],
)
def test_what_cannot_be_measured_is_open_with_the_reason(tumour, vertebrae, canal, reason):
    found = extent(tumour, vertebrae, canal)
    assert found.diameter_mm is None
    assert found.reason.startswith(reason)


def test_the_neighbors_are_needed_only_beside_the_tumor():
    assert extent(BALL, (T8,)).diameter_mm == extent(BALL).diameter_mm


def test_a_spinous_process_beside_the_tumor_is_no_vertebra():
    process = box("T7", (-3, -40, -20), (3, -20, 20))
    assert extent(BALL, (process,)).diameter_mm is None


def test_how_it_was_measured_is_said():
    reason = extent(BALL).reason
    assert reason.startswith("GTV outside T7, T8, T9, the discs between, and SpinalCanal;")
    assert "thinner than about 3 mm" in reason


def test_a_turned_mask_gives_the_same_diameter():
    step = np.diag([-0.9, 1.1, -1.3])
    matrix = np.eye(4)
    matrix[:3, :3], matrix[:3, 3] = step, (50.0, -5.0, 20.0)
    mask = BALL.mask_on((32, 40, 50), matrix)
    found = extent(Structure.from_mask("GTV", mask, matrix))
    assert found.diameter_mm == pytest.approx(20, abs=READING_ERROR_MM)


def test_the_selection_holds_all_three():
    found = measure_selection(BALL, CORD, vertebrae=COLUMN, canal=CANAL, target=T8)
    assert found.cord_gap.gap_mm > 20
    assert found.paraspinal_mm == pytest.approx(20, abs=READING_ERROR_MM)
    assert found.target_length_mm == pytest.approx(24)


def test_without_structures_everything_is_open():
    found = measure_selection(None, None)
    assert found.cord_gap.gap_mm is None
    assert (found.paraspinal_mm, found.target_length_mm) == (None, None)
    assert found.paraspinal_reason == "no tumor (GTV) is chosen"


@pytest.fixture(scope="module", params=[{}, {"level": "L3", "tilt_deg": 20}], ids=str)
def phantom(request):
    return build_phantom(SpinePhantom(**request.param))


def structures_of(phantom):
    named = {s.name: s for s in phantom.case.structures}
    vertebrae = [s for name, s in named.items() if name.startswith("Vertebra_")]
    gtv, ctv = (next(s for s in named.values() if s.name[:3] == kind) for kind in ("GTV", "CTV"))
    return gtv, ctv, vertebrae, named["SpinalCanal"]


@pytest.mark.slow
def test_the_phantoms_tumor_is_in_its_bone(phantom):
    gtv, ctv, vertebrae, canal = structures_of(phantom)
    for tumour in (gtv, expanded(ctv, 2.0)):
        found = paraspinal_extent(tumour, vertebrae=vertebrae, canal=canal)
        assert found.diameter_mm == 0.0, found.reason


def test_a_ball_beside_the_phantoms_vertebra_is_measured(phantom):
    gtv, _, vertebrae, canal = structures_of(phantom)
    bone = vertebrae[1].bounds_ras()
    body = gtv.bounds_ras().mean(axis=0)
    ball = ellipsoid((12, 12, 12), (bone[1, 0] + 14, body[1], round(body[2])))
    found = paraspinal_extent(joined(gtv, ball), vertebrae=vertebrae, canal=canal)
    assert found.diameter_mm == pytest.approx(24, abs=READING_ERROR_MM)


def test_the_phantom_without_its_vertebra_is_open(phantom):
    gtv, _, vertebrae, canal = structures_of(phantom)
    found = paraspinal_extent(gtv, vertebrae=[vertebrae[0], vertebrae[2]], canal=canal)
    assert found.diameter_mm is None
