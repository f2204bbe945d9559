"""A radiosurgery-like dose: plateau in the target, steep toward the cord, coplanar beams.

The dose is not transported; it is a function of the distance to the target. With u the distance
outside the prescription isodose, D = D0 A / (1 + (A - 1) exp(u / k)), A = 1.1, which falls from
90 % to 50 % of D0 over k ln[(A/0.5 - 1) / (A/0.9 - 1)] = 1.686 k. k is set from the wanted fall-off
beside the cord and is wider elsewhere.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy import ndimage

from ..dose import DoseGrid
from ..geometry import report_progress
from .column import FAR_MM, Column
from .falloff import median_falloff_mm
from .lattice import FloatArray, Lattice, Volume
from .parameters import SpinePhantom
from .targets import TargetSolids, coarse_distance_mm, coarse_lattice
from .torso import Torso

_PLATEAU = 1.1
_FALLOFF_PER_SCALE = float(np.log((_PLATEAU / 0.5 - 1) / (_PLATEAU / 0.9 - 1)))
_LATERAL_FALLOFF_MM, _AXIAL_FALLOFF_MM = 8.0, 5.0
_FAR_MARGIN_MM = 1.0
_BEAM_ANGLES_DEG = np.arange(100.0, 261.0, 20.0)
_BEAM_SHARE, _BATH_LIMIT = 0.12, 0.42


def make_dose(
    lattice: Lattice,
    torso: Torso,
    column: Column,
    targets: TargetSolids,
    parameters: SpinePhantom,
) -> tuple[Volume, Lattice]:
    """Dose in Gy on its own lattice, and that lattice.

    Parameters
    ----------
    lattice : Lattice
        Of the CT; the dose grid stays within it.
    torso, column, targets : Torso, Column, TargetSolids
    parameters : SpinePhantom
    """
    distance = coarse_distance_mm(column, targets.ctv)
    report_progress()
    neural = np.full(column.lattice.shape_kji, FAR_MM, np.float32)
    neural[column.canal.window] = np.minimum(column.canal.cord, column.canal.cauda)
    to_cord = coarse_distance_mm(column, neural)
    source = coarse_lattice(column)
    report_progress()
    box = _target_box(distance, source)
    grid = _dose_lattice(lattice, box, parameters)
    plan = _plan(distance, to_cord, source, grid, parameters)
    report_progress()
    near_cord, _ = _resampled(to_cord, source, grid)
    sparing = 1 - 0.6 * np.exp(-((np.maximum(near_cord, 0) / 9.0) ** 2))
    bath = (_bath(grid, box) * sparing).astype(np.float32)
    share = plan.share(parameters.falloff_mm, bath)
    # Beams, grid and the target's hollows widen the fall-off a little: measure it and correct once.
    report_progress()
    measured = median_falloff_mm(share, grid, distance, to_cord, source)
    report_progress()
    if measured is not None:
        share = plan.share(parameters.falloff_mm**2 / measured, bath)
    build_up = np.clip(1 - (torso.skin(grid) + 2) / 6, 0, 1)
    dose = share * build_up * np.float32(parameters.prescription_gy)
    return dose.astype(np.float32), grid


def as_dose_grid(values_gy: Volume, ijk_to_ras: FloatArray) -> DoseGrid:
    """Wrap dose values for a case."""
    return DoseGrid(values_gy.astype(np.float64), ijk_to_ras)


def _target_box(distance: Volume, source: Lattice) -> FloatArray:
    """Lowest and highest corner of the target, (2, 3) RAS mm."""
    inside = distance < 0
    spans = []
    for index in range(3):
        others = tuple(n for n in range(3) if n != 2 - index)
        hit = source.axis(index)[inside.any(axis=others)]
        spans.append((hit[0], hit[-1]))
    return np.array(spans).T


def _dose_lattice(lattice: Lattice, box: FloatArray, parameters: SpinePhantom) -> Lattice:
    step = np.full(3, parameters.dose_spacing_mm)
    margin = parameters.dose_margin_mm
    ends = np.array([[lattice.axis(n)[0], lattice.axis(n)[-1]] for n in range(3)])
    low = np.maximum(box[0] - margin, ends[:, 0])
    high = np.minimum(box[1] + margin, ends[:, 1])
    return Lattice.covering(low, high, step, np.array(parameters.dose_offset_mm))


@dataclass(frozen=True, eq=False)
class _Plan:
    """Fields on the dose grid that shape the dose.

    `outside` is the distance from the prescription isodose, `elsewhere` the fall-off (mm) away from
    the cord, `beside` 1 near the cord and 0 far from it, `plateau` the dose in the target's middle
    over the prescription.
    """

    outside: Volume
    elsewhere: Volume
    beside: Volume
    plateau: Volume

    def share(self, falloff_mm: float, bath: Volume) -> Volume:
        """Dose over prescription, with this fall-off (mm) toward the cord, over the beams' bath."""
        elsewhere = np.maximum(self.elsewhere, np.float32(falloff_mm))
        falloff = elsewhere + (np.float32(falloff_mm) - elsewhere) * self.beside
        exponent = np.clip(self.outside * np.float32(_FALLOFF_PER_SCALE) / falloff, -60, 60)
        steep = self.plateau / (1 + (_PLATEAU - 1) * np.exp(exponent))
        # The fourth-power sum leaves each part alone where it dominates.
        result: Volume = (steep**4 + bath**4) ** 0.25
        return result


