"""Contours for the planes of an image hold the volume of what they are drawn from."""

from __future__ import annotations

import numpy as np
import pytest
from exporting import CENTER, SHAPES, shape
from scipy.spatial.transform import Rotation

from spine_radiosurgery.dicom.exporting.contours import planar_contours
from spine_radiosurgery.dicom.exporting.outlines import enclosed_area, outlines_of_area
from spine_radiosurgery.dicom.exporting.planes import ImagePlanes
from spine_radiosurgery.geometry import InputError, Structure
from spine_radiosurgery.geometry.polygons import ambiguous_area_mm2, overlap


def planes(spacing: float = 2.0, turn: Rotation | None = None, count: int = 0) -> ImagePlanes:
    axes = np.eye(3) if turn is None else turn.as_matrix()
    count = count or round(80 / spacing)
    start = -40 * (axes[0] + axes[1])
    origins = np.array([start + n * spacing * axes[2] for n in range(count)])
    return ImagePlanes(axes, origins, (1.0, 1.25), (80, 64), spacing)


def circle(radius: float, height: float) -> np.ndarray:
    angle = np.linspace(0, 2 * np.pi, 72, endpoint=False)
    return np.column_stack([radius * np.cos(angle), radius * np.sin(angle), np.full(72, height)])


def cord(spacing: float = 2.0, radius: float = 5.0) -> Structure:
    contours = [circle(radius, height) for height in np.arange(12, 70, spacing)]
    return Structure.from_contours("SpinalCord", contours)


@pytest.mark.parametrize("spacing", [1.0, 2.0, 3.0])
@pytest.mark.parametrize("name", SHAPES)
def test_known_shapes_keep_their_volume(name: str, spacing: float) -> None:
    found = planar_contours(shape(name), planes(spacing))
    assert found.volume_cc == pytest.approx(SHAPES[name][1], rel=0.005)


@pytest.mark.parametrize("name", ["Cube", "Plate", "Sphere"])
def test_whole_voxels_keep_theirs_too(name: str) -> None:
    soft = shape(name, 0.7)
    solid = Structure.from_mask(name, soft.mask.values >= 0.5, soft.mask.grid.ijk_to_ras)
    found = planar_contours(solid, planes(2.0))
    assert found.volume_cc == pytest.approx(solid.volume_cc, rel=0.005)


def test_a_line_of_voxels_that_touch_by_their_corners_keeps_its_volume() -> None:
    mask = np.zeros((12, 14, 14), dtype=bool)
    for n in range(12):
        mask[:, n, n] = True
    matrix = np.diag([0.7, 0.7, 0.7, 1.0])
    matrix[2, 3] = 20.0
    body = Structure.from_mask("Diagonal", mask, matrix)
    assert planar_contours(body, planes()).volume_cc == pytest.approx(body.volume_cc, rel=0.005)


def test_outlines_lie_on_the_faces_of_voxels_not_on_their_centers() -> None:
    found = planar_contours(shape("Cube"), planes())
    points = np.concatenate([p for _, p in found.polygons])
    reach = np.abs(points[:, :2] - CENTER[:2]).max(axis=0)
    assert reach == pytest.approx([9.0, 9.0], abs=0.1)


@pytest.mark.parametrize("name", SHAPES)
def test_no_contour_touches_itself_or_another(name: str) -> None:
    found = planar_contours(shape(name, 0.7), planes(3.0))
    by_plane: dict[int, list[np.ndarray]] = {}
    for plane, points in found.polygons:
        assert len(points) >= 3
        assert len(np.unique(points, axis=0)) == len(points)
        assert ambiguous_area_mm2(points[:, :2]) < 1e-6
        by_plane.setdefault(plane, []).append(points)
    for polygons in by_plane.values():
        together = np.concatenate(polygons)
        assert len(np.unique(together, axis=0)) == len(together)


def test_a_hole_runs_the_other_way_round() -> None:
    found = planar_contours(shape("Donut"), planes())
    middle = [p[:, :2] for plane, p in found.polygons if plane == 20]
    assert len(middle) == 2 and overlap(*middle)
    areas = [enclosed_area([polygon]) for polygon in middle]
    assert min(areas) < 0 < max(areas)
    assert sum(areas) == pytest.approx(np.pi * (11**2 - 5**2), rel=0.005)


def test_drawn_contours_are_passed_on_as_they_are() -> None:
    drawn = cord()
    found = planar_contours(drawn, planes())
    assert found.drawn and found.volume_cc == pytest.approx(drawn.volume_cc, rel=1e-4)
    for (_, points), own in zip(found.polygons, drawn.contours(), strict=True):
        assert np.allclose(points, own, atol=1e-4)


@pytest.mark.parametrize("spacing", [1.0, 2.0, 3.0])
def test_a_cord_cut_between_slices_keeps_its_volume(spacing: float) -> None:
    part = cord(spacing).between(21.37, 52.9)
    found = planar_contours(part, planes(spacing))
    assert found.volume_cc == pytest.approx(part.volume_cc, rel=0.005)
    assert not found.drawn and 1 <= len(found.cut_planes) <= 2
    inner = [p for plane, p in found.polygons if plane not in found.cut_planes]
    radius = np.linalg.norm(np.concatenate(inner)[:, :2], axis=1)
    assert np.allclose(radius, 5.0, atol=1e-3)


def test_a_cord_cut_at_the_face_of_a_slice_keeps_its_drawn_contours() -> None:
    part = cord().between(21.0, 53.0 - 1e-14)
    found = planar_contours(part, planes())
    assert found.drawn and found.volume_cc == pytest.approx(part.volume_cc, rel=1e-4)


def test_a_structure_between_planes_is_drawn_on_the_planes() -> None:
    contours = [circle(6.0 + 0.1 * n, 20.3 + 0.7 * n) for n in range(30)]
    fine = Structure.from_contours("Fine", contours)
    found = planar_contours(fine, planes())
    heights = np.concatenate([p for _, p in found.polygons])[:, 2]
    assert np.allclose(heights % 2.0, 0.0) and found.volume_cc == pytest.approx(
        fine.volume_cc, rel=0.005
    )


def test_tilted_images_get_contours_in_their_own_planes() -> None:
    turn = Rotation.from_euler("xyz", [14, -9, 25], degrees=True)
    ball = shape("Sphere", 1.5)
    tilted = planes(3.0, turn)
    found = planar_contours(ball, tilted)
    for plane, points in found.polygons:
        off = points @ tilted.axes[2] - tilted.positions_mm[plane]
        assert np.abs(off).max() < 1e-3
    assert found.volume_cc == pytest.approx(ball.volume_cc, rel=0.005)


def test_what_reaches_beyond_the_image_is_cut_there() -> None:
    found = planar_contours(cord(), planes(2.0, count=20))
    assert found.volume_cc < 0.6 * cord().volume_cc


def test_what_lies_outside_the_image_is_refused() -> None:
    with pytest.raises(InputError, match="outside the planning image"):
        planar_contours(shape("Cube"), planes(2.0, count=8))


@pytest.mark.parametrize("share", [0.03, 0.2, 0.5, 0.93])
def test_a_plateau_is_outlined_by_its_volume(share: float) -> None:
    plane = np.zeros((30, 40))
    plane[8:22, 6:31] = share
    wanted = float(plane.sum())
    assert enclosed_area(outlines_of_area(plane, wanted)) == pytest.approx(wanted, rel=0.01)
