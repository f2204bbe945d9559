"""Parts cut out of structures, what they reach, and the voxels and label maps they fill."""

from __future__ import annotations

import numpy as np
import pytest
from numpy.typing import NDArray
from scipy.spatial.transform import Rotation
from shapes import affine, at, prism, rectangle, turned

from spine_radiosurgery.geometry import (
    Grid,
    HalfSpace,
    InputError,
    Structure,
    cropped_to,
    finest_lattice,
    layers_of,
    listening,
)

SQUARE = rectangle(4, 4)
RIGHT, ANTERIOR, SUPERIOR = np.eye(3)
BOX = prism(SQUARE, 10.0, name="Box")


def mask(values: object, spacing: tuple[float, float, float] = (1.0, 1.0, 1.0)) -> Structure:
    return Structure.from_mask("Mask", values, affine(spacing))


def faces(structure: Structure) -> list[tuple[float, float]]:
    return [(s.lower_mm, s.upper_mm) for s in structure.shape.slabs]


def test_contours_are_cut_along_their_normal_without_planes() -> None:
    part = BOX.between(-2.5, 1.0)
    assert part.clips == ()
    assert faces(part) == [(-2.5, -1.0), (-1.0, 1.0)]
    down = BOX.between(-1.0, 2.5, -SUPERIOR)
    assert faces(down) == faces(part)


@pytest.mark.parametrize("body", [BOX.clipped(HalfSpace(RIGHT, 1.0)), mask(np.ones((8, 4, 4)))])
def test_what_is_no_plain_stack_is_cut_by_two_planes(body: Structure) -> None:
    part = body.between(1.0, 3.5)
    assert len(part.clips) == len(body.clips) + 2
    assert part.extent_mm() == (1.0, 3.5)
    assert part.extent_mm(-SUPERIOR) == (-3.5, -1.0)


def test_a_cut_across_the_contours_takes_two_planes() -> None:
    part = BOX.between(-0.5, 1.5, RIGHT)
    assert part.extent_mm(RIGHT) == (-0.5, 1.5)
    assert part.extent_mm() == (-5.0, 5.0)
    assert part.volume_cc == pytest.approx(2 * 4 * 10 / 1000)
    assert part.contains([[-0.4, 0, 0], [1.4, 0, 0], [-0.6, 0, 0], [1.6, 0, 0]]).tolist() == [
        True, True, False, False,
    ]  # fmt: skip


def test_planes_beyond_a_structure_do_not_widen_it() -> None:
    part = mask(np.ones((4, 4, 4))).between(-9.0, 9.0)
    assert part.extent_mm() == (-0.5, 3.5)
    assert part.bounds_ras().tolist() == [[-0.5] * 3, [3.5] * 3]


def test_an_oblique_cut_leaves_the_extent_of_what_is_inside() -> None:
    slanted = np.array([0.6, 0.0, 0.8])
    part = BOX.clipped(HalfSpace(slanted, 0.0))
    low, high = part.extent_mm()
    assert low == pytest.approx(-5.0)
    # At the left side, R -2 mm, the plane is 1.5 mm up.
    assert high == pytest.approx(1.5, abs=0.5)
    assert part.extent_mm(slanted)[1] == 0.0
    assert part.volume_cc == pytest.approx(80 / 1000, rel=1e-3)


def test_bounds_of_cut_contours_are_those_of_the_part() -> None:
    part = BOX.clipped(HalfSpace(RIGHT, 1.0), HalfSpace(-ANTERIOR, 0.5))
    beyond = (part.bounds_ras() - [[-2.0, -0.5, -5.0], [1.0, 2.0, 5.0]]) * [[-1], [1]]
    # Across to a plane the extent is that of cells of half a millimeter, in part beyond it.
    assert beyond.min() >= -1e-9
    assert beyond.max() <= 0.5 + 1e-9
    assert BOX.bounds_ras().tolist() == [[-2.0, -2.0, -5.0], [2.0, 2.0, 5.0]]


def test_the_volume_of_a_small_cut_part_is_found_closely() -> None:
    normal = np.array([1.0, 1.0, 1.0]) / np.sqrt(3)
    corner = mask(np.ones((3, 3, 3)), (2.0, 2.0, 2.0)).clipped(
        HalfSpace(normal, float(normal @ [2.0, -1.0, -1.0]))
    )
    assert corner.volume_cc == pytest.approx(27 / 6 / 1000, rel=2e-3)


