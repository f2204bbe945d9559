"""Labels as structures, structures as labels, and the ends of masks."""

from __future__ import annotations

import numpy as np
import pytest
from shapes import affine, at, rectangle

from spine_radiosurgery.geometry import (
    Grid,
    InputError,
    LabelledRegion,
    LabelMap,
    Structure,
    are_aligned,
    cropped_to,
    finest_lattice,
    layers_of,
)

VALUES = np.zeros((4, 3, 5), dtype=bool)
VALUES[1:3, 1, 2] = VALUES[2, 2, 2] = True


def region(name: str = "L1", label: int = 20) -> LabelledRegion:
    return LabelledRegion(label, name, VALUES, Grid((4, 3, 5), affine((1, 2, 3), (10, 20, 30))))


def block(name: str, low: float, high: float, right: float = 0.0) -> Structure:
    heights = np.arange(low + 0.5, high)
    return Structure.from_contours(name, [at(rectangle(4, 4, (right, 0)), h) for h in heights])


def test_the_height_of_a_label_is_that_of_its_middle() -> None:
    assert region().height_mm == pytest.approx(30 + 3 * (1 + 2 + 2) / 3)
    turned = np.array([[0, 0, 2.0, 5], [0, 3.0, 0, 6], [-1.5, 0, 0, 7], [0, 0, 0, 1]])
    on_its_side = LabelledRegion(1, "", VALUES, Grid((4, 3, 5), turned))
    assert on_its_side.height_mm == pytest.approx(7 - 1.5 * 2)
    uneven = np.zeros((4, 3, 5), dtype=bool)
    uneven[0, 0, 4] = uneven[0, 2, 4] = uneven[1, 2, 3] = True
    leaning = np.array([[0, 0, 2.0, 0], [5.0, 0, 0, 0], [0, -3.0, 0, 7], [0, 0, 0, 1]])
    along_j = LabelledRegion(1, "", uneven, Grid((4, 3, 5), leaning))
    assert along_j.height_mm == pytest.approx(7 - 3 * (0 + 2 + 2) / 3)


def test_a_label_is_a_structure_under_the_name_given_the_files_or_its_number() -> None:
    assert region().structure("Mine").name == "Mine"
    assert region().structure().name == "L1"
    assert region("").structure().name == "label 20"
    assert region().structure().volume_cc == pytest.approx(3 * 6 / 1000)
    assert region().structure().bounds_ras()[0] == pytest.approx([11.5, 21.0, 31.5])


def test_only_named_regions_have_a_name_in_their_place() -> None:
    assert LabelMap("file", (region(), region(""), region("L2"))).names == {0: "L1", 2: "L2"}


def test_structures_that_do_not_overlap_share_a_layer() -> None:
    bodies = [block("A", 0, 4), block("B", 4, 8), block("C", 2, 6), block("Far", 0, 4, 90.0)]
    grid = Grid((8, 6, 6), affine((1, 1, 1), (-2.5, -2.5, 0.5)))
    first, second = layers_of(bodies, grid)
    assert (first.members, second.members) == ({0: 1, 1: 2, 3: 3}, {2: 1})
    assert first.labels.dtype == np.uint8
    assert (first.labels == 1).sum() == (first.labels == 2).sum() == 4 * 4 * 4
    assert (first.labels[:4] == 1).sum() == 64
    assert (second.labels[2:6, 1:5, 1:5] == 1).all()
    assert (second.labels == 1).sum() == 64


def test_the_finest_lattice_is_that_of_the_smallest_voxels_with_a_voxel_to_spare() -> None:
    fine = Structure.from_mask("Fine", np.ones((2, 2, 2)), affine((1, 1, 2), (3, 3, 3)))
    coarse = Structure.from_mask("Coarse", np.ones((2, 2, 2)), affine((3, 3, 3), (0, 0, 0)))
    grid = finest_lattice([coarse, fine, block("Contours", 0, 4)])
    assert grid.spacing_mm == pytest.approx([1, 1, 2])
    low, high = grid.to_ras([[0, 0, 0], np.array(grid.shape_kji[::-1]) - 1])
    # The coarse mask reaches from -1.5 to 4.5 mm, the fine one up to 6 mm.
    assert low == pytest.approx([-3, -3, -5])
    assert high == pytest.approx([6, 6, 9])


def test_contours_alone_get_voxels_of_a_millimetre_on_their_own_axes() -> None:
    grid = finest_lattice([block("A", 0, 4)])
    assert grid.spacing_mm == pytest.approx([1, 1, 1])
    assert grid.shape_kji == (4 + 3, 4 + 3, 4 + 3)


def test_a_lattice_is_cropped_to_whole_voxels_beyond_the_structures() -> None:
    cropped = cropped_to([block("A", 0, 4)], Grid((1, 1, 1), affine((1, 1, 1), (0.25, 0, 0.5))))
    assert cropped.to_ras([[0, 0, 0]])[0] == pytest.approx([-3.75, -3.0, -1.5])
    assert cropped.shape_kji == (8, 7, 8)


def test_axes_are_aligned_in_any_order_and_sign() -> None:
    eye = np.eye(3)
    assert are_aligned(eye, -eye[:, [2, 0, 1]])
    lean = np.radians(0.01)
    leaning = np.array(
        [[np.cos(lean), -np.sin(lean), 0], [np.sin(lean), np.cos(lean), 0], [0, 0, 1]]
    )
    assert not are_aligned(eye, leaning)


def test_a_mask_knows_the_ends_of_its_image_that_it_reaches() -> None:
    values = np.zeros((4, 5, 6))
    values[0:3, 2:5, 1:4] = 1.0
    body = Structure.from_mask("Cut", values, np.eye(4))
    assert body.mask.edges == ((0, 0), (1, 1))
    values[3, 0, 5] = values[0, 0, 0] = 1.0
    reaching = ((0, 0), (1, 0), (2, 0), (0, 1), (1, 1), (2, 1))
    assert Structure.from_mask("All", values, np.eye(4)).mask.edges == reaching
    inner = np.pad(np.ones((1, 1, 1)), 1)
    assert Structure.from_mask("None", inner, np.eye(4)).mask.edges == ()


def test_contours_have_no_mask_and_thin_voxels_no_surface() -> None:
    with pytest.raises(InputError, match="A is made of contours"):
        _ = block("A", 0, 4).mask
    thin = Structure.from_mask("Thin", np.full((2, 2, 2), 0.4), np.eye(4))
    assert thin.surface_points(1.0).shape == (0, 3)
    half = Structure.from_mask("Half", np.full((2, 2, 2), 0.5), np.eye(4))
    assert len(half.surface_points(1.0)) > 0
