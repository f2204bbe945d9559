"""Collapse and the tumor's share of a vertebra, on shapes whose truth is known."""

from __future__ import annotations

from dataclasses import replace
from functools import cache

import numpy as np
import pytest
from vertebra_shapes import Defect, VertebraShape, make_shape
from vertebra_shapes_defects import burst, lytic, without_sectors

from spine_radiosurgery.anatomy import SECTORS, VertebraSectors, split_vertebra
from spine_radiosurgery.assessment.stability import (
    SinsChoices,
    VertebraMeasurement,
    measure_vertebra,
    sins_score,
)
from spine_radiosurgery.geometry import Structure
from spine_radiosurgery.phantom import SpinePhantom, build_phantom
from spine_radiosurgery.phantom.levels import LEVELS, vertebra_sizes

FINE, COARSE = (1.0, 1.0, 1.0), (1.0, 1.0, 2.0)
TILT = (5.0, -4.0, 3.0)


@cache
def shape(
    level: str,
    *defects: Defect,
    step: int = 0,
    compression: float = 0.0,
    spacing: tuple[float, float, float] = FINE,
) -> VertebraShape:
    """A vertebra in its place; `step` 1 puts it above the one that is measured."""
    sizes = vertebra_sizes(LEVELS.index(level))
    height = step * (sizes.height_mm + sizes.disc_height_mm)
    return make_shape(
        level,
        *defects,
        compression=compression,
        spacing_mm=spacing,
        rotation_deg=TILT,
        offset_mm=(0.3, -0.2, height),
    )


@cache
def split(level: str, *defects: Defect, **options) -> VertebraSectors:
    return split_vertebra(shape(level, *defects, **options).structure())


def beside(level, spacing=FINE):
    place = LEVELS.index(level)
    return (
        split(LEVELS[place - 1], step=1, spacing=spacing),
        split(LEVELS[place + 1], step=-1, spacing=spacing),
    )


def collapse_code(measured: VertebraMeasurement) -> tuple[str, ...]:
    return sins_score(SinsChoices(measured=measured)).component("collapse").candidates


@pytest.mark.parametrize(
    ("spacing", "compression"),
    [(FINE, 0.0), (FINE, 0.25), (FINE, 0.5), (FINE, 0.7), (COARSE, 0.3), (COARSE, 0.5)],
)
@pytest.mark.parametrize("level", ["C5", "T8", "L3"])
def test_a_known_compression_is_recovered(level, spacing, compression):
    own = split(level, compression=compression, spacing=spacing)
    found = measure_vertebra(own, neighbours=beside(level, spacing))
    # Steps of the voxels are a tenth of a small body's height.
    voxel = 100 * 0.8 * spacing[2] / vertebra_sizes(LEVELS.index(level)).height_mm
    assert found.collapse_percent == pytest.approx(100 * compression, abs=max(6.5, voxel))
    assert found.collapse_compared == "neighbors"
    assert abs(found.collapse_percent - 100 * compression) < found.collapse_uncertainty_percent


@pytest.mark.parametrize("loss", [0.4, 0.6])
def test_a_loss_of_the_whole_height_is_seen_against_neighbors_only(loss):
    own = split("T8", burst(loss))
    found = measure_vertebra(own, neighbours=beside("T8"))
    assert found.collapse_percent == pytest.approx(100 * loss, abs=6.5)
    assert "compared with T7 and T9" in found.collapse_reference
    alone = measure_vertebra(own)
    assert alone.collapse_percent < 20
    assert alone.collapse_compared == "itself"
    assert "a loss of the whole height is not seen" in alone.collapse_reference
    assert "over_half" in collapse_code(alone)


@pytest.mark.parametrize("side", [0, 1])
def test_one_neighbor_is_less_certain_than_two(side):
    own, both = split("T8", compression=0.5), beside("T8")
    found = measure_vertebra(own, neighbours=both[side : side + 1])
    assert found.collapse_percent == pytest.approx(50, abs=10)
    assert found.collapse_compared == "one_neighbor"
    assert "alone, which is less certain" in found.collapse_reference
    more = measure_vertebra(own, neighbours=both).collapse_uncertainty_percent
    assert found.collapse_uncertainty_percent > more


