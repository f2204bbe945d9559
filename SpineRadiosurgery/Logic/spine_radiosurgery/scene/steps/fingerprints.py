"""Whether a node is still what it was: digests that survive saving and loading."""

from __future__ import annotations

import hashlib
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ..arrays import FloatArray, voxels
from ..segments import PLANAR_CONTOUR, index_to_local, labelmap_of
from ..transforms import placing, where_taken
from ..volumes import read_voxels

DECIMALS = 3
"""Places are compared in micrometres: files round the last digits."""
_OFF_TIES = np.pi * 1e-5
"""Added before rounding: voxel sizes such as 0.977 mm give places half way between micrometres,
which would round up or down by chance."""


def segment_shape_digest(segmentation_node: Any, segment_id: str) -> str:
    """Digest of a segment's own contours or voxels, wherever its segmentation lies.

    The extent of the label map does not enter: it changes when a scene is saved and loaded.
    """
    digest = hashlib.sha256()
    segmentation = segmentation_node.GetSegmentation()
    contours = segmentation.GetSegment(segment_id).GetRepresentation(PLANAR_CONTOUR)
    if contours is not None and contours.GetNumberOfCells() > 0:
        from vtkmodules.util.numpy_support import vtk_to_numpy

        _add(digest, vtk_to_numpy(contours.GetPoints().GetData()))
        return digest.hexdigest()
    image, label = labelmap_of(segmentation, segment_id)
    mask = voxels(image) == label if image is not None else np.zeros((0, 0, 0), dtype=bool)
    if not mask.any():
        return "empty"
    first, last = _box(mask)
    box = mask[tuple(slice(a, b) for a, b in zip(first, last, strict=True))]
    matrix = index_to_local(image)
    matrix[:3, 3] += matrix[:3, :3] @ first[::-1]
    digest.update(np.array(box.shape, dtype=np.int64).tobytes())
    _add(digest, matrix)
    digest.update(np.packbits(box).tobytes())
    return digest.hexdigest()


def segment_digest(segmentation_node: Any, segment_id: str) -> str:
    """Digest of a segment and of where its parent transforms take it."""
    digest = hashlib.sha256(segment_shape_digest(segmentation_node, segment_id).encode())
    _add(digest, placing(segmentation_node))
    return digest.hexdigest()


def transform_digest(transform_node: Any) -> str:
    """Digest of where a transform takes what is put under it."""
    digest = hashlib.sha256()
    _add(digest, where_taken(transform_node))
    return digest.hexdigest()


def volume_digest(volume_node: Any) -> str:
    """Digest of a volume's voxels and of where they lie in the world.

    The direction in which the axes are counted does not enter: left-handed volumes come back
    right-handed from a saved scene.
    """
    values, matrix = read_voxels(volume_node)
    matrix = matrix.copy()
    for column in range(3):
        step = matrix[:3, column]
        if step[np.argmax(np.abs(step))] < 0:
            axis = 2 - column
            matrix[:3, 3] += step * (values.shape[axis] - 1)
            matrix[:3, column] = -step
            values = np.flip(values, axis)
    digest = hashlib.sha256(np.ascontiguousarray(values).tobytes())
    _add(digest, matrix)
    return digest.hexdigest()


def _add(digest: Any, values: NDArray[Any]) -> None:
    shifted = np.asarray(values, dtype=np.float64) + _OFF_TIES
    # Adding 0 makes one zero of the two.
    rounded: FloatArray = np.round(shifted, DECIMALS) + 0.0
    digest.update(np.ascontiguousarray(rounded).tobytes())


def _box(mask: NDArray[np.bool_]) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """First and one-past-last index of the voxels along each axis."""
    used = [np.flatnonzero(mask.any(axis=tuple(b for b in range(3) if b != a))) for a in range(3)]
    return np.array([u[0] for u in used]), np.array([u[-1] + 1 for u in used])
