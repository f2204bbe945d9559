"""Index orders: the same patient with its array axes along other directions."""

from __future__ import annotations

from dataclasses import replace
from typing import TypeVar

import numpy as np
from numpy.typing import NDArray

from .lattice import FloatArray
from .truth import Mask, PhantomTruth

_Scalar = TypeVar("_Scalar", bound=np.generic)
_AXES = {"R": (0, 1), "L": (0, -1), "A": (1, 1), "P": (1, -1), "S": (2, 1), "I": (2, -1)}


def reordered(
    values: NDArray[_Scalar], ijk_to_ras: FloatArray, code: str
) -> tuple[NDArray[_Scalar], FloatArray]:
    """Turn an array [k, j, i] in RAS index order so that i, j, k run along the letters of `code`.

    Parameters
    ----------
    values : (k, j, i) array
    ijk_to_ras : (4, 4)
        Diagonal but for the origin.
    code : str
        Three of R or L, A or P, S or I.

    Returns
    -------
    values, ijk_to_ras
        The same voxels at the same places.
    """
    axes = [_AXES[letter] for letter in code]
    turned = np.transpose(values, [2 - axis for axis, _ in reversed(axes)])
    matrix = np.zeros((4, 4))
    matrix[:, 3] = ijk_to_ras[:, 3]
    for index, (axis, sign) in enumerate(axes):
        step = ijk_to_ras[axis, axis]
        matrix[axis, index] = sign * step
        if sign < 0:
            turned = np.flip(turned, 2 - index)
            matrix[axis, 3] += step * (turned.shape[2 - index] - 1)
    return np.ascontiguousarray(turned), matrix


def reordered_truth(truth: PhantomTruth, code: str) -> PhantomTruth:
    """Turn all arrays of a truth."""

    def turn(mask: Mask) -> Mask:
        return reordered(mask, truth.ijk_to_ras, code)[0]

    sectors, matrix = reordered(truth.sectors, truth.ijk_to_ras, code)
    return replace(
        truth,
        ijk_to_ras=matrix,
        sectors=sectors,
        vertebrae={name: turn(mask) for name, mask in truth.vertebrae.items()},
        disc=turn(truth.disc),
        canal=turn(truth.canal),
        thecal_sac=turn(truth.thecal_sac),
        cord=turn(truth.cord),
        cauda_equina=turn(truth.cauda_equina),
        gtv=turn(truth.gtv),
        target=turn(truth.target),
    )
