"""What lies in the spinal canal: thecal sac, spinal cord, cauda equina, along the curved axis."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from .curve import SpineCurve, has_cord
from .lattice import FloatArray, Lattice, Volume, Window
from .levels import CONUS_TIP, canal_size_mm, cord_size_mm
from .solids import oval

_FAR_MM = np.float32(50.0)
# Inferred: thoracic kyphosis lets the cord lie in front, lordosis in the middle or behind.
_USUAL_GAP_MM = ((2, 2.8), (7, 3.2), (10, 2.2), (16, 2.2), (19, 4.5), (23, 4.5))


@dataclass(frozen=True, eq=False)
class CanalSolids:
    """Solids (negative inside) on a window of the column's lattice."""

    window: Window
    canal: Volume
    sac: Volume
    cord: Volume
    cauda: Volume


def make_canal(lattice: Lattice, curve: SpineCurve, cord_gap_mm: float | None) -> CanalSolids:
    """Evaluate the canal's content along the axis of the spine.

    Parameters
    ----------
    lattice : Lattice
        Of the whole column.
    curve : SpineCurve
    cord_gap_mm : float or None
        From the posterior wall to the cord; None takes the usual one of each level.
    """
    width, depth, before = canal_size_mm(curve.level)
    behind = -0.5 * (before + depth)
    path = curve.centre + behind[:, None] * curve.axes[:, :, 1]
    window = lattice.window(path.min(axis=0) - 19, path.max(axis=0) + 19)
    part = lattice.part(window)
    points = np.stack(np.broadcast_arrays(*part.mesh()), axis=-1).reshape(-1, 3).astype(np.float64)
    arc, right, anterior = curve.nearest(points)

    def along(values: FloatArray) -> Volume:
        return np.interp(arc, curve.arc_mm, values).astype(np.float32).reshape(part.shape_kji)

    x = right.astype(np.float32).reshape(part.shape_kji)
    y = anterior.astype(np.float32).reshape(part.shape_kji)
    canal = oval(x, y - along(behind), along(0.5 * width), along(0.5 * depth), power=2.3)
    gap = _gap_mm(curve, cord_gap_mm)
    # Epidural fat: 1 mm all round, more behind.
    sac_depth = depth - np.minimum(2.6, 0.5 * gap + 1.6)
    sac_front = -0.5 * before - np.minimum(1.0, 0.5 * gap)
    sac_centre = along(sac_front - 0.5 * sac_depth)
    sac = oval(x, y - sac_centre, along(0.5 * width - 1.4), along(0.5 * sac_depth))
    conus = along(curve.arc_mm - curve.arc_of_level(CONUS_TIP))
    if not has_cord(curve):
        conus = np.full_like(x, -_FAR_MM)
    cord_width, cord_depth = cord_size_mm(curve.level)
    cord_centre = along(-0.5 * before - gap - 0.5 * cord_depth)
    half = along(np.maximum(0.5 * cord_width, 0.3)), along(np.maximum(0.5 * cord_depth, 0.3))
    cord = np.maximum(oval(x, y - cord_centre, *half), -conus)
    # The roots of the cauda equina fill the back of the sac.
    cauda_centre = along(sac_front - 0.58 * sac_depth)
    cauda = oval(x, y - cauda_centre, along(0.32 * width), along(0.36 * sac_depth))
    return CanalSolids(window, canal, sac, cord, np.maximum(cauda, conus))


def _gap_mm(curve: SpineCurve, given: float | None) -> FloatArray:
    if given is not None:
        return np.full(len(curve.level), given)
    knots, values = zip(*_USUAL_GAP_MM, strict=True)
    gap: FloatArray = np.interp(curve.level, knots, values)
    return gap
