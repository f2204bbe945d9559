"""Isodose surfaces against doses whose surfaces are known in closed form."""

from __future__ import annotations

import numpy as np
import pytest
from scene_plans import affine
from vtkmodules.util.numpy_support import vtk_to_numpy

from spine_radiosurgery.case import DoseGrid, InputError, Prescription
from spine_radiosurgery.scene.appearance import WASH_TO, dose_rgb
from spine_radiosurgery.scene.arrays import vtk_matrix
from spine_radiosurgery.scene.headless import fresh_scene
from spine_radiosurgery.scene.isodoses import (
    create_isodose_surfaces,
    isodose_polydata,
    level_name,
    remove_isodose_surfaces,
)
from spine_radiosurgery.scene.volumes import dose_node

PRESCRIPTION = Prescription(16.0, 1)
SIGMA_MM = 14.0
CENTRE = np.array([3.0, -4.0, 5.0])


def turned(degrees: float) -> np.ndarray:
    cosine, sine = np.cos(np.radians(degrees)), np.sin(np.radians(degrees))
    return np.array([[cosine, -sine, 0], [sine, cosine, 0], [0, 0, 1]])


GEOMETRIES = {
    "supine": np.diag([-1.0, -1.0, 1.0]),
    "left-handed": np.diag([1.0, -1.0, 1.0]),
    "reordered": np.array([[0.0, 0, 1], [-1, 0, 0], [0, 1, 0]]),
    "oblique": turned(25) @ np.array([[1.0, 0, 0], [0, 0.8, -0.6], [0, 0.6, 0.8]]),
}


def ball_of_dose(directions: np.ndarray, step_mm: float = 2.0, size: int = 45) -> DoseGrid:
    """20 Gy at the centre, falling off as a Gaussian: a level's surface is a sphere."""
    matrix = affine(directions, [step_mm] * 3, [0, 0, 0])
    matrix[:3, 3] = CENTRE - matrix[:3, :3] @ np.full(3, (size - 1) / 2 + 0.3)
    k, j, i = np.indices((size, size, size))
    points = np.stack([i, j, k], axis=-1) @ matrix[:3, :3].T + matrix[:3, 3]
    squared = ((points - CENTRE) ** 2).sum(axis=-1)
    return DoseGrid(20.0 * np.exp(-squared / (2 * SIGMA_MM**2)), matrix)


def radius_mm(level_gy: float) -> float:
    return SIGMA_MM * np.sqrt(2 * np.log(20.0 / level_gy))


def points_of(surface) -> np.ndarray:
    return vtk_to_numpy(surface.GetPoints().GetData()).astype(float)


@pytest.mark.parametrize("level_gy", [8.0, 14.4, 16.0])
@pytest.mark.parametrize("directions", GEOMETRIES.values(), ids=GEOMETRIES.keys())
def test_the_radius_of_a_sphere_is_right_to_a_tenth_of_a_voxel(
    slicer_core, directions, level_gy
) -> None:
    dose = ball_of_dose(directions)
    surface = isodose_polydata(dose.values_gy, dose.ijk_to_ras, level_gy)
    distances = np.linalg.norm(points_of(surface) - CENTRE, axis=1)
    assert np.abs(distances - radius_mm(level_gy)).max() < 0.1 * 2.0


@pytest.mark.parametrize("directions", GEOMETRIES.values(), ids=GEOMETRIES.keys())
def test_normals_point_out_of_the_dose(slicer_core, directions) -> None:
    dose = ball_of_dose(directions)
    surface = isodose_polydata(dose.values_gy, dose.ijk_to_ras, 10.0)
    normals = vtk_to_numpy(surface.GetPointData().GetNormals())
    outward = points_of(surface) - CENTRE
    cosines = (normals * outward).sum(axis=1) / np.linalg.norm(outward, axis=1)
    assert cosines.min() > 0.9


