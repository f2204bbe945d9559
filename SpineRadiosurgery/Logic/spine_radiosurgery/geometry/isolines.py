"""Closed iso-lines of a sampled plane by marching squares, at sub-pixel precision."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike, NDArray

FloatArray = NDArray[np.float64]

# For each pattern of inside corners (1: j,i; 2: j,i+1; 4: j+1,i+1; 8: j+1,i), the directed segments
# between cell sides (0 bottom j, 1 right i+1, 2 top j+1, 3 left i), with the inside on their left.
_SEGMENTS: dict[int, tuple[tuple[int, int], ...]] = {
    1: ((0, 3),),
    2: ((1, 0),),
    3: ((1, 3),),
    4: ((2, 1),),
    6: ((2, 0),),
    7: ((2, 3),),
    8: ((3, 2),),
    9: ((0, 2),),
    11: ((1, 2),),
    12: ((3, 1),),
    13: ((0, 1),),
    14: ((3, 0),),
}
_SADDLES_APART = {5: ((0, 3), (2, 1)), 10: ((1, 0), (3, 2))}
_SADDLES_JOINED = {5 + 16: ((0, 1), (2, 3)), 10 + 16: ((3, 0), (1, 2))}
_SIDES = np.full((32, 2, 2), -1, dtype=np.int64)
"""Begin and end side of up to two segments for each pattern; -1 for none."""
for _pattern, _segments in (_SEGMENTS | _SADDLES_APART | _SADDLES_JOINED).items():
    _SIDES[_pattern, : len(_segments)] = _segments


def trace_isolines(values: ArrayLike, level: float = 0.5) -> list[FloatArray]:
    """Trace the closed lines at which a sampled plane crosses `level`.

    The plane is continued outside by values below the level, so every line closes. Lines run
    counter-clockwise (in column, row) around inside and clockwise around holes.

    Parameters
    ----------
    values : array_like, shape (rows, columns)
        Samples at pixel centres; inside is where they exceed `level`.
    level : float
        The iso-value.

    Returns
    -------
    list of (n, 2) arrays
        Polygons as (column, row) in pixels; pixel centres are whole numbers.
    """
    plane = np.asarray(values, dtype=np.float64)
    finite = plane[np.isfinite(plane)]
    outside = (
        min(float(finite.min()), 2 * level - float(finite.max())) if finite.size else level - 1
    )
    plane = np.pad(plane, 1, constant_values=min(outside, level - 1e-9))
    width = plane.shape[1]
    above = plane > level
    code = (
        above[:-1, :-1] * 1 + above[:-1, 1:] * 2 + above[1:, 1:] * 4 + above[1:, :-1] * 8
    ).astype(np.int64)
    rows, columns = np.nonzero((code > 0) & (code < 15))
    pattern = code[rows, columns]
    # A saddle whose middle is inside has its own pattern, 5 + 16 or 10 + 16.
    middle = plane[rows, columns] + plane[rows, columns + 1]
    middle += plane[rows + 1, columns + 1] + plane[rows + 1, columns]
    pattern = pattern + 16 * (((pattern == 5) | (pattern == 10)) & (middle > 4 * level))
    follow: dict[int, int] = {}
    for begin, end in (_SIDES[pattern, 0].T, _SIDES[pattern, 1].T):
        used = begin >= 0
        keys = [_side_keys(rows[used], columns[used], side[used], width) for side in (begin, end)]
        follow.update(zip(keys[0].tolist(), keys[1].tolist(), strict=True))
    return _collect(follow, plane, level)


def _side_keys(
    rows: NDArray[np.int64], columns: NDArray[np.int64], side: NDArray[np.int64], width: int
) -> NDArray[np.int64]:
    """Number the grid edges: even keys run along a row, odd keys along a column."""
    rows = rows + (side == 2)
    columns = columns + (side == 1)
    return 2 * (rows * width + columns) + (side % 2)


def _collect(follow: dict[int, int], plane: FloatArray, level: float) -> list[FloatArray]:
    polygons = []
    width = plane.shape[1]
    while follow:
        first, key = follow.popitem()
        cycle = [first]
        while key != first:
            cycle.append(key)
            key = follow.pop(key)
        keys = np.array(cycle)
        row, column = np.divmod(keys // 2, width)
        along_column = keys % 2 == 1
        start = plane[row, column]
        stop = plane[row + along_column, column + ~along_column]
        share = (level - start) / (stop - start)
        points = np.column_stack([column + share * ~along_column, row + share * along_column]) - 1.0
        polygons.append(points)
    return polygons
