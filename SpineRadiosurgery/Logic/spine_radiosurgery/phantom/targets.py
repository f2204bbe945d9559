"""Lesion, clinical target and planning target in the phantom's target vertebra, as true solids."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy import ndimage

from ..anatomy import SECTORS
from .column import FAR_MM, Column
from .lattice import Lattice, Volume
from .parameters import SpinePhantom
from .solids import ellipsoid
from .vertebra import VertebraSolids

_TEMPLATE_SECTORS: dict[str, tuple[str, ...]] = {
    "body": ("body",),
    "body_and_pedicles": ("body", "left_pedicle", "right_pedicle"),
    "whole_vertebra": SECTORS,
    "posterior_elements": ("left_lamina", "right_lamina", "spinous_process"),
}


@dataclass(frozen=True, eq=False)
class TargetSolids:
    """Gross, clinical and planning target on the whole column's lattice; without the cord."""

    gtv: Volume
    ctv: Volume
    ptv: Volume


def make_targets(column: Column, parameters: SpinePhantom) -> TargetSolids:
    """Build the targets that the template asks for around a lytic lesion."""
    vertebra = column.vertebrae[parameters.level_index]
    lesion = _lesion(vertebra, parameters.template)
    region = vertebra.sectors[_TEMPLATE_SECTORS[parameters.template][0]]
    for name in _TEMPLATE_SECTORS[parameters.template][1:]:
        region = np.minimum(region, vertebra.sectors[name])
    shape = column.lattice.shape_kji
    gtv, ctv = np.full(shape, FAR_MM, np.float32), np.full(shape, FAR_MM, np.float32)
    gtv[vertebra.window] = np.maximum(lesion, vertebra.bone)
    ctv[vertebra.window] = np.minimum(gtv[vertebra.window], np.maximum(region, vertebra.bone))
    distance = coarse_distance_mm(column, ctv)
    distance = ndimage.gaussian_filter(distance, 0.8 / coarse_lattice(column).step[::-1])
    ptv = ndimage.zoom(distance, np.array(shape) / distance.shape, order=1, grid_mode=False)
    ptv = ptv.astype(np.float32) - np.float32(parameters.ptv_margin_mm)
    canal = column.canal
    neural = np.minimum(canal.cord, canal.cauda)
    np.maximum(ptv[canal.window], -neural, out=ptv[canal.window])
    return TargetSolids(gtv, ctv, np.minimum(ptv, ctv))


def coarse_lattice(column: Column) -> Lattice:
    """The column's lattice at the CT's own voxel centres."""
    shape = coarse(column, column.bone).shape
    step = column.lattice.step * np.array([column.fineness, column.fineness, 1.0])
    return Lattice(column.lattice.origin, step, (shape[0], shape[1], shape[2]))


def coarse(column: Column, values: Volume) -> Volume:
    """Values of the column's lattice at the CT's own voxel centres."""
    return values[:, :: column.fineness, :: column.fineness]


def coarse_distance_mm(column: Column, solid: Volume) -> Volume:
    """Signed Euclidean distance to a solid's surface at the CT's voxel centres (outside positive).

    From the nearest voxel centre on the other side plus that voxel's own distance to the surface,
    which the solid gives to first order.
    """
    values = coarse(column, solid).astype(np.float64)
    step = coarse_lattice(column).step
    gradient = np.gradient(values, step[2], step[1], step[0])
    slope = np.sqrt(sum(part**2 for part in gradient))
    values = np.clip(values / np.maximum(slope, 0.3), -step.max(), step.max())
    within = values < 0
    outside = _to_nearest(within, values, step)
    inside = _to_nearest(~within, -values, step)
    return np.where(within, -inside, outside).astype(np.float32)


def _to_nearest(goal: NDArray[Any], values: NDArray[Any], step: NDArray[Any]) -> NDArray[Any]:
    distance, index = ndimage.distance_transform_edt(
        ~goal, sampling=step[::-1], return_indices=True
    )
    return np.asarray(np.maximum(distance + values[tuple(index)], 0.0))


def _lesion(vertebra: VertebraSolids, template: str) -> Volume:
    """Lytic lesion: in the left back of the body, or at the root of the spinous process."""
    sizes = vertebra.sizes
    half_width, half_depth = 0.5 * sizes.body_width_mm, 0.5 * sizes.body_depth_mm
    if template == "posterior_elements":
        back = half_depth + sizes.canal_depth_mm + sizes.lamina_thickness_mm
        centre = np.array([-0.15 * sizes.canal_width_mm, -back, -0.15 * sizes.lamina_height_mm])
        axes = np.array([0.5 * sizes.canal_width_mm, 7.0, 0.45 * sizes.lamina_height_mm])
    else:
        centre = np.array([-0.4 * half_width, -0.3 * half_depth, 0.08 * sizes.height_mm])
        axes = np.array([0.5 * half_width, 0.6 * half_depth, 0.36 * sizes.height_mm])
    return ellipsoid(vertebra.points, centre, axes)