def test_a_compression_shows_against_the_own_posterior_wall():
    found = measure_vertebra(split("T8", compression=0.5))
    assert found.collapse_percent == pytest.approx(50, abs=8)
    assert "in front" in found.collapse_reference


def test_half_of_the_height_is_left_to_a_person():
    found = measure_vertebra(split("T8", compression=0.5), neighbours=beside("T8"))
    assert collapse_code(found) == ("over_half", "under_half")


@pytest.mark.parametrize("level", ["C5", "T8", "L3"])
def test_a_healthy_vertebra_is_not_collapsed(level):
    own = split(level)
    body = make_tumour(own, "body")
    found = measure_vertebra(own, body, neighbours=beside(level))
    assert collapse_code(found) == ("none_over_half_involved",)


def test_a_hole_in_the_body_is_no_collapse():
    own = split("L3", lytic(9.0))
    found = measure_vertebra(own, neighbours=beside("L3"))
    assert found.collapse_percent < 10


def test_a_deformed_neighbor_is_no_measure():
    own, (above, _) = split("T8", compression=0.5), beside("T8")
    below = split("T9", step=-1, compression=0.6)
    found = measure_vertebra(own, neighbours=(above, below))
    assert found.collapse_compared == "one_neighbor"
    assert "Passed over: T9 (itself" in found.collapse_reference


def test_a_neighbor_that_lost_its_whole_height_is_no_measure():
    above = beside("T8")[0]
    below = split("T9", burst(0.5), step=-1)
    found = measure_vertebra(split("T8"), neighbours=(above, below))
    assert "compared with T7 alone" in found.collapse_reference
    assert "% lower than T7)" in found.collapse_reference


def test_a_neighbor_far_away_is_no_measure():
    far = split_vertebra(make_shape("T4", offset_mm=(0, 0, 90)).structure())
    found = measure_vertebra(split("T8"), neighbours=(far,))
    assert found.collapse_compared == "itself"
    assert "Passed over: T4 (too far away)" in found.collapse_reference


def test_the_vertebra_is_not_its_own_neighbor():
    own = split("T8")
    with_itself = measure_vertebra(own, neighbours=(own, *beside("T8")))
    assert with_itself == measure_vertebra(own, neighbours=beside("T8"))


def test_a_vertebra_cut_by_the_scan_has_no_height():
    whole = make_shape("L3", spacing_mm=(1.0, 1.0, 1.0), rotation_deg=(4.0, 0.0, 0.0))
    cut = split_vertebra(whole.cut("superior", 0.45).structure(), whole.canal_structure())
    found = measure_vertebra(cut, neighbours=beside("L3"))
    assert found.collapse_percent is None
    assert found.collapse_uncertainty_percent is None
    assert "its mask is cut off above" in found.collapse_reference


def test_without_a_body_nothing_is_known_of_it():
    whole = shape("L3", without_sectors("body"))
    own = split_vertebra(whole.structure(), whole.canal_structure())
    found = measure_vertebra(own, make_tumour(split("L3"), "body"))
    assert found.collapse_percent is None
    assert collapse_code(found)[0] == "over_half"


def make_tumour(sectors: VertebraSectors, *names: str) -> Structure:
    labels, matrix = sectors.labels()
    inside = np.isin(labels, [SECTORS.index(name) + 1 for name in names])
    return Structure.from_mask("GTV", inside, matrix)


def shares(found: VertebraMeasurement):
    return (
        found.body_involved_percent,
        found.right_posterolateral_percent,
        found.left_posterolateral_percent,
    )


def test_without_a_tumor_its_shares_are_open():
    found = measure_vertebra(split("T8"))
    assert shares(found) == (None, None, None)
    assert (found.vertebra, found.level, found.tumour) == ("vertebrae_T8", "T8", "")


