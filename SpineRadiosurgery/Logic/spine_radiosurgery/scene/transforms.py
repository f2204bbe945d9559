"""Where a node lies in the world: its parent transforms."""

from __future__ import annotations

from typing import Any

import numpy as np

from ..case import InputError
from .arrays import FloatArray, numpy_matrix, vtk_matrix

_STEP_MM = 25.0
_REACH_MM = ((-300, 300), (-300, 300), (-2000, 2000))
"""Of RAS, where patients lie."""
_AXES = [np.arange(low, high + 1, _STEP_MM) for low, high in _REACH_MM]
_LATTICE = np.stack(np.meshgrid(*_AXES, indexing="ij"), axis=-1).reshape(-1, 3)


def transform_matrix(transform_node: Any) -> FloatArray:
    """Return the 4x4 matrix by which a linear transform takes what is put under it to the world."""
    matrix = vtk_matrix(np.eye(4))
    transform_node.GetMatrixTransformToWorld(matrix)
    return numpy_matrix(matrix)


def placing(node: Any) -> FloatArray:
    """Return numbers that are others when the transforms above a node take it elsewhere."""
    parent = node.GetParentTransformNode()
    return np.eye(4) if parent is None else where_taken(parent)


def where_taken(transform_node: Any) -> FloatArray:
    """Return numbers that tell where a transform takes what is put under it.

    The matrix to the world; of a curved transform, the places of the points of a lattice.
    """
    if transform_node.IsTransformToWorldLinear():
        return transform_matrix(transform_node)
    import vtk
    from vtkmodules.util.numpy_support import numpy_to_vtk, vtk_to_numpy

    curved = vtk.vtkGeneralTransform()
    transform_node.GetTransformToWorld(curved)
    points, taken = vtk.vtkPoints(), vtk.vtkPoints()
    points.SetData(numpy_to_vtk(_LATTICE, deep=True))
    curved.TransformPoints(points, taken)
    return np.asarray(vtk_to_numpy(taken.GetData()), dtype=np.float64)


def transforms_above(node: Any) -> tuple[Any, ...]:
    """Return the transforms that a node is under, its parent first."""
    found = []
    parent = node.GetParentTransformNode()
    while parent is not None:
        found.append(parent)
        parent = parent.GetParentTransformNode()
    return tuple(found)


def matrix_to_world(node: Any) -> FloatArray:
    """Return the 4x4 matrix from a node's own RAS to the world's, mm.

    Raises
    ------
    InputError
        One of its parent transforms is not linear.
    """
    parent = node.GetParentTransformNode()
    if parent is None:
        return np.eye(4)
    if not parent.IsTransformToWorldLinear():
        raise InputError(
            f"{node.GetName()} is under the transform {parent.GetName()}, which is not linear; "
            "harden the transform on a copy and use that."
        )
    return transform_matrix(parent)
