"""Sectors of vertebrae that are ill, operated, cut off or badly segmented."""

from __future__ import annotations

import numpy as np
import pytest
from numpy.typing import NDArray
from vertebra_shapes import SECTORS, Defect, VertebraShape, make_shape
from vertebra_shapes_defects import (
    bridge_below,
    burst,
    filled_canal,
    laminectomy,
    lytic,
    neighbours_spinous_tip,
    ribs,
    speckles,
    thin_pedicle,
    without_sectors,
)
from vertebra_shapes_scores import dice, labels_on, swapped_voxels

from spine_radiosurgery.anatomy import VertebraSectors, split_vertebra
from spine_radiosurgery.geometry import InputError

# Two minutes of numpy and scipy that the other sector tests use as well: once is enough.
pytestmark = pytest.mark.slow

TURNS = [(0, 0, 0), (15, -12, 20)]
ALL_LEVELS = ("C5", "C7", "T6", "T12", "L3", "L5")


def assert_agrees(
    shape: VertebraShape, *, with_canal: bool = False, body: float = 0.95, small: float = 0.85
) -> VertebraSectors:
    """Check the body's Dice, that of each side and of the spinous process, and the sides."""
    canal = shape.canal_structure() if with_canal else None
    sectors = split_vertebra(shape.structure(), canal)
    labels = labels_on(shape, sectors)
    scores = dice(shape, labels)
    assert scores["body"] >= body, scores
    for name in ("left", "right", "spinous_process"):
        assert scores.get(name, 1.0) >= small, scores
    assert swapped_voxels(shape, labels) == 0
    return sectors


def has_body_in(labels: NDArray[np.uint8]) -> bool:
    return bool((labels == 1).any())


@pytest.mark.parametrize("turn", TURNS)
@pytest.mark.parametrize("level", ALL_LEVELS)
def test_a_laminectomy_leaves_no_spinous_process(
    level: str, turn: tuple[float, float, float]
) -> None:
    shape = make_shape(level, laminectomy(), rotation_deg=turn)
    sectors = assert_agrees(shape)
    assert sectors.spinous_process.volume_cc < 0.05 * sectors.vertebra.volume_cc
    assert sectors.warnings


@pytest.mark.parametrize("turn", TURNS)
@pytest.mark.parametrize("side", ["left", "right"])
@pytest.mark.parametrize("level", ["C5", "T6", "L3"])
def test_a_hemilaminectomy_leaves_the_other_side(
    level: str, side: str, turn: tuple[float, float, float]
) -> None:
    assert_agrees(make_shape(level, laminectomy(side), rotation_deg=turn))


@pytest.mark.parametrize("with_canal", [False, True])
@pytest.mark.parametrize("turn", TURNS)
@pytest.mark.parametrize("level", ALL_LEVELS)
def test_body_and_pedicles_alone_are_split(
    level: str, turn: tuple[float, float, float], with_canal: bool
) -> None:
    bare = without_sectors("left_lamina", "right_lamina", "spinous_process")
    shape = make_shape(level, bare, rotation_deg=turn)
    sectors = assert_agrees(shape, with_canal=with_canal, small=0.75)
    assert sectors.warnings


@pytest.mark.parametrize("side", ["left", "right"])
@pytest.mark.parametrize("level", ["T6", "L3"])
def test_a_missing_side_of_the_arch_leaves_the_other(level: str, side: str) -> None:
    gone = without_sectors(f"{side}_pedicle", f"{side}_lamina")
    sectors = assert_agrees(make_shape(level, gone, rotation_deg=(8, 0, 10)))
    assert sectors.sector(f"{side}_pedicle").volume_cc < 0.02 * sectors.vertebra.volume_cc
    assert sectors.warnings


