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
_SADDLES_JOINED = {5: ((0, 1), (2, 3)), 10: ((3, 0), (1, 2))}
_SADDLES_APART = {5: ((0, 3), (2, 1)), 10: ((1, 0), (3, 2))}


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
    centre_above = plane[:-1, :-1] + plane[:-1, 1:] + plane[1:, 1:] + plane[1:, :-1] > 4 * level
    follow: dict[int, int] = {}
    for pattern in range(1, 15):
        cells = code == pattern
        if pattern in _SEGMENTS:
            _link(follow, cells, _SEGMENTS[pattern], width)
        else:
            _link(follow, cells & centre_above, _SADDLES_JOINED[pattern], width)
            _link(follow, cells & ~centre_above, _SADDLES_APART[pattern], width)
    return _collect(follow, plane, level)


def _side_keys(
    rows: NDArray[np.int64], columns: NDArray[np.int64], side: int, width: int
) -> NDArray[np.int64]:
    """Number the grid edges: even keys run along a row, odd keys along a column."""
    rows = rows + (side == 2)
    columns = columns + (side == 1)
    return 2 * (rows * width + columns) + (side in (1, 3))


def _link(
    follow: dict[int, int],
    cells: NDArray[np.bool_],
    segments: tuple[tuple[int, int], ...],
    width: int,
) -> None:
    rows, columns = np.nonzero(cells)
    for begin, end in segments:
        keys = _side_keys(rows, columns, begin, width)
        follow.update(
            zip(keys.tolist(), _side_keys(rows, columns, end, width).tolist(), strict=True)
        )


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