def test_the_lower_face_of_a_slab_is_in_it_and_the_upper_one_is_not() -> None:
    points = [[0, 0, z] for z in (-5.0, 4.999, 5.0)]
    assert BOX.contains(points).tolist() == [True, True, False]
    half = BOX.clipped(HalfSpace(RIGHT, 0.0))
    assert half.contains([[0.0, 0, 0], [1e-6, 0, 0]]).tolist() == [True, False]


def test_voxels_hold_the_share_of_a_plane_that_cuts_them() -> None:
    body = mask(np.ones((2, 2, 4)))
    found = body.clipped(HalfSpace(RIGHT, 1.75)).mask_on((2, 2, 4), np.eye(4))
    assert found[0, 0].tolist() == [1.0, 1.0, 0.25, 0.0]
    upward = body.clipped(HalfSpace(-SUPERIOR, -0.25)).mask_on((2, 2, 4), np.eye(4))
    assert upward[:, 1, 3].tolist() == [0.25, 1.0]
    across = body.clipped(HalfSpace(np.array([0.6, 0.8, 0.0]), 0.6)).mask_on((2, 2, 4), np.eye(4))
    # Height 0.6 i + 0.8 j; a voxel is 1.4 mm high along this normal.
    heights = 0.6 * np.arange(4) + 0.8 * np.arange(2)[:, np.newaxis]
    assert across[0] == pytest.approx(np.clip(0.5 + (0.6 - heights) / 1.4, 0, 1), abs=1e-6)


@pytest.mark.parametrize("shift", [(0.3, 0, 0), (0, -0.2, 0), (0, 0, 0.4)])
def test_a_mask_between_other_voxels_is_read_at_points_spread_in_them(
    shift: tuple[float, float, float],
) -> None:
    values = np.zeros((4, 4, 4))
    values[1:3, 1:3, 1:3] = 1.0
    found = mask(values).mask_on((4, 4, 4), affine((1, 1, 1), shift))
    share = [1 - abs(s) for s in shift]
    inner = np.prod(share)
    assert found[1:3, 1:3, 1:3].max() == 1.0
    axis = 2 - int(np.argmax(np.abs(shift)))
    cut = np.moveaxis(found, axis, 0)
    outer, inside_out = (cut[0], cut[2]) if sum(shift) > 0 else (cut[3], cut[1])
    assert outer.max() == pytest.approx(1 - inner, abs=0.03)
    assert inside_out.max() == pytest.approx(inner, abs=0.03)
    assert found.sum() == pytest.approx(8, rel=0.02)


def test_a_mask_a_hair_off_the_lattice_is_still_on_it() -> None:
    values = np.random.default_rng(3).random((3, 3, 3))
    body = mask(values)
    for hair in (5e-5, -5e-5):
        found = body.mask_on((3, 3, 3), affine((1, 1, 1), (hair, hair, hair)))
        assert np.array_equal(found, values.astype(np.float32))
    off = body.mask_on((3, 3, 3), affine((1, 1, 1), (0.2, 0, 0)))
    assert not np.array_equal(off, values.astype(np.float32))


@pytest.mark.parametrize("plane", ["axial", "sagittal", "coronal"])
def test_contours_cover_voxels_exactly_along_any_axis(plane: str) -> None:
    angles = {"axial": (0, 0, 0), "sagittal": (0, 90, 0), "coronal": (90, 0, 0)}[plane]
    turn = Rotation.from_euler("xyz", angles, degrees=True)
    contours = turned([at(rectangle(2.5, 3.5), h) for h in (-1.0, 0.5)], turn)
    body = Structure.from_contours("Body", contours)
    low, high = body.bounds_ras()
    found = body.mask_on((9, 9, 9), affine((1, 1, 1), (-4, -4, -4)))
    places = np.arange(-4, 5)
    shares = [
        np.clip(np.minimum(places + 0.5, b) - np.maximum(places - 0.5, a), 0, 1)
        for a, b in zip(low, high, strict=True)
    ]
    expected = np.einsum("i,j,k->kji", *shares)
    assert found == pytest.approx(expected, abs=1e-6)


def label_of(layers: list, number: int) -> NDArray[np.bool_]:
    (layer,) = [layer for layer in layers if number in layer.members]
    return np.asarray(layer.labels == layer.members[number])


