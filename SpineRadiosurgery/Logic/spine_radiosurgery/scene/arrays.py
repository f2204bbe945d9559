"""Arrays and matrices between numpy and VTK."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

FloatArray = NDArray[np.float64]


def vtk_matrix(matrix: ArrayLike) -> Any:
    """Return a `vtkMatrix4x4` of a 4x4 array."""
    import vtk

    result = vtk.vtkMatrix4x4()
    result.DeepCopy(np.asarray(matrix, dtype=np.float64).ravel().tolist())
    return result


def numpy_matrix(matrix: Any) -> FloatArray:
    """Return a 4x4 array of a `vtkMatrix4x4`."""
    return np.array([[matrix.GetElement(r, c) for c in range(4)] for r in range(4)])


def set_voxels(image: Any, values: NDArray[Any]) -> None:
    """Give an image data, whose extent is set, the voxels of a (k, j, i) array, copied."""
    from vtkmodules.util.numpy_support import numpy_to_vtk

    flat = np.ascontiguousarray(values).ravel()
    scalars = numpy_to_vtk(flat, deep=True)
    scalars.SetName("ImageScalars")
    image.GetPointData().SetScalars(scalars)


def voxels(image: Any) -> NDArray[Any]:
    """Return a (k, j, i) view of an image data's voxels."""
    from vtkmodules.util.numpy_support import vtk_to_numpy

    i, j, k = image.GetDimensions()
    found: NDArray[Any] = vtk_to_numpy(image.GetPointData().GetScalars()).reshape(k, j, i)
    return found
