"""Transform files that 3D Slicer saves: the library reads the node's matrix to its parent."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.spatial.transform import Rotation

from spine_radiosurgery.dicom import read_transform
from spine_radiosurgery.geometry import InputError
from spine_radiosurgery.scene.arrays import numpy_matrix, vtk_matrix
from spine_radiosurgery.scene.headless import fresh_scene

pytestmark = pytest.mark.usefixtures("slicer_core")

MATRIX = np.eye(4)
MATRIX[:3, :3] = Rotation.from_euler("xyz", (5.0, 10.0, -20.0), degrees=True).as_matrix()
MATRIX[:3, 3] = 10.0, -5.0, 30.0


def saved(scene, node, path):
    storage = scene.AddNewNodeByClass("vtkMRMLTransformStorageNode")
    storage.SetFileName(str(path))
    assert storage.WriteData(node)
    return path


@pytest.mark.parametrize("suffix", ["tfm", "h5", "txt", "mat"])
def test_a_saved_linear_transform_is_the_matrix_to_its_parent(tmp_path, suffix):
    with fresh_scene() as scene:
        node = scene.AddNewNodeByClass("vtkMRMLLinearTransformNode", "Follow-up to plan")
        node.SetMatrixTransformToParent(vtk_matrix(MATRIX))
        found = read_transform(saved(scene, node, tmp_path / f"t.{suffix}"))
        to_parent = vtk_matrix(np.eye(4))
        node.GetMatrixTransformToParent(to_parent)
    assert found == pytest.approx(numpy_matrix(to_parent), abs=1e-9)
    assert found == pytest.approx(MATRIX, abs=1e-9)


@pytest.mark.parametrize("suffix", ["tfm", "h5"])
def test_a_saved_chain_of_linear_transforms_is_their_product(tmp_path, suffix):
    import vtk

    shift = np.eye(4)
    shift[0, 3] = 7.0
    with fresh_scene() as scene:
        chain = vtk.vtkGeneralTransform()
        chain.Concatenate(vtk_matrix(MATRIX))
        chain.Concatenate(vtk_matrix(shift))
        node = scene.AddNewNodeByClass("vtkMRMLTransformNode", "Chain")
        node.SetAndObserveTransformToParent(chain)
        found = read_transform(saved(scene, node, tmp_path / f"t.{suffix}"))
        point = node.GetTransformToParent().TransformPoint((1.0, 2.0, 3.0))
    assert (found @ [1.0, 2.0, 3.0, 1.0])[:3] == pytest.approx(point, abs=1e-9)


@pytest.mark.parametrize("toward", ["parent", "child"])
def test_a_saved_transform_that_deforms_is_refused(tmp_path, toward):
    import slicer
    import vtk

    with fresh_scene() as scene:
        field = vtk.vtkImageData()
        field.SetDimensions(5, 5, 5)
        field.AllocateScalars(vtk.VTK_DOUBLE, 3)
        field.GetPointData().GetScalars().Fill(1.0)
        grid = slicer.vtkOrientedGridTransform()
        grid.SetDisplacementGridData(field)
        node = scene.AddNewNodeByClass("vtkMRMLGridTransformNode", "Warp")
        if toward == "parent":
            node.SetAndObserveTransformToParent(grid)
        else:
            node.SetAndObserveTransformFromParent(grid)
        file = saved(scene, node, tmp_path / "warp.h5")
    with pytest.raises(InputError, match=r"warp\.h5"):
        read_transform(file)