def test_a_layer_holds_255_structures_and_the_next_one_the_rest() -> None:
    grid = Grid((1, 1, 260), np.eye(4))
    bodies = [
        Structure.from_mask(f"Voxel {n}", np.ones((1, 1, 1)), affine((1, 1, 1), (n, 0, 0)))
        for n in range(257)
    ]
    first, second = layers_of(bodies, grid)
    assert first.members == {n: n + 1 for n in range(255)}
    assert second.members == {255: 1, 256: 2}
    assert first.labels[0, 0].tolist() == [*range(1, 256), 0, 0, 0, 0, 0]
    assert np.flatnonzero(second.labels).tolist() == [255, 256]


@pytest.mark.parametrize("origin", [(-1, 0, 0), (0, -1, 0), (0, 0, -1), (1, 1, 1), (9, 0, 0)])
def test_voxels_outside_the_grid_are_lost(origin: tuple[int, int, int]) -> None:
    body = Structure.from_mask("Cube", np.ones((2, 2, 2)), affine((1, 1, 1), origin))
    (layer,) = layers_of([body], Grid((2, 2, 2), np.eye(4)))
    centres = np.stack(np.meshgrid(*[np.arange(2)] * 3, indexing="ij"), axis=-1)[..., ::-1]
    expected = ((centres >= origin) & (centres <= np.add(origin, 1))).all(axis=-1)
    assert np.array_equal(layer.labels == 1, expected)


def test_masks_of_another_lattice_are_labels_where_voxel_centres_lie_inside() -> None:
    body = Structure.from_mask("Cube", np.ones((2, 2, 2)), affine((1.5,) * 3, (1.0, 1.0, 1.0)))
    grid = Grid((5, 6, 7), affine((0.9, 1.0, 0.7)))
    inside = label_of(layers_of([BOX, body], grid), 1)
    # From 0.25 to 3.25 mm.
    centres = [np.arange(n) * s for n, s in zip((5, 6, 7), (0.7, 1.0, 0.9), strict=True)]
    shares = [(c > 0.25) & (c < 3.25) for c in centres]
    assert np.array_equal(inside, np.einsum("k,j,i->kji", *shares))


def test_oblique_contours_are_labels_where_voxel_centres_lie_inside() -> None:
    turn = Rotation.from_euler("xyz", (20, -35, 50), degrees=True)
    contours = turned([at(rectangle(6, 4), h) for h in (-2.0, 0.0, 2.0)], turn)
    body = Structure.from_contours("Body", contours)
    grid = cropped_to([body], Grid((1, 1, 1), affine((0.8, 0.9, 1.1))))
    (layer,) = layers_of([body], grid)
    kji = np.stack(np.meshgrid(*[np.arange(n) for n in grid.shape_kji], indexing="ij"), axis=-1)
    local = np.abs(turn.inv().apply(grid.to_ras(kji[..., ::-1].reshape(-1, 3))))
    assert np.array_equal((layer.labels == 1).ravel(), (local < (3, 2, 3)).all(axis=1))


def test_the_lattice_of_oblique_contours_lies_along_their_axes() -> None:
    turn = Rotation.from_euler("xyz", (20, -35, 50), degrees=True)
    body = Structure.from_contours("Body", turned([at(SQUARE, h) for h in (0, 2)], turn))
    grid = finest_lattice([body, BOX])
    assert grid.directions == pytest.approx(body.shape.axes.T)
    assert grid.spacing_mm == pytest.approx([1, 1, 1])


def test_whoever_waits_is_told_which_structure_is_being_drawn() -> None:
    heard: list[tuple[str, float]] = []
    with listening(lambda text, fraction: heard.append((text, fraction))):
        layers_of([BOX, BOX.renamed("Other")], Grid((3, 3, 3), np.eye(4)))
    assert list(dict.fromkeys(heard)) == [("Drawing Box", 0.0), ("Drawing Other", 0.5)]


def test_a_half_full_voxel_is_a_labels_and_an_emptier_one_is_not() -> None:
    body = mask([[[0.5, 0.49, 1.0]]])
    (layer,) = layers_of([body], Grid((1, 1, 3), np.eye(4)))
    assert layer.labels[0, 0].tolist() == [1, 0, 1]


def test_names_of_blanks_and_unknown_choices_are_refused_when_a_structure_is_made() -> None:
    with pytest.raises(InputError, match="what lies between contours must be slabs or linear"):
        Structure("Body", BOX.shape, between_contours="cubic")
    with pytest.raises(InputError, match="no name"):
        Structure.from_mask("\t", np.ones((1, 1, 1)), np.eye(4))
    assert Structure("Body", BOX.shape, between_contours="linear").between_contours == "linear"
