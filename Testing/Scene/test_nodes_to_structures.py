"""Segments and volumes of the user read back as structures, dose and image."""

from __future__ import annotations

import numpy as np
import pytest
from scene_plans import affine, circle, dose, image, tube
from slicerrt_nodes import closed_lines

from spine_radiosurgery.case import Prescription
from spine_radiosurgery.geometry import InputError, Structure
from spine_radiosurgery.scene.arrays import vtk_matrix
from spine_radiosurgery.scene.headless import fresh_scene
from spine_radiosurgery.scene.segmentations import segmentation_node
from spine_radiosurgery.scene.segments import structure_from_segment
from spine_radiosurgery.scene.volumes import (
    dose_grid_from_node,
    dose_node,
    image_from_node,
    volume_node,
)


def rotation(degrees: float, axis: int) -> np.ndarray:
    cosine, sine = np.cos(np.radians(degrees)), np.sin(np.radians(degrees))
    first, second = (a for a in range(3) if a != axis)
    matrix = np.eye(3)
    matrix[[first, second], [first, second]] = cosine
    matrix[first, second], matrix[second, first] = -sine, sine
    return matrix


OBLIQUE = rotation(25, 0) @ rotation(-40, 2)
GEOMETRIES = {
    "supine": affine(np.diag([-1, -1, 1]), [0.8, 0.9, 1.5], [20, 10, -5]),
    "left-handed": affine(np.diag([1, -1, 1]), [0.8, 0.9, 1.5], [-20, 10, -5]),
    "reordered": affine([[0, 0, 1], [-1, 0, 0], [0, 1, 0]], [0.8, 0.9, 1.5], [1, 2, 3]),
    "oblique": affine(OBLIQUE, [0.8, 0.9, 1.5], [5, -7, 11]),
    "oblique left-handed": affine(OBLIQUE @ np.diag([1, 1, -1]), [0.8, 0.9, 1.5], [5, -7, 11]),
}
geometries = pytest.mark.parametrize("ijk_to_ras", GEOMETRIES.values(), ids=GEOMETRIES.keys())


def blob() -> np.ndarray:
    """A lopsided body, so that a mirrored or shifted one differs."""
    k, j, i = np.meshgrid(*(np.arange(n) for n in (14, 16, 18)), indexing="ij")
    return ((k - 6) / 4) ** 2 + ((j - 8) / 6) ** 2 + ((i - 5) / 4) ** 2 + (i > 6) * (k > 7) < 1


def centre_of_mass(structure: Structure) -> np.ndarray:
    shape = structure.shape
    weights = shape.values.ravel()
    k, j, i = (a.ravel() for a in np.indices(shape.values.shape))
    return weights @ shape.grid.to_ras(np.column_stack([i, j, k])) / weights.sum()


def under_transform(scene, node, matrix: np.ndarray) -> None:
    transform = scene.AddNewNodeByClass("vtkMRMLTransformNode", "Shift")
    transform.SetMatrixTransformToParent(vtk_matrix(matrix))
    node.SetAndObserveTransformNodeID(transform.GetID())


@geometries
def test_a_mask_returns_unchanged(slicer_core, ijk_to_ras) -> None:
    structure = Structure.from_mask("Body", blob(), ijk_to_ras, number=7, color=(10, 20, 30))
    with fresh_scene() as scene:
        node = segmentation_node(scene, "S", [structure], step_mm=None, surfaces=False)
        read = structure_from_segment(node, "Body")
    assert (read.name, read.number) == ("Body", 7)
    assert read.color == (10, 20, 30)
    assert read.volume_cc == pytest.approx(structure.volume_cc, rel=1e-9)
    assert centre_of_mass(read) == pytest.approx(centre_of_mass(structure), abs=1e-6)
    assert read.bounds_ras() == pytest.approx(structure.bounds_ras(), abs=1e-6)


@geometries
def test_a_parent_transform_moves_the_structure(slicer_core, ijk_to_ras) -> None:
    structure = Structure.from_mask("Body", blob(), ijk_to_ras)
    moved = affine(rotation(30, 1), 1.0, [10.0, -20.0, 30.0])
    with fresh_scene() as scene:
        node = segmentation_node(scene, "S", [structure], step_mm=None, surfaces=False)
        under_transform(scene, node, moved)
        read = structure_from_segment(node, "Body")
        again = segmentation_node(scene, "T", [read], step_mm=None, surfaces=False)
        twice = structure_from_segment(again, "Body")
    expected = moved[:3, :3] @ centre_of_mass(structure) + moved[:3, 3]
    assert centre_of_mass(read) == pytest.approx(expected, abs=1e-6)
    assert centre_of_mass(twice) == pytest.approx(expected, abs=1e-6)
    assert twice.volume_cc == pytest.approx(structure.volume_cc, rel=1e-9)


@geometries
def test_a_volume_returns_unchanged_and_follows_its_transform(slicer_core, ijk_to_ras) -> None:
    values = np.random.default_rng(2).uniform(0, 20, (5, 6, 7))
    moved = affine(rotation(-50, 2), 1.0, [1.0, 2.0, 3.0])
    with fresh_scene() as scene:
        node = dose_node(scene, type(dose())(values, ijk_to_ras), Prescription(16, 1))
        assert dose_grid_from_node(node).ijk_to_ras == pytest.approx(ijk_to_ras, abs=1e-9)
        under_transform(scene, node, moved)
        read = dose_grid_from_node(node)
    assert read.values_gy == pytest.approx(values, rel=1e-6)
    assert read.ijk_to_ras == pytest.approx(moved @ ijk_to_ras, abs=1e-9)


