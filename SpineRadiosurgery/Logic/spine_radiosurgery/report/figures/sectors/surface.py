"""Visible surfaces of fields, seen from afar without perspective, shaded by their slope."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy import ndimage

from ....geometry import report_progress
from .fields import Field

FloatArray = NDArray[np.float64]

LEVEL = 0.5
"""Occupancy at which a surface lies."""
DEPTH_STEP_MM = 1.6
"""Bones thinner than this may be missed where they are seen edge-on."""
_HALVINGS = 4
"""Of the last step, to find the surface in it."""
_LIGHT = np.array([-0.45, 0.60, 0.66])
"""Where the light comes from: left, up and behind the viewer."""
_AMBIENT, _DIFFUSE, _GLOSS, _GLOSS_POWER = 0.38, 0.66, 0.10, 18


@dataclass(frozen=True, eq=False)
class View:
    """A camera at infinity.

    Attributes
    ----------
    axes : (3, 3)
        Unit vectors in RAS as columns: rightward and upward in the picture, toward the viewer.
    centre : (3,)
        RAS point in the middle of the picture.
    half_mm : float
        Half the picture's width and height.
    pixels : int
        Along each side.
    """

    axes: FloatArray
    centre: FloatArray
    half_mm: float
    pixels: int

    @property
    def step_mm(self) -> float:
        """Pixel edge length."""
        return 2.0 * self.half_mm / self.pixels

    def to_view(self, points_ras: FloatArray) -> FloatArray:
        """Map RAS points (n, 3) to mm rightward, upward and toward the viewer."""
        return np.asarray((points_ras - self.centre) @ self.axes)


@dataclass(frozen=True, eq=False)
class Surface:
    """What is seen of a field.

    Attributes
    ----------
    seen : (rows, columns) bool array
    depth : (rows, columns)
        Toward the viewer, mm; -inf where nothing is seen.
    points_ras, normals : (n, 3)
        Of the pixels seen, row by row.
    """

    seen: NDArray[np.bool_]
    depth: FloatArray
    points_ras: FloatArray
    normals: FloatArray

    def shade(self, view: View) -> tuple[FloatArray, FloatArray]:
        """Brightness (n,) of the pixels seen, and the gloss to add."""
        local = self.normals @ view.axes
        light = _LIGHT / np.linalg.norm(_LIGHT)
        half = light + np.array([0.0, 0.0, 1.0])
        half /= np.linalg.norm(half)
        lit = np.clip(local @ light, 0.0, None)
        # Surfaces that turn away from the viewer darken, as if dusk lay in the hollows.
        facing = 0.72 + 0.28 * np.clip(local[:, 2], 0.0, 1.0)
        gloss = _GLOSS * np.clip(local @ half, 0.0, 1.0) ** _GLOSS_POWER
        return (_AMBIENT + _DIFFUSE * lit) * facing, gloss


def visible_surface(field: Field, view: View) -> Surface:
    """March through a field from the viewer's side to its first crossing of the surface level."""
    rows, columns, depths = _box(field, view)
    shape = (view.pixels, view.pixels)
    seen, depth = np.zeros(shape, dtype=bool), np.full(shape, -np.inf)
    if not (len(rows) and len(columns) and len(depths) > 1):
        return Surface(seen, depth, np.empty((0, 3)), np.empty((0, 3)))
    across, up = _centres(view, columns), -_centres(view, rows)
    report_progress()
    values = _marched(field, view, depths, up, across)
    report_progress()
    within = values >= LEVEL
    hit = within.any(axis=0)
    row, column = np.nonzero(hit)
    nearest = depths[within.argmax(axis=0)[hit]]
    points, found = _refined(field, view, np.column_stack([across[column], up[row], nearest]))
    window = np.ix_(rows, columns)
    seen[window] = hit
    depth[seen] = found
    slopes = -field.slopes(points)
    normals = slopes / np.maximum(np.linalg.norm(slopes, axis=1, keepdims=True), 1e-9)
    return Surface(seen, depth, points, normals)


def _refined(field: Field, view: View, inside: FloatArray) -> tuple[FloatArray, FloatArray]:
    """Surface points in RAS and their depths, from the first point (n, 3) inside on each ray."""
    far, near = inside[:, 2], inside[:, 2] + DEPTH_STEP_MM
    across = inside[:, :2] @ view.axes[:, :2].T + view.centre
    for _ in range(_HALVINGS):
        middle = (far + near) / 2
        within = field.sample(across + middle[:, np.newaxis] * view.axes[:, 2]) >= LEVEL
        far, near = np.where(within, middle, far), np.where(within, near, middle)
    return across + far[:, np.newaxis] * view.axes[:, 2], np.asarray(far)


def _box(field: Field, view: View) -> tuple[NDArray[np.int64], NDArray[np.int64], FloatArray]:
    """Rows, columns and depths (nearest first) that may show the field."""
    k, j, i = (n - 1 for n in field.values.shape)
    corners = np.array([[a, b, c] for a in (0, i) for b in (0, j) for c in (0, k)])
    local = view.to_view(field.grid.to_ras(corners))
    low, high = local.min(axis=0), local.max(axis=0)
    pixels = np.arange(view.pixels)
    centres = _centres(view, pixels)
    columns = pixels[(centres >= low[0]) & (centres <= high[0])]
    rows = pixels[(-centres >= low[1]) & (-centres <= high[1])]
    return rows, columns, np.arange(high[2], low[2] - DEPTH_STEP_MM, -DEPTH_STEP_MM)


def _centres(view: View, pixels: NDArray[np.int64]) -> FloatArray:
    centres: FloatArray = (pixels.astype(np.float64) + 0.5) * view.step_mm - view.half_mm
    return centres


def _marched(
    field: Field, view: View, depths: FloatArray, up: FloatArray, across: FloatArray
) -> NDArray[np.float32]:
    """Field values (depth, row, column), the nearest layer first."""
    steps = np.column_stack(
        [
            -DEPTH_STEP_MM * view.axes[:, 2],
            -view.step_mm * view.axes[:, 1],
            view.step_mm * view.axes[:, 0],
        ]
    )
    start = view.centre + view.axes @ np.array([across[0], up[0], depths[0]])
    to_index = np.linalg.inv(field.grid.ijk_to_ras)[::-1][1:]
    marched = ndimage.affine_transform(
        field.values,
        to_index[:, :3] @ steps,
        to_index[:, :3] @ start + to_index[:, 3],
        output_shape=(len(depths), len(up), len(across)),
        output=np.float32,
        order=1,
    )
    return np.asarray(marched)