def test_the_enclosed_volume_is_that_of_the_sphere(slicer_core) -> None:
    import vtk

    dose = ball_of_dose(GEOMETRIES["left-handed"])
    mass = vtk.vtkMassProperties()
    mass.SetInputData(isodose_polydata(dose.values_gy, dose.ijk_to_ras, 10.0))
    assert mass.GetVolume() == pytest.approx(4 / 3 * np.pi * radius_mm(10.0) ** 3, rel=0.01)


@pytest.fixture
def placed(slicer_core):
    """A dose under a parent transform, in a scene."""
    with fresh_scene() as scene:
        node = dose_node(scene, ball_of_dose(GEOMETRIES["supine"]), PRESCRIPTION)
        transform = scene.AddNewNodeByClass("vtkMRMLTransformNode", "Shift")
        transform.SetMatrixTransformToParent(vtk_matrix(affine(turned(30), 1.0, [10, 20, 30])))
        node.SetAndObserveTransformNodeID(transform.GetID())
        yield scene, node


def test_surfaces_lie_where_the_transforms_put_the_dose(placed) -> None:
    _, node = placed
    (model,) = create_isodose_surfaces(node, [10.0]).models
    centre = turned(30) @ CENTRE + [10, 20, 30]
    distances = np.linalg.norm(points_of(model.GetPolyData()) - centre, axis=1)
    assert distances == pytest.approx(radius_mm(10.0), abs=0.2)
    assert model.GetParentTransformNode() is None


def test_the_usual_levels_are_named_in_gray_and_percent(placed) -> None:
    _, node = placed
    surfaces = create_isodose_surfaces(node, prescription_gy=16.0)
    names = [model.GetName() for model in surfaces.models]
    assert names == ["8 Gy (50 %)", "14.4 Gy (90 %)", "16 Gy (100 %)"]
    assert level_name(16.0, None) == "16 Gy"


def test_colours_are_those_of_the_dose_wash(placed) -> None:
    _, node = placed
    for model in create_isodose_surfaces(node, prescription_gy=16.0).models:
        level = float(model.GetName().split()[0])
        expected = dose_rgb()[round(level / (WASH_TO * 16.0) * 255)]
        assert model.GetDisplayNode().GetColor() == pytest.approx(expected, abs=1e-6)


def test_surfaces_stay_in_one_folder_and_replace_the_former_ones(placed) -> None:
    scene, node = placed
    hierarchy = scene.GetSubjectHierarchyNode()
    create_isodose_surfaces(node, [4.0, 8.0, 12.0])
    surfaces = create_isodose_surfaces(node, [8.0, 12.0])
    assert scene.GetNumberOfNodesByClass("vtkMRMLModelNode") == 2
    assert scene.GetNumberOfNodesByClass("vtkMRMLModelDisplayNode") == 2
    assert hierarchy.GetItemName(surfaces.folder_item) == "Isodoses of Dose"
    for model in surfaces.models:
        item = hierarchy.GetItemByDataNode(model)
        assert hierarchy.GetItemParent(item) == surfaces.folder_item
    remove_isodose_surfaces(node)
    assert scene.GetNumberOfNodesByClass("vtkMRMLModelNode") == 0
    assert hierarchy.GetItemByName("Isodoses of Dose") == 0


def test_a_level_above_the_dose_is_named_and_not_drawn(placed) -> None:
    _, node = placed
    surfaces = create_isodose_surfaces(node, [8.0, 25.0])
    assert len(surfaces.models) == 1
    assert surfaces.not_reached_gy == (25.0,)


@pytest.mark.parametrize(
    ("levels", "sentence"),
    [
        ([], "need levels in Gy"),
        ([-1.0], "isodose of -1 Gy cannot be drawn"),
        ([float("nan")], "isodose of nan Gy cannot be drawn"),
        ([40.0], "has no surface at the levels asked"),
    ],
)
def test_levels_that_cannot_be_drawn_are_one_sentence(placed, levels, sentence) -> None:
    scene, node = placed
    with pytest.raises(InputError, match=sentence):
        create_isodose_surfaces(node, levels)
    assert scene.GetNumberOfNodesByClass("vtkMRMLModelNode") == 0