def test_a_tumor_elsewhere_has_no_share():
    own = split("T8")
    far = make_tumour(own, "body").shape.grid.ijk_to_ras.copy()
    far[2, 3] += 80
    found = measure_vertebra(own, Structure.from_mask("GTV", np.ones((5, 5, 5)), far))
    assert shares(found) == (0.0, 0.0, 0.0)


@pytest.mark.parametrize("spacing", [FINE, COARSE, (3.0, 3.0, 3.0)])
def test_a_tumor_of_the_body_involves_no_pedicle(spacing):
    own = split("T8", spacing=spacing)
    body, right, left = shares(measure_vertebra(own, make_tumour(own, "body")))
    assert body == pytest.approx(100, abs=4)
    assert (right, left) == (0.0, 0.0)


@pytest.mark.parametrize(
    ("names", "sides"),
    [
        (("right_pedicle",), (True, False)),
        (("left_lamina",), (False, True)),
        (("right_lamina", "left_pedicle"), (True, True)),
        (("spinous_process",), (False, False)),
    ],
)
def test_the_sides_are_the_patients(names, sides):
    own = split("T8")
    body, right, left = shares(measure_vertebra(own, make_tumour(own, *names)))
    assert body == pytest.approx(0, abs=1)
    assert (right >= 1, left >= 1) == sides


@pytest.mark.parametrize(("spacing", "axis"), [(FINE, 0), ((2.0, 2.0, 3.0), 2)])
def test_a_tumor_of_half_the_body_fills_half(spacing, axis):
    """The tumor is cut by a plane of the vertebra's frame, on voxels of its own."""
    own = split("L3", spacing=spacing)
    grid = own.body.shape.grid
    low, high = own.vertebra.bounds_ras()
    count = np.ceil((high - low) / 0.9).astype(int) + 1
    matrix = np.diag([0.9, 0.9, 0.9, 1.0])
    matrix[:3, 3] = low
    ijk = np.stack(np.meshgrid(*(np.arange(n) for n in count), indexing="ij"), -1).reshape(-1, 3)
    place = own.frame.local(ijk * 0.9 + low)[:, axis]
    body = own.body.shape.values
    centres = own.frame.local(grid.to_ras(np.argwhere(body > 0)[:, ::-1]))[:, axis]
    order = np.argsort(centres)
    weight = np.cumsum(body[body > 0][order])
    middle = np.interp(0.5 * weight[-1], weight, centres[order])
    inside = (place > middle).reshape(count).transpose(2, 1, 0)
    found = measure_vertebra(own, Structure.from_mask("GTV", inside, matrix))
    assert found.body_involved_percent == pytest.approx(50, abs=2)


def test_a_missing_pedicle_leaves_its_side_open():
    whole = split("T8")
    mask = whole.left_pedicle.shape
    nothing = replace(whole.left_pedicle, shape=replace(mask, values=np.zeros_like(mask.values)))
    own = replace(whole, left_pedicle=nothing)
    assert shares(measure_vertebra(own, make_tumour(whole, "body")))[1:] == (0.0, None)
    lamina = measure_vertebra(own, make_tumour(whole, "left_lamina"))
    assert lamina.left_posterolateral_percent == pytest.approx(100)


@pytest.mark.slow
def test_a_phantom_patient_gives_its_compression_and_its_location():
    phantom = build_phantom(SpinePhantom(level="T8", compression=0.35, table=False))
    truth = phantom.truth
    vertebrae = {
        level: split_vertebra(Structure.from_mask(f"vertebrae_{level}", mask, truth.ijk_to_ras))
        for level, mask in truth.vertebrae.items()
    }
    tumour = Structure.from_mask("GTV", truth.sector("body"), truth.ijk_to_ras)
    found = measure_vertebra(vertebrae["T8"], tumour, neighbours=tuple(vertebrae.values()))
    assert found.collapse_percent == pytest.approx(35, abs=6.5)
    assert found.body_involved_percent > 90
    choices = SinsChoices(pain="mechanical", lesion="lytic", alignment="normal", measured=found)
    score = sins_score(choices)
    assert score.text == "8 of 18: potentially unstable."