@pytest.mark.parametrize(
    "defect",
    [
        lytic(8.0),
        lytic(8.0, "posterior_wall"),
        lytic(8.0, "pedicle"),
        lytic(8.0, "endplate"),
        lytic(9.0, "anterior_wall"),
        lytic(6.0, "spinous_process"),
    ],
)
@pytest.mark.parametrize("turn", TURNS)
@pytest.mark.parametrize("level", ["T8", "L3"])
def test_lytic_holes_move_no_border(
    level: str, turn: tuple[float, float, float], defect: Defect
) -> None:
    assert_agrees(make_shape(level, defect, rotation_deg=turn))


@pytest.mark.parametrize("compression", [0.25, 0.5])
@pytest.mark.parametrize("turn", TURNS)
@pytest.mark.parametrize("level", ALL_LEVELS)
def test_wedge_fractures_are_split(
    level: str, turn: tuple[float, float, float], compression: float
) -> None:
    assert_agrees(make_shape(level, compression=compression, rotation_deg=turn))


@pytest.mark.parametrize("with_canal", [False, True])
@pytest.mark.parametrize("bulge", [0.0, 3.0, 6.0])
@pytest.mark.parametrize("turn", TURNS)
@pytest.mark.parametrize("level", ["T8", "T12", "L3"])
def test_burst_fractures_are_split(
    level: str, turn: tuple[float, float, float], bulge: float, with_canal: bool
) -> None:
    shape = make_shape(level, burst(0.5, bulge), rotation_deg=turn)
    assert_agrees(shape, with_canal=with_canal, body=0.93)


@pytest.mark.parametrize("side", ["superior", "inferior"])
@pytest.mark.parametrize("share", [0.2, 0.4])
@pytest.mark.parametrize("level", ["C5", "T6", "L3"])
def test_a_vertebra_cut_by_the_scans_edge_is_split_as_far_as_it_is_there(
    level: str, share: float, side: str
) -> None:
    shape = make_shape(level, rotation_deg=(6, 4, -8)).cut(side, share)
    assert has_body_in(shape.labels)
    # Two fifths away may take both pedicles or all of the laminae along.
    bars = {"body": 0.93, "small": 0.80} if share < 0.4 else {"body": 0.92, "small": 0.70}
    sectors = assert_agrees(shape, **bars)
    assert sectors.warnings


@pytest.mark.parametrize("side", ["left", "right"])
def test_a_body_cut_at_its_side_is_refused_until_the_canal_tells_the_middle(side: str) -> None:
    shape = make_shape("L3", rotation_deg=(5, 0, 5)).cut(side, 0.3)
    with pytest.raises(InputError, match=f"flat on its {side} side"):
        split_vertebra(shape.structure())
    sectors = assert_agrees(shape, with_canal=True, small=0.8)
    assert sectors.warnings


def test_a_vertebra_cut_behind_keeps_the_rest() -> None:
    shape = make_shape("L3").cut("posterior", 0.3)
    sectors = split_vertebra(shape.structure())
    scores = dice(shape, labels_on(shape, sectors))
    assert min(scores["body"], scores["left"], scores["right"]) >= 0.9, scores
    # A stump of 3 mm is left of it.
    assert scores["spinous_process"] >= 0.5, scores
    assert any("cut" in warning for warning in sectors.warnings)


@pytest.mark.parametrize("turn", TURNS)
@pytest.mark.parametrize("level", ["C6", "T8", "L3"])
def test_a_fused_neighbours_edge_moves_no_border(
    level: str, turn: tuple[float, float, float]
) -> None:
    shape = make_shape(level, bridge_below(), rotation_deg=turn, reach_mm=20)
    sectors = assert_agrees(shape)
    assert shape.foreign.any()
    assert sectors.vertebra.volume_cc > sum(shape.volumes_cc.values())


@pytest.mark.parametrize("level", ["C6", "T6", "T10", "L3"])
def test_the_tip_of_the_neighbours_spinous_process_moves_no_border(level: str) -> None:
    shape = make_shape(level, neighbours_spinous_tip(), rotation_deg=(5, 5, 5), reach_mm=25)
    assert shape.foreign.any()
    assert_agrees(shape)


