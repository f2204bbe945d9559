"""NRRD files of label maps, as 3D Slicer writes them.

Format: teem.sourceforge.net/nrrd/format.html. Written here and not by SimpleITK, whose several
values a voxel are a `vector` where 3D Slicer's layers are a `list`; equal input gives equal bytes.
"""

from __future__ import annotations

import gzip
from collections.abc import Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

from .values import LPS_TO_RAS, FloatArray

COMPRESSION = 6


def nrrd_bytes(
    labels: NDArray[np.uint8], ijk_to_ras: FloatArray, fields: Mapping[str, str]
) -> bytes:
    """Return the whole file.

    Parameters
    ----------
    labels : uint8 array, shape (k, j, i) or (k, j, i, layer)
    ijk_to_ras : array, shape (4, 4)
    fields : mapping of str to str
        Further fields in this order; one line each.
    """
    lps = LPS_TO_RAS @ ijk_to_ras
    directions = [_vector(lps[:3, axis]) for axis in range(3)]
    kinds = ["domain"] * 3
    sizes = list(labels.shape[2::-1])
    if labels.ndim == 4:
        directions, kinds = ["none", *directions], ["list", *kinds]
        sizes = [labels.shape[3], *sizes]
    lines = [
        "NRRD0004",
        "# Complete NRRD file format specification at:",
        "# http://teem.sourceforge.net/nrrd/format.html",
        "type: unsigned char",
        f"dimension: {labels.ndim}",
        "space: left-posterior-superior",
        f"sizes: {_words(sizes)}",
        f"space directions: {_words(directions)}",
        f"kinds: {_words(kinds)}",
        "encoding: gzip",
        f"space origin: {_vector(lps[:3, 3])}",
        *(f"{key}:={_escaped(value)}" for key, value in fields.items()),
    ]
    voxels = np.ascontiguousarray(labels, dtype=np.uint8).tobytes()
    head = "\n".join(lines) + "\n\n"
    return head.encode() + gzip.compress(voxels, COMPRESSION, mtime=0)


def _words(values: list[Any]) -> str:
    return " ".join(str(value) for value in values)


def _vector(values: FloatArray) -> str:
    # Adding zero turns -0 into 0.
    return "(" + ",".join(f"{value + 0.0:.17g}" for value in values.tolist()) + ")"


def _escaped(value: str) -> str:
    return value.replace("\\", "\\\\").replace("\n", "\\n")
