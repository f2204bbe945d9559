"""Where a node lies in the world: its parent transforms."""

from __future__ import annotations

from typing import Any

import numpy as np

from ..case import InputError
from .arrays import FloatArray, numpy_matrix, vtk_matrix


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
    matrix = vtk_matrix(np.eye(4))
    parent.GetMatrixTransformToWorld(matrix)
    return numpy_matrix(matrix)