@pytest.mark.parametrize("turn", TURNS)
@pytest.mark.parametrize("droop", [1.0, 1.25])
@pytest.mark.parametrize("level", ["T5", "T7", "T9"])
def test_a_spinous_process_that_overlaps_the_level_below_is_whole(
    level: str, droop: float, turn: tuple[float, float, float]
) -> None:
    sizes = {"spinous_droop_deg": droop, "spinous_length_mm": 1.15}
    shape = make_shape(level, sizes=sizes, rotation_deg=turn)
    sectors = assert_agrees(shape)
    assert sectors.spinous_process.volume_cc > 0.8 * shape.volumes_cc["spinous_process"]


@pytest.mark.parametrize("with_canal", [False, True])
@pytest.mark.parametrize("share", [0.3, 0.6])
@pytest.mark.parametrize("level", ["T8", "L3"])
def test_a_partly_filled_canal_moves_no_border(level: str, share: float, with_canal: bool) -> None:
    shape = make_shape(level, filled_canal(share), rotation_deg=(8, -5, 10))
    assert_agrees(shape, with_canal=with_canal, body=0.93, small=0.80)


@pytest.mark.parametrize("level", ["C6", "T8", "L3"])
def test_the_canal_is_needed_where_the_mask_fills_it_and_then_it_suffices(level: str) -> None:
    shape = make_shape(level, filled_canal(1.0), rotation_deg=(8, -5, 10))
    assert_agrees(shape, with_canal=True, body=0.93, small=0.80)
    try:
        sectors = split_vertebra(shape.structure())
    except InputError as error:
        assert shape.name in str(error)
    else:
        assert sectors.warnings


@pytest.mark.parametrize("spacing", [(1.0, 1.0, 1.0), (0.9, 0.9, 3.0)])
@pytest.mark.parametrize("level", ["C5", "T8", "L3"])
def test_specks_belong_to_sectors_and_move_no_border(
    level: str, spacing: tuple[float, float, float]
) -> None:
    shape = make_shape(level, speckles(), rotation_deg=(5, 10, -10), spacing_mm=spacing)
    sectors = assert_agrees(shape, small=0.85 if max(spacing) < 2 else 0.75)
    clean = make_shape(level, rotation_deg=(5, 10, -10), spacing_mm=spacing)
    found = split_vertebra(clean.structure())
    for name in SECTORS:
        added = sectors.sector(name).volume_cc - found.sector(name).volume_cc
        specks = shape.foreign.sum() * np.prod(spacing) / 1000
        assert -0.02 * found.sector(name).volume_cc - 0.01 <= added <= specks + 0.05


def test_stumps_of_ribs_move_no_border() -> None:
    assert_agrees(make_shape("T8", ribs(25), rotation_deg=(5, -5, 5), reach_mm=20))


@pytest.mark.parametrize("loss", [0.4, 0.7])
@pytest.mark.parametrize("level", ["T8", "L3"])
def test_unequal_pedicles_are_not_levelled(level: str, loss: float) -> None:
    shape = make_shape(level, thin_pedicle(loss), rotation_deg=(0, 15, -20))
    sectors = assert_agrees(shape)
    assert sectors.left_pedicle.volume_cc < 0.95 * sectors.right_pedicle.volume_cc


@pytest.mark.parametrize(
    "defects",
    [(laminectomy(), burst(0.4, 4.0)), (laminectomy("right"), lytic(8.0, "pedicle")), (burst(),)],
)
@pytest.mark.parametrize("spacing", [(0.9, 0.9, 3.0), (1.5, 1.5, 1.5)])
def test_damage_on_coarse_voxels(
    defects: tuple[Defect, ...], spacing: tuple[float, float, float]
) -> None:
    shape = make_shape("L2", *defects, spacing_mm=spacing, rotation_deg=(6, 6, 6))
    assert_agrees(shape, body=0.92, small=0.75)