def test_an_image_is_copied(slicer_core) -> None:
    with fresh_scene() as scene:
        read = image_from_node(volume_node(scene, image()))
    assert np.array_equal(read.values, image().values)
    assert (read.modality, read.label) == ("CT", "Planning CT")
    assert read.slice_thickness_mm == pytest.approx(2.5)


def test_a_transform_that_is_not_linear_is_refused(slicer_core) -> None:
    import vtk

    with fresh_scene() as scene:
        node = segmentation_node(scene, "S", [tube("Cord", 0, 5, 0, 20)], surfaces=False)
        spline = vtk.vtkThinPlateSplineTransform()
        points = vtk.vtkPoints()
        for point in ((0, 0, 0), (9, 0, 0), (0, 9, 0), (0, 0, 9)):
            points.InsertNextPoint(point)
        spline.SetSourceLandmarks(points)
        spline.SetTargetLandmarks(points)
        spline.SetBasisToR()
        transform = scene.AddNewNodeByClass("vtkMRMLTransformNode", "Warp")
        transform.SetAndObserveTransformToParent(spline)
        node.SetAndObserveTransformNodeID(transform.GetID())
        with pytest.raises(InputError, match=r"S is under the transform Warp, which is not linear"):
            structure_from_segment(node, "Cord")


def add_planar_contours(node, name: str, contours) -> None:
    """What SlicerRT's import leaves: closed lines, without SlicerRT."""
    segment = closed_lines(name, contours)
    node.GetSegmentation().SetSourceRepresentationName("Planar contour")
    node.GetSegmentation().AddSegment(segment, name)


def test_contours_are_taken_as_contours(slicer_core) -> None:
    contours = [circle(0, 0, h, 5.0) for h in (0.0, 2.5, 5.0)]
    turned = affine(rotation(20, 0), 1.0, [0, 0, 7])
    with fresh_scene() as scene:
        node = scene.AddNewNodeByClass("vtkMRMLSegmentationNode", "RTSTRUCT")
        add_planar_contours(node, "Cord", contours)
        read = structure_from_segment(node, "Cord")
        under_transform(scene, node, turned)
        moved = structure_from_segment(node, "Cord")
    expected = Structure.from_contours("Cord", contours).volume_cc
    assert read.volume_cc == pytest.approx(expected, rel=1e-5)
    assert moved.volume_cc == pytest.approx(expected, rel=1e-5)
    assert moved.bounds_ras().mean(axis=0) == pytest.approx(
        turned[:3, :3] @ [0, 0, 2.5] + turned[:3, 3], abs=0.01
    )


def test_a_surface_is_made_into_a_mask_on_a_copy(slicer_core) -> None:
    import vtk

    ball = vtk.vtkSphereSource()
    ball.SetRadius(10.0)
    ball.SetCenter(5.0, 6.0, 7.0)
    ball.SetThetaResolution(60)
    ball.SetPhiResolution(60)
    ball.Update()
    with fresh_scene() as scene:
        node = scene.AddNewNodeByClass("vtkMRMLSegmentationNode", "Models")
        node.SetSourceRepresentationToClosedSurface()
        node.AddSegmentFromClosedSurfaceRepresentation(ball.GetOutput(), "Ball", [1, 0, 0], "Ball")
        read = structure_from_segment(node, "Ball")
        segmentation = node.GetSegmentation()
        assert not segmentation.ContainsRepresentation("Binary labelmap")
        assert segmentation.GetSourceRepresentationName() == "Closed surface"
    assert read.volume_cc == pytest.approx(4 / 3 * np.pi, rel=0.03)
    assert centre_of_mass(read) == pytest.approx([5, 6, 7], abs=0.2)


def test_reading_leaves_the_segmentation_alone(slicer_core) -> None:
    cord, target = tube("Cord", 0, 5, 0, 30), tube("Target", 20, 9, 5, 25)
    with fresh_scene() as scene:
        node = segmentation_node(scene, "S", [cord, target])
        before = node.GetSegmentation().GetMTime()
        structure_from_segment(node, "Cord")
        assert node.GetSegmentation().GetMTime() == before


def test_segments_in_one_label_map_are_told_apart(slicer_core) -> None:
    cord, target = tube("Cord", 0, 5, 0, 30), tube("Target", 20, 9, 5, 25)
    with fresh_scene() as scene:
        node = segmentation_node(scene, "S", [cord, target], surfaces=False)
        assert node.GetSegmentation().GetNumberOfLayers() == 1
        for structure in (cord, target):
            read = structure_from_segment(node, structure.name)
            assert read.volume_cc == pytest.approx(structure.volume_cc, rel=0.02)


@pytest.mark.parametrize(
    ("segment_id", "sentence"),
    [
        ("Nothing", "Segment Nothing is not in segmentation S"),
        ("Empty", "Segment Empty of S is empty"),
    ],
)
def test_what_cannot_be_read_is_one_sentence(slicer_core, segment_id, sentence) -> None:
    with fresh_scene() as scene:
        node = segmentation_node(scene, "S", [tube("Cord", 0, 5, 0, 20)], surfaces=False)
        node.GetSegmentation().AddEmptySegment("Empty", "Empty")
        with pytest.raises(InputError, match=sentence):
            structure_from_segment(node, segment_id)


def test_a_volume_that_is_no_dose_is_refused(slicer_core) -> None:
    with fresh_scene() as scene:
        empty = scene.AddNewNodeByClass("vtkMRMLScalarVolumeNode", "Empty")
        with pytest.raises(InputError, match="Volume Empty has no voxels"):
            dose_grid_from_node(empty)
        node = volume_node(scene, image())
        with pytest.raises(InputError, match="is in \\[hnsf'U\\], not in Gy"):
            dose_grid_from_node(node)
