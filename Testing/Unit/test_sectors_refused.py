"""What is no ordinary single vertebra is refused with the reason, or split with a warning."""

from __future__ import annotations

import numpy as np
import pytest
from vertebra_shapes import VertebraShape, make_shape
from vertebra_shapes_defects import with_neighbour
from vertebra_shapes_scores import dice, labels_on, swapped_voxels
from vertebra_shapes_special import make_atlas, make_axis, make_rib_cage, make_sacrum

from spine_radiosurgery.anatomy import split_vertebra
from spine_radiosurgery.geometry import InputError, Structure


@pytest.mark.slow
@pytest.mark.parametrize("turn", [(0, 0, 0), (10, 15, -12)])
@pytest.mark.parametrize("step", [1, -1])
@pytest.mark.parametrize("level", ["C5", "T8", "L3"])
def test_two_levels_in_one_label_are_refused(
    level: str, step: int, turn: tuple[float, float, float]
) -> None:
    shape = make_shape(level, with_neighbour(step), rotation_deg=turn, reach_mm=50)
    with pytest.raises(InputError, match=f"vertebrae_{level}"):
        split_vertebra(shape.structure())


def test_two_levels_apart_are_refused() -> None:
    shape = make_shape("L3")
    gap = np.zeros((12, *shape.labels.shape[1:]), bool)
    both = np.concatenate([shape.mask, gap, shape.mask])
    with pytest.raises(InputError):
        split_vertebra(Structure.from_mask("two", both, shape.ijk_to_ras))


@pytest.mark.parametrize("levels", [1, 3])
def test_a_rib_cage_is_refused(levels: int) -> None:
    with pytest.raises(InputError, match="vertebrae_T8"):
        split_vertebra(make_rib_cage(levels).structure())


@pytest.mark.parametrize("named", [True, False])
def test_a_sacrum_is_refused(named: bool) -> None:
    structure = make_sacrum().structure()
    with pytest.raises(InputError):
        split_vertebra(structure if named else structure.renamed("bone"))


def test_a_sacrum_is_refused_whatever_its_mask_by_level() -> None:
    with pytest.raises(InputError, match="S1"):
        split_vertebra(make_shape("L5").structure().renamed("bone"), level="S1")


@pytest.mark.parametrize("name", ["sacrum", "Sacrum_L", "S2", "vertebrae_S1"])
def test_a_sacral_name_is_refused_whatever_its_mask(name: str) -> None:
    with pytest.raises(InputError, match="sacrum is not split"):
        split_vertebra(make_shape("L5").structure().renamed(name))


def test_the_level_may_be_written_in_any_way() -> None:
    structure = make_shape("L3").structure().renamed("bone")
    assert split_vertebra(structure, level="vertebrae_L3").level == "L3"
    assert split_vertebra(structure, level="l3").level == "L3"


def _solid(shape: tuple[int, int, int]) -> Structure:
    return Structure.from_mask("lump", np.ones(shape, bool), np.eye(4))


@pytest.mark.parametrize("size", [(1, 1, 1), (3, 3, 3), (30, 30, 40), (2, 60, 60), (120, 120, 120)])
def test_a_lump_without_a_canal_is_refused(size: tuple[int, int, int]) -> None:
    with pytest.raises(InputError, match="lump"):
        split_vertebra(_solid(size))


def test_faint_occupancy_everywhere_is_refused() -> None:
    with pytest.raises(InputError, match="haze"):
        split_vertebra(Structure.from_mask("haze", np.full((40, 40, 40), 0.2), np.eye(4)))


def test_noise_is_refused() -> None:
    noise = np.random.default_rng(0).random((50, 60, 60)) < 0.02
    with pytest.raises(InputError, match="noise"):
        split_vertebra(Structure.from_mask("noise", noise, np.eye(4)))


def _checked(shape: VertebraShape) -> None:
    """Either a refusal that names the level, or sectors with a warning that does."""
    try:
        sectors = split_vertebra(shape.structure())
    except InputError as error:
        assert shape.level in str(error)
    else:
        assert any(shape.level in warning for warning in sectors.warnings), sectors.warnings
        labels_on(shape, sectors)


@pytest.mark.parametrize("turn", [(0, 0, 0), (15, 10, -20)])
def test_the_atlas_is_said_to_be_no_ordinary_vertebra(turn: tuple[float, float, float]) -> None:
    _checked(make_atlas(rotation_deg=turn))


@pytest.mark.parametrize("turn", [(0, 0, 0), (15, 10, -20)])
def test_the_axis_is_said_to_be_no_ordinary_vertebra_and_its_dens_is_body(
    turn: tuple[float, float, float],
) -> None:
    shape = make_axis(rotation_deg=turn)
    _checked(shape)
    labels = labels_on(shape, split_vertebra(shape.structure()))
    # The shoulders beside the dens belong to no sector by definition, so no Dice is asked.
    body = shape.labels == 1
    assert (labels[body] == 1).mean() >= 0.98
    assert dice(shape, labels)["spinous_process"] >= 0.85
    assert swapped_voxels(shape, labels) == 0


def test_an_unnamed_atlas_has_a_warning() -> None:
    try:
        sectors = split_vertebra(make_atlas().structure().renamed("bone"))
    except InputError as error:
        assert "bone" in str(error)
    else:
        assert sectors.warnings
