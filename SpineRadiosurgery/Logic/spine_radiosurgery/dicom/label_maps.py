"""All labels of a label map or a segmentation file."""

from __future__ import annotations

import os
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy import ndimage

from ..geometry import Grid, InputError, LabelledRegion, LabelMap
from .nifti_names import label_names
from .shapes import read_image, segments_of

LARGEST_LABEL = 65_535


def read_label_map(path: str | os.PathLike[str]) -> LabelMap:
    """Read every label of a file that `read_structure` reads one of.

    Raises
    ------
    InputError
        The file cannot be read, is empty, or its values are no labels.
    """
    file = Path(path)
    values, matrix, header = read_image(file)
    segments = segments_of(header)
    if values.ndim != 3 and not segments:
        raise InputError(f"{file.name} holds several values a voxel; a label map has one.")
    layers = np.moveaxis(values, -1, 0) if values.ndim == 4 else values[np.newaxis]
    layers = _whole(layers, file.name)
    nk, nj, ni = layers.shape[1:]
    grid = Grid((nk, nj, ni), matrix)
    found: dict[tuple[int, int], LabelledRegion] = {}
    for layer, plane in enumerate(layers):
        for label, box in enumerate(ndimage.find_objects(plane), 1):
            if box is not None:
                inside = plane[box] == label
                start = [s.start for s in box]
                k, j, i = inside.shape
                found[layer, label] = LabelledRegion(
                    label, "", inside, grid.cropped(start, (k, j, i))
                )
    if segments:
        named = [(name, found.get((layer, label))) for _, name, label, layer in segments]
        regions = [replace(region, name=name) for name, region in named if region is not None]
    else:
        names = label_names(file)
        regions = [replace(r, name=names.get(label, "")) for (_, label), r in found.items()]
    if not regions:
        raise InputError(f"{file.name}: no label of it has a voxel.")
    return LabelMap(file.name, tuple(regions))


def _whole(values: NDArray[Any], file: str) -> NDArray[Any]:
    """Labels as whole numbers from 0 to `LARGEST_LABEL`."""
    low, high = float(values.min()), float(values.max())
    whole = np.issubdtype(values.dtype, np.integer) or bool((values == np.rint(values)).all())
    if not whole or not 0 <= low <= high <= LARGEST_LABEL:
        raise InputError(
            f"{file} holds values from {low:g} to {high:g} that are no labels; "
            "labels are whole numbers from 0."
        )
    small: NDArray[Any] = values.astype(np.int32) if values.dtype.itemsize > 2 else values
    return small
