"""The planning CT in Hounsfield units."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from scipy import ndimage

from ..geometry import report_progress
from .column import Column
from .lattice import Lattice, Volume
from .parameters import SpinePhantom
from .ribs import make_ribs
from .targets import TargetSolids
from .torso import AIR_HU, FAT_HU, MUSCLE_HU, Torso, paint

_CSF_HU, _CORD_HU, _DISC_HU, _EPIDURAL_HU = 8.0, 42.0, 95.0, -70.0
_TRABECULAR_HU, _CORTICAL_HU, _LYTIC_HU = 200.0, 700.0, 60.0


def make_image(
    lattice: Lattice,
    torso: Torso,
    column: Column,
    targets: TargetSolids,
    parameters: SpinePhantom,
) -> NDArray[np.int16]:
    """Paint the patient and add smoothed noise; int16 HU, shape of `lattice`."""
    random = np.random.default_rng(parameters.seed)
    hu = _soft_tissue(lattice, torso, column, parameters)
    window = lattice.window(
        column.lattice.origin - 1e-3,
        np.array([column.lattice.axis(n)[-1] for n in range(3)]) + 1e-3,
    )
    hu[window] = _with_spine(hu[window], column, targets, random)
    report_progress()
    hu += _noise(random, lattice.shape_kji, parameters.noise_hu)
    image: NDArray[np.int16] = np.clip(np.rint(hu), -1024, 3071).astype(np.int16)
    return image


def _soft_tissue(
    lattice: Lattice, torso: Torso, column: Column, parameters: SpinePhantom
) -> Volume:
    pitch = float(lattice.step[0])
    region = torso.region
    plane = np.full((1, *lattice.shape_kji[1:]), AIR_HU, np.float32)
    if parameters.table:
        _paint_couch(plane, lattice, torso)
    paint(plane, torso.skin(lattice), 10.0, pitch)
    paint(plane, torso.skin(lattice, 2.0), FAT_HU, pitch)
    paint(plane, torso.skin(lattice, region.fat_mm), MUSCLE_HU, pitch)
    cavity = torso.skin(lattice, region.fat_mm + region.wall_mm)
    paint(plane, cavity, region.filling_hu, pitch)
    hu = np.repeat(plane, lattice.shape_kji[0], axis=0)
    for organ in region.organs:
        report_progress()
        found = torso.organ(lattice, organ)
        if found:
            paint(hu[found[0]], found[1], organ.hu, pitch)
    if region.ribs:
        for window, rib in make_ribs(lattice, torso, column.vertebrae):
            report_progress()
            paint(hu[window], rib, 520.0, pitch)
            paint(hu[window], rib + 2.0, 220.0, pitch)
    return hu


def _paint_couch(plane: Volume, lattice: Lattice, torso: Torso) -> None:
    """Carbon-fibre shell around foam."""
    x, y, _ = lattice.mesh()
    top = np.float32(torso.couch_mm)
    side = np.abs(x) - np.float32(torso.region.half_width_mm + 8)
    slab = np.maximum(np.maximum(y - top, top - 18 - y), side)
    paint(plane, slab, -350.0, float(lattice.step[0]))
    paint(plane, slab + 2.5, -930.0, float(lattice.step[0]))


def _with_spine(
    around: Volume, column: Column, targets: TargetSolids, random: np.random.Generator
) -> Volume:
    """Paint the column on its fine lattice, then blur it to the CT's resolution."""
    fine = column.fineness
    shape = column.lattice.shape_kji
    hu = _refined(around, shape)
    pitch = float(column.lattice.step[0])
    canal = column.canal
    for solid, value in (
        (canal.canal, _EPIDURAL_HU),
        (canal.sac, _CSF_HU),
        (canal.cord, _CORD_HU),
        (canal.cauda, 30.0),
    ):
        report_progress()
        paint(hu[canal.window], solid, value, pitch)
    for disc in column.discs:
        paint(hu[disc.window], disc.solid, _DISC_HU, pitch)
    report_progress()
    paint(hu, column.bone, _bone_hu(column, targets, random), pitch)
    report_progress()
    # A CT's point spread is about 0.6 mm sigma.
    sigma = 0.6 / pitch
    blurred = ndimage.gaussian_filter(hu, (0, sigma, sigma))
    result: Volume = blurred[:, ::fine, ::fine]
    return result


def _bone_hu(column: Column, targets: TargetSolids, random: np.random.Generator) -> Volume:
    """Cortical shell of about 1.2 mm, trabecular bone with coarse texture, lytic lesion."""
    texture = random.standard_normal(column.lattice.shape_kji, dtype=np.float32)
    report_progress()
    texture = ndimage.gaussian_filter(texture, (0.7, 1.2, 1.2), truncate=2.5)
    marrow = np.float32(_TRABECULAR_HU) + texture * np.float32(35.0 / texture.std())
    depth = np.clip((column.bone + np.float32(1.3)) / np.float32(0.5) + 0.5, 0, 1)
    hu: Volume = marrow + (np.float32(_CORTICAL_HU) - marrow) * depth
    paint(hu, targets.gtv + np.float32(0.5), _LYTIC_HU, 2.0)
    return hu


def _refined(values: Volume, shape: tuple[int, int, int]) -> Volume:
    fine: Volume = ndimage.zoom(
        values, np.array(shape) / np.array(values.shape), order=1, grid_mode=False
    )
    return fine


def _noise(random: np.random.Generator, shape: tuple[int, int, int], deviation_hu: float) -> Volume:
    """Gaussian noise with the slight in-plane correlation that a reconstruction kernel leaves."""
    noise = random.standard_normal(shape, dtype=np.float32)
    noise = ndimage.gaussian_filter(noise, (0, 0.7, 0.7), truncate=3)
    result: Volume = noise * np.float32(deviation_hu / noise.std())
    return result
