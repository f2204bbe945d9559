"""The dose in grains that move rigidly through a dose that stays where it is."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from ...geometry import OccupancyMask, Structure
from ..grid import DoseGrid
from .grains import Grains, cells_as_grains, grouped, importance
from .lattice import DoseLattice, Float32Array

FloatArray = NDArray[np.float64]

SURFACE_STEP_MM = 1.0
SURFACE_POINTS = (150, 150, 200)
"""The hottest, the coldest, and points spread over the rest of the surface."""


@dataclass(frozen=True, eq=False)
class MovingGrains:
    """Grains, ready to be read in the dose under many motions.

    Attributes
    ----------
    grains : Grains
    dose : DoseGrid
    center_ras : (3,)
        Rotation centre.
    curved_gy : (n,)
        Mean dose of each grain less the dose at its centroid, in the nominal setup.
    curved_gy2 : (n,)
        Square of the spread less that of a linear dose, in the nominal setup.
    surface_ras : (m, 3)
        Points of the surface where the largest and the smallest dose are looked for.
    """

    grains: Grains
    dose: DoseGrid
    center_ras: FloatArray
    curved_gy: Float32Array
    curved_gy2: Float32Array
    surface_ras: FloatArray

    @classmethod
    def of(cls, structure: Structure, dose: DoseGrid, center_ras: FloatArray) -> MovingGrains:
        """Gather a structure into grains and learn how the dose curves in them.

        The curvature is that of the nominal setup: as the structure moves by a few millimetres it
        changes little, whereas dose and gradient at the centroid are read anew.
        """
        cells = cells_as_grains(structure)
        fine = cls._linear(cells, dose, center_ras)
        value, spread = (x[0].astype(np.float64) for x in fine._read_nominal())
        volumes = cells.volumes_cc
        group = grouped(cells.centres_ras, volumes * importance(value, volumes))
        linear = cls._linear(cells.gathered(group), dose, center_ras)
        at_centre, slope = (x[0] for x in linear._read_nominal())
        held = linear.grains.volumes_cc
        mean = np.bincount(group, volumes * value) / held
        square = np.bincount(group, volumes * (value**2 + spread**2 / 3.0)) / held
        return replace(
            linear,
            curved_gy=(mean - at_centre).astype(np.float32),
            curved_gy2=(3.0 * (square - mean**2) - slope**2).astype(np.float32),
            surface_ras=_surface_of(structure, cells, dose),
        )

    @classmethod
    def _linear(cls, grains: Grains, dose: DoseGrid, center_ras: FloatArray) -> MovingGrains:
        flat = np.zeros(len(grains.volumes_cc), dtype=np.float32)
        return cls(grains, dose, center_ras, flat, flat, np.empty((0, 3)))

    def _read_nominal(self) -> tuple[Float32Array, Float32Array]:
        still = np.eye(3)[np.newaxis], np.zeros((1, 3))
        return self.read(*still, DoseLattice.of(self.dose, *self.reach_ras(*still)))

    def with_surface(self) -> MovingGrains:
        """Return the grains and the surface's points as grains without volume."""
        n = len(self.surface_ras)
        none = np.zeros(n, dtype=np.float32)
        grains = Grains(
            np.concatenate([self.grains.centres_ras, self.surface_ras]),
            np.concatenate([self.grains.volumes_cc, none]),
            np.concatenate([self.grains.covariance_mm2, np.zeros((n, 3, 3))]),
        )
        return replace(
            self,
            grains=grains,
            curved_gy=np.concatenate([self.curved_gy, none]),
            curved_gy2=np.concatenate([self.curved_gy2, none]),
        )

    def read(
        self, turns: FloatArray, shifts: FloatArray, lattice: DoseLattice
    ) -> tuple[Float32Array, Float32Array]:
        """Dose of the grains and the half-width of its spread in each, both (b, n), in Gy.

        The dose in a grain is taken as even over dose +- spread, with the variance of a linear
        dose in it, corrected for the curvature.
        """
        to_step, at_center = self._to_voxels(turns, shifts)
        to_step = to_step * lattice.per_voxel
        origin = (at_center - lattice.first_ijk) * lattice.per_voxel
        matrix = to_step.astype(np.float32)
        off = (self.grains.centres_ras - self.center_ras).T.astype(np.float32)
        steps = np.matmul(matrix, off)
        steps += origin.astype(np.float32)[:, :, np.newaxis]
        dose, slopes = lattice.sample(steps)
        # The gradient in the patient's own axes, in which the grains' moments are known.
        r, a, s = (
            matrix[:, 0, n, np.newaxis] * slopes[0]
            + matrix[:, 1, n, np.newaxis] * slopes[1]
            + matrix[:, 2, n, np.newaxis] * slopes[2]
            for n in range(3)
        )
        rr, aa, ss, ra, rs, as_ = self._moments
        square = r * (rr * r + ra * a + rs * s) + a * (aa * a + as_ * s) + ss * s * s
        dose += self.curved_gy
        square += self.curved_gy2
        return np.maximum(dose, 0.0), np.sqrt(np.maximum(square, 0.0))

    @cached_property
    def _moments(self) -> Float32Array:
        """What the gradient's squares and products count for in the square of the spread."""
        pairs = ((0, 0, 3.0), (1, 1, 3.0), (2, 2, 3.0), (0, 1, 6.0), (0, 2, 6.0), (1, 2, 6.0))
        moments = [f * self.grains.covariance_mm2[:, m, n] for m, n, f in pairs]
        return np.array(moments, dtype=np.float32)

    def leaves_grid(self, turns: FloatArray, shifts: FloatArray) -> NDArray[np.bool_]:
        """Say in which motions any part might lie outside the dose grid."""
        reach = np.sqrt(3.0 * np.einsum("nii->ni", self.grains.covariance_mm2))
        off = self.grains.centres_ras - self.center_ras
        ends = np.stack([(off - reach).min(axis=0), (off + reach).max(axis=0)], axis=1)
        corners = np.stack(np.meshgrid(*ends, indexing="ij"), axis=-1).reshape(-1, 3)
        to_voxel, at_center = self._to_voxels(turns, shifts)
        ijk = corners @ np.swapaxes(to_voxel, 1, 2) + at_center[:, np.newaxis]
        last = np.array(self.dose.values_gy.shape[::-1]) - 1
        return np.asarray(((ijk < -0.5) | (ijk > last + 0.5)).any(axis=(1, 2)))

    def share_inside(self, turns: FloatArray, shifts: FloatArray) -> FloatArray:
        """Share of each grain inside the outer faces of the dose grid's voxels, (b, n)."""
        to_voxel, at_center = self._to_voxels(turns, shifts)
        off = self.grains.centres_ras - self.center_ras
        last = np.array(self.dose.values_gy.shape[::-1]) - 1
        share = np.ones((len(turns), len(off)))
        for axis in range(3):
            row = to_voxel[:, axis]
            ijk = row @ off.T + at_center[:, axis, np.newaxis]
            squares = (row[:, :, np.newaxis] * row[:, np.newaxis]).reshape(-1, 9)
            variance = squares @ self.grains.covariance_mm2.reshape(-1, 9).T
            reach = 2 * np.maximum(np.sqrt(3.0 * variance), 1e-9)
            share *= np.clip(0.5 + (ijk + 0.5) / reach, 0.0, 1.0)
            share *= np.clip(0.5 + (last[axis] + 0.5 - ijk) / reach, 0.0, 1.0)
        return share

    def reach_ras(self, turns: FloatArray, shifts: FloatArray) -> tuple[FloatArray, FloatArray]:
        """A RAS box that holds the grains' centres in every motion, with half a grid step."""
        off = self.grains.centres_ras - self.center_ras
        ends = np.stack([off.min(axis=0), off.max(axis=0)], axis=1)
        corners = np.stack(np.meshgrid(*ends, indexing="ij"), axis=-1).reshape(-1, 3)
        moved = corners @ np.swapaxes(turns, 1, 2) + shifts[:, np.newaxis] + self.center_ras
        return moved.min(axis=(0, 1)), moved.max(axis=(0, 1))

    def _to_voxels(self, turns: FloatArray, shifts: FloatArray) -> tuple[FloatArray, FloatArray]:
        """From the place relative to the rotation centre to voxel coordinates i, j, k."""
        inverse = np.linalg.inv(self.dose.ijk_to_ras)
        return inverse[:3, :3] @ turns, self.dose.grid.to_ijk(self.center_ras + shifts)


def _surface_of(structure: Structure, cells: Grains, dose: DoseGrid) -> FloatArray:
    points = structure.surface_points(SURFACE_STEP_MM)
    if isinstance(structure.shape, OccupancyMask):
        # Voxels less than half occupied lie beyond the surface and yet belong to the mask.
        points = np.concatenate([points, cells.centres_ras])
    hot, cold, others = SURFACE_POINTS
    if len(points) <= hot + cold + others:
        return points
    order = np.argsort(np.nan_to_num(dose.sample(points), nan=0.0), kind="stable")
    middle = order[cold:-hot]
    spread = middle[:: -(-len(middle) // others)]
    chosen: FloatArray = points[np.concatenate([order[:cold], spread, order[-hot:]])]
    return chosen
