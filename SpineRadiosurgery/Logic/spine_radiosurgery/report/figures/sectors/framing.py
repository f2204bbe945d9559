"""Where the pictures of a vertebra look: planes and camera in the vertebra's own frame."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from ....anatomy import SECTORS, VertebraSectors
from ....geometry import Grid, OccupancyMask
from ..resampling import THICKNESS_MM, Plane
from .surface import View

FloatArray = NDArray[np.float64]

STEP_MM = 0.3
AROUND_MM = 9.0
"""Shown beside the vertebra."""
LAYER_MM = 1.0
TOWARD_VIEWER = np.array([-0.62, -0.62, 0.48])
"""From behind, the left and above, in the vertebra's frame (right, anterior, superior)."""
SHARE_ACROSS = 0.86
"""The 3-D picture is drawn larger: it shows no surroundings."""


class Framing:
    """A vertebra's box in its own frame, and the pictures that show it at one scale.

    Attributes
    ----------
    half_mm : float
        Half the width and height of the pictures.
    low, high : (3,)
        Corners of the vertebra's box along right, anterior, superior of its frame, mm.
    height_mm : float
        Along superior, where the axial picture cuts.
    """

    def __init__(self, sectors: VertebraSectors) -> None:
        shape = sectors.vertebra.mask
        self.frame = sectors.frame
        local = self.frame.local(shape.grid.to_ras(np.argwhere(shape.values >= 0.5)[:, ::-1]))
        self.low, self.high = local.min(axis=0), local.max(axis=0)
        self.half_mm = float((self.high - self.low).max()) / 2 + AROUND_MM
        self.height_mm = _telling_height(sectors)

    @property
    def centre(self) -> FloatArray:
        """Middle of the box, in the frame."""
        return np.asarray((self.low + self.high) / 2)

    def axial(self) -> Plane:
        """The plane across the frame's superior axis, seen from the feet."""
        return self._plane("axial", (-1, 0, 0), (0, -1, 0), (*self.centre[:2], self.height_mm))

    def sagittal(self) -> Plane:
        """The mid-sagittal plane of the frame, seen from the left."""
        return self._plane("sagittal", (0, -1, 0), (0, 0, -1), (0.0, *self.centre[1:]))

    def view(self, pixels: int) -> View:
        """Return the camera behind, left of and above the vertebra."""
        toward = TOWARD_VIEWER / np.linalg.norm(TOWARD_VIEWER)
        up = np.array([0.0, 0.0, 1.0])
        up = up - toward * (up @ toward)
        up /= np.linalg.norm(up)
        local = np.column_stack([np.cross(up, toward), up, toward])
        centre = self.frame.ras(self.centre[np.newaxis])[0]
        return View(self.frame.axes @ local, centre, SHARE_ACROSS * self.half_mm, pixels)

    def _plane(
        self,
        view: str,
        rightward: tuple[int, int, int],
        downward: tuple[int, int, int],
        middle: tuple[float, ...],
    ) -> Plane:
        count = int(np.ceil(2 * self.half_mm / STEP_MM))
        right, down = (self.frame.axes @ np.array(way, float) for way in (rightward, downward))
        start = self.frame.ras(np.array([middle]))[0]
        start = start - (right + down) * STEP_MM * (count - 1) / 2
        matrix = np.eye(4)
        matrix[:3] = np.column_stack(
            [right * STEP_MM, down * STEP_MM, np.cross(right, down) * THICKNESS_MM, start]
        )
        return Plane(view, Grid((1, count, count), matrix))


def _telling_height(sectors: VertebraSectors) -> float:
    """Height along the frame at which most of the sectors show, pedicles counting twice."""
    shape = sectors.vertebra.mask
    grid = shape.grid
    heights = sectors.frame.local(_centres(shape))[:, 2].reshape(grid.shape_kji)
    edges = np.arange(heights.min(), heights.max() + LAYER_MM, LAYER_MM)
    score = np.zeros(len(edges) - 1)
    for name in SECTORS:
        values = sectors.sector(name).mask_on(grid.shape_kji, grid.ijk_to_ras)
        area = np.histogram(heights, bins=edges, weights=values)[0]
        if area.max() > 0:
            score += (2.0 if "pedicle" in name else 1.0) * area / area.max()
    best = int(np.argmax(score))
    return float(edges[best] + LAYER_MM / 2)


def _centres(shape: OccupancyMask) -> FloatArray:
    k, j, i = shape.grid.shape_kji
    indices = np.stack(np.meshgrid(range(k), range(j), range(i), indexing="ij"), axis=-1)
    return shape.grid.to_ras(indices.reshape(-1, 3)[:, ::-1])
