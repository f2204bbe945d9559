"""The lattice that structures are shown on."""

from __future__ import annotations

import numpy as np
import pytest
from scene_plans import affine, image, tube

from spine_radiosurgery.geometry import Structure, layers_of
from spine_radiosurgery.scene.labelmaps import MAXIMUM_VOXELS, lattice_around

CORD, TARGET = tube("Cord", -8, 5, -40, 40), tube("Target", 14, 9, -10, 10)


def test_the_lattice_divides_the_voxels_of_the_image() -> None:
    grid = lattice_around([CORD, TARGET], image().grid)
    parts = image().grid.spacing_mm / grid.spacing_mm
    assert parts == pytest.approx([3, 3, 7])
    corner = image().grid.to_ijk(grid.to_ras([[-0.5, -0.5, -0.5]]))[0]
    in_parts = (corner + 0.5) * parts
    assert in_parts == pytest.approx(np.rint(in_parts), abs=1e-6)


def test_the_lattice_covers_all_structures() -> None:
    grid = lattice_around([CORD, TARGET], image().grid)
    for structure in (CORD, TARGET):
        inside = structure.mask_on(grid.shape_kji, grid.ijk_to_ras)
        volume_cc = inside.sum() * grid.voxel_volume_mm3 / 1000
        assert volume_cc == pytest.approx(structure.volume_cc, rel=1e-3)


def test_without_an_image_the_lattice_follows_the_contours() -> None:
    assert lattice_around([CORD], None).spacing_mm == pytest.approx([0.4] * 3)
    assert lattice_around([CORD], None, step_mm=None).spacing_mm == pytest.approx([2.0] * 3)


def test_a_large_box_has_larger_voxels() -> None:
    grid = lattice_around([tube("Body", 0, 200, -200, 200)], image().grid)
    assert np.prod(grid.shape_kji) <= MAXIMUM_VOXELS
    assert grid.spacing_mm.max() > 0.4


def test_layers_hold_what_does_not_overlap() -> None:
    part = CORD.between(-16, 16).renamed("Part")
    structures = [CORD, TARGET, part]
    grid = lattice_around(structures, image().grid)
    layers = layers_of(structures, grid)
    assert [layer.members for layer in layers] == [{0: 1, 1: 2}, {2: 1}]
    for layer in layers:
        for number, label in layer.members.items():
            volume_cc = (layer.labels == label).sum() * grid.voxel_volume_mm3 / 1000
            assert volume_cc == pytest.approx(structures[number].volume_cc, rel=0.02)


@pytest.mark.parametrize("handed", [1, -1])
def test_a_mask_on_another_lattice_keeps_its_volume(handed) -> None:
    turn = np.array([[0.8, -0.6, 0], [0.6, 0.8, 0], [0, 0, handed]])
    structure = Structure.from_mask("Cord", np.ones((20, 9, 9)), affine(turn, 1.0, [0, 0, 0]))
    grid = lattice_around([structure], image().grid)
    labels = layers_of([structure], grid)[0].labels
    volume_cc = (labels > 0).sum() * grid.voxel_volume_mm3 / 1000
    assert volume_cc == pytest.approx(structure.volume_cc, rel=0.01)