def _plan(
    distance: Volume, to_cord: Volume, source: Lattice, grid: Lattice, parameters: SpinePhantom
) -> _Plan:
    smooth = ndimage.gaussian_filter(distance, 0.6 / source.step[::-1])
    slope = np.gradient(smooth, *source.step[::-1])
    vertical = slope[0] ** 2 / np.maximum(slope[0] ** 2 + slope[1] ** 2 + slope[2] ** 2, 1e-3)
    vertical = ndimage.gaussian_filter(vertical, 2.0 / source.step[::-1])
    outside, beyond = _resampled(smooth, source, grid)
    cord, _ = _resampled(to_cord, source, grid)
    vertical, _ = _resampled(vertical, source, grid)
    # 1 within 9 mm of the cord, 0 beyond 20 mm.
    beside = np.clip((20.0 - cord) / 11.0, 0, 1)
    beside = beside * beside * (3 - 2 * beside)
    margin = _FAR_MARGIN_MM + (parameters.cord_side_margin - _FAR_MARGIN_MM) * beside
    return _Plan(
        outside=outside + beyond - margin,
        elsewhere=_LATERAL_FALLOFF_MM + (_AXIAL_FALLOFF_MM - _LATERAL_FALLOFF_MM) * vertical,
        beside=beside,
        plateau=_PLATEAU * (1 + _ripple(grid, parameters.seed)),
    )


def _resampled(values: Volume, source: Lattice, grid: Lattice) -> tuple[Volume, Volume]:
    """Values at the grid's voxels, and how far (mm) each of these lies beyond the source."""
    wanted = [grid.axis(n) for n in range(3)]
    held = [np.clip(w, source.axis(n)[0], source.axis(n)[-1]) for n, w in enumerate(wanted)]
    index = [(held[n] - source.origin[n]) / source.step[n] for n in (2, 1, 0)]
    mesh = np.meshgrid(*index, indexing="ij", copy=False)
    result = ndimage.map_coordinates(values, mesh, order=1, mode="nearest", output=np.float32)
    over = [np.abs(w - h) for w, h in zip(wanted, held, strict=True)]
    beyond = np.sqrt(
        over[2][:, None, None] ** 2 + over[1][None, :, None] ** 2 + over[0][None, None, :] ** 2
    )
    return result, beyond.astype(np.float32)


def _ripple(grid: Lattice, seed: int) -> Volume:
    """Dose modulation of 1.5 % over about a centimetre."""
    random = np.random.default_rng([seed, 1])
    noise = random.standard_normal(grid.shape_kji, dtype=np.float32)
    noise = ndimage.gaussian_filter(noise, 5.0 / grid.step[::-1])
    result: Volume = noise * np.float32(0.015 / max(float(noise.std()), 1e-9))
    return np.clip(result, -0.04, 0.04)


def _bath(grid: Lattice, box: FloatArray) -> Volume:
    """Low dose of nine coplanar beams from behind, share of the prescription."""
    x, y, z = grid.mesh()
    centre = box.mean(axis=0)
    half = 0.5 * (box[1] - box[0])
    x, y, z = (values - np.float32(centre[n]) for n, values in enumerate((x, y, z)))
    length = _edge(np.abs(z) - np.float32(half[2] + 2), 1.6)
    beams = np.zeros((1, y.shape[1], x.shape[2]), np.float32)
    for angle in np.radians(_BEAM_ANGLES_DEG):
        sideways = np.float32(np.cos(angle)) * x + np.float32(np.sin(angle)) * y
        depth = np.float32(-np.sin(angle)) * x + np.float32(np.cos(angle)) * y
        width = abs(np.cos(angle)) * half[0] + abs(np.sin(angle)) * half[1] + 2
        # The source lies at gantry angle `angle` (180 degrees: from behind); depth grows toward it.
        beams += _edge(np.abs(sideways) - np.float32(width), 2.0) * np.exp(depth * 0.004)
    total = np.float32(_BEAM_SHARE) * beams * length
    scatter = np.float32(0.02) * np.exp(-((z / np.float32(half[2] + 25)) ** 2))
    result: Volume = np.float32(_BATH_LIMIT) * np.tanh(total / np.float32(_BATH_LIMIT)) + scatter
    return result


def _edge(outside_mm: Volume, scale_mm: float) -> Volume:
    steps = np.clip(outside_mm / np.float32(scale_mm), -40, 40)
    return np.asarray(1 / (1 + np.exp(steps)), dtype=np.float32)
