"""Fall-off of the dose from the target toward the cord (Ryu et al. 2015, "Physics aspect")."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from ...geometry import InputError, Structure
from ..grid import DoseGrid
from .rays import Rays, rays_in_direction, rays_to_nearest_cord_point
from .surface import CordSurface, holds

FloatArray = NDArray[np.float64]
BoolArray = NDArray[np.bool_]

PLANES = ("axial", "3d")
RAY_STEP_MM = 0.5
"""Longest step in which the dose is read along a ray; the crossings are then closed in upon."""
HALVINGS = 10
BACKWARD_MM = 40.0
"""How far a ray is followed back into the target in search of its upper crossing."""
FAILED_SHARE = 0.10
"""With more failed rays than this the median is a lower bound."""


@dataclass(frozen=True, eq=False)
class FallOff:
    """Distances between two isodoses toward the cord.

    Attributes
    ----------
    from_percent, to_percent : float
        Of the prescription.
    toward : str
        The cord's name, or the direction.
    plane : str
        "axial" or "3d".
    median_mm, min_mm, max_mm : float
        nan when no ray crosses both isodoses.
    rays, not_reached_90, not_reached_50 : int
        Rays in all; those that never reach the upper isodose, whatever its percentage; and those
        that do not fall to the lower one before they end.
    lower_bound : bool
        More than 10 % of the rays failed: the median is a lower bound.
    isodose_to_cord_mm, isodose_to_cord_median_mm : float
        Distance from the lower isodose, where the rays cross it, to the cord's surface (smallest
        and median); negative where the isodose lies inside the cord; nan without rays. For axial
        rays within the axial plane. Rays that do not fall to the lower isodose are not in it: there
        it lies beyond the cord's far side.
    start_ras, cord_ras : (n, 3)
        Start of each successful ray on the target and the cord's nearest point.
    upper_ras, lower_ras : (n, 3)
        Where the successful rays cross the two isodoses.
    min_at_ras, max_at_ras : (3,)
        Middle of the steepest and of the shallowest successful ray between its two crossings; nan
        without one.
    failed_ras : (m, 3)
        Where the unsuccessful rays start.
    reason : str
        Why there is no distance; empty when there is one.
    """

    from_percent: float
    to_percent: float
    toward: str
    plane: str
    median_mm: float
    min_mm: float
    max_mm: float
    rays: int
    not_reached_90: int
    not_reached_50: int
    lower_bound: bool
    isodose_to_cord_mm: float
    isodose_to_cord_median_mm: float
    start_ras: FloatArray
    cord_ras: FloatArray
    upper_ras: FloatArray
    lower_ras: FloatArray
    min_at_ras: FloatArray
    max_at_ras: FloatArray
    failed_ras: FloatArray
    reason: str

    @property
    def distance_mm(self) -> FloatArray:
        """Fall-off of every successful ray, (n,)."""
        return np.asarray(np.linalg.norm(self.upper_ras - self.lower_ras, axis=1))


def fall_off(
    target: Structure,
    cord: Structure,
    dose: DoseGrid,
    *,
    prescription_gy: float,
    from_percent: float = 90.0,
    to_percent: float = 50.0,
    plane: str = "axial",
    toward: ArrayLike | None = None,
) -> FallOff:
    """Measure the fall-off between two isodoses.

    From every point of the target's surface that sees the cord (without looking through the
    target), a ray runs to the cord's nearest point and on to the cord's far side; it is also
    followed backwards into the target. The fall-off is the distance between its last fall below the
    upper isodose and the first crossing of the lower isodose after that.

    Parameters
    ----------
    target, cord : Structure
    dose : DoseGrid
    prescription_gy : float
        Total dose that 100 % stands for.
    from_percent, to_percent : float
        Upper and lower isodose in percent of the prescription.
    plane : str
        "axial": start points, rays and nearest points within axial planes, in which the beams lie;
        "3d": to the nearest cord point anywhere.
    toward : (3,) array_like, optional
        Direction in RAS for all rays in place of the nearest cord point. They start where the
        target is seen from that direction and are followed 40 mm.

    Raises
    ------
    InputError
        Percentages not descending, no positive prescription, an unknown plane, a direction of no
        length or, for axial rays, out of the axial plane, or axial rays where target and cord share
        no axial plane.
    """
    _check(prescription_gy, from_percent, to_percent, plane)
    if toward is None:
        aim = cord.name
        rays, surface = rays_to_nearest_cord_point(target, cord, plane)
    else:
        direction = _unit(toward, plane)
        aim = "direction R {:.3g}, A {:.3g}, S {:.3g}".format(*(direction + 0.0))
        rays, surface = rays_in_direction(target, cord, plane, direction)
    upper_gy, lower_gy = (prescription_gy * p / 100.0 for p in (from_percent, to_percent))
    upper_mm, lower_mm = _crossings(rays, dose, upper_gy, lower_gy)
    no_upper = np.isnan(upper_mm)
    done = ~np.isnan(lower_mm)
    failed = int(np.count_nonzero(~done))
    kept = rays.chosen(done)
    upper_ras, lower_ras = kept.at(upper_mm[done]), kept.at(lower_mm[done])
    gap = _signed_gap_mm(cord, surface, lower_ras)
    return FallOff(
        from_percent=from_percent,
        to_percent=to_percent,
        toward=aim,
        plane=plane,
        **_summary(lower_mm[done] - upper_mm[done], 0.5 * (upper_ras + lower_ras)),
        rays=len(done),
        not_reached_90=int(np.count_nonzero(no_upper)),
        not_reached_50=failed - int(np.count_nonzero(no_upper)),
        lower_bound=failed > FAILED_SHARE * len(done),
        isodose_to_cord_mm=float(gap.min()) if len(gap) else float("nan"),
        isodose_to_cord_median_mm=float(np.median(gap)) if len(gap) else float("nan"),
        start_ras=kept.start_ras,
        cord_ras=kept.cord_ras,
        upper_ras=upper_ras,
        lower_ras=lower_ras,
        failed_ras=rays.start_ras[~done],
        reason=_reason(no_upper, done, from_percent, to_percent, aim),
    )


def _check(prescription_gy: float, from_percent: float, to_percent: float, plane: str) -> None:
    if not 0 < to_percent < from_percent < np.inf:
        raise InputError(
            f"The fall-off runs from a higher to a lower isodose, not from {from_percent:g} % "
            f"to {to_percent:g} %."
        )
    if not 0 < prescription_gy < np.inf:
        raise InputError(
            f"The fall-off needs the prescription in Gy; {prescription_gy:g} Gy is none."
        )
    if plane not in PLANES:
        raise InputError(f"Plane {plane!r} of the fall-off is not known; choose axial or 3d.")


def _unit(toward: ArrayLike, plane: str) -> FloatArray:
    direction: FloatArray = np.asarray(toward, dtype=np.float64)
    if direction.shape != (3,) or not np.isfinite(direction).all() or not direction.any():
        raise InputError(
            "The direction of the fall-off must be three numbers along R, A and S, not all 0."
        )
    direction = direction / np.linalg.norm(direction)
    if plane == "axial" and abs(direction[2]) > 1e-6:
        raise InputError(
            f"The direction of the fall-off leaves the axial plane (S part {direction[2]:.2g}); "
            "set its S part to 0 or choose plane 3d."
        )
    return direction


def _crossings(
    rays: Rays, dose: DoseGrid, upper_gy: float, lower_gy: float
) -> tuple[FloatArray, FloatArray]:
    """Distance (n,) of both crossings from each ray's start.

    nan for an isodose not reached; a ray that is hot up to its end has an upper crossing of inf.
    """
    step = float(np.clip(0.5 * dose.grid.spacing_mm.min(), 0.1, RAY_STEP_MM))
    farthest = float(rays.end_mm.max(initial=0.0))
    steps: FloatArray = np.arange(-BACKWARD_MM, farthest + step, step)
    places = np.minimum(steps, rays.end_mm[:, np.newaxis])
    values = dose.sample(rays.at(places).reshape(-1, 3)).reshape(places.shape)
    # Dose outside the grid is nan: neither hot nor cold, so nothing is found across its edge.
    hot = values >= upper_gy
    falls = hot[:, :-1] & (values[:, 1:] < upper_gy)
    upper = np.where(hot.any(axis=1), np.inf, np.nan)
    lower = np.full(len(upper), np.nan)
    falling = np.flatnonzero(falls.any(axis=1))
    last = falls.shape[1] - 1 - np.argmax(falls[falling, ::-1], axis=1)
    above, below = places[falling, last], places[falling, last + 1]
    upper[falling] = _closed_in(rays.chosen(falling), dose, above, below, upper_gy)
    cold = (values[falling] < lower_gy) & (np.arange(len(steps)) > last[:, np.newaxis])
    cooled = cold.any(axis=1)
    ray, first = falling[cooled], np.argmax(cold[cooled], axis=1)
    above = np.maximum(places[ray, first - 1], upper[ray])
    lower[ray] = _closed_in(rays.chosen(ray), dose, above, places[ray, first], lower_gy)
    return upper, lower


def _closed_in(
    rays: Rays, dose: DoseGrid, above_mm: FloatArray, below_mm: FloatArray, level_gy: float
) -> FloatArray:
    """Halve the stretches in which the dose falls below a level until they are microns long."""
    for _ in range(HALVINGS):
        middle = 0.5 * (above_mm + below_mm)
        is_above = dose.sample(rays.at(middle)) >= level_gy
        above_mm = np.where(is_above, middle, above_mm)
        below_mm = np.where(is_above, below_mm, middle)
    return 0.5 * (above_mm + below_mm)


def _signed_gap_mm(cord: Structure, surface: CordSurface, points_ras: FloatArray) -> FloatArray:
    """Distances to the cord's surface, negative inside; points with no cord beside them left out.

    Parameters
    ----------
    points_ras : (n, 3)
    """
    distance = surface.nearest(points_ras)[0]
    signed = np.where(holds(cord, points_ras), -distance, distance)
    return signed[np.isfinite(signed)]


def _summary(distance_mm: FloatArray, middle_ras: FloatArray) -> dict[str, Any]:
    """Median, smallest and largest distance and where the last two are."""
    if not len(distance_mm):
        nan, nowhere = float("nan"), np.full(3, np.nan)
        return {
            "median_mm": nan, "min_mm": nan, "max_mm": nan,
            "min_at_ras": nowhere, "max_at_ras": nowhere,
        }  # fmt: skip
    steepest, shallowest = int(np.argmin(distance_mm)), int(np.argmax(distance_mm))
    return {
        "median_mm": float(np.median(distance_mm)),
        "min_mm": float(distance_mm[steepest]),
        "max_mm": float(distance_mm[shallowest]),
        "min_at_ras": middle_ras[steepest],
        "max_at_ras": middle_ras[shallowest],
    }


def _reason(
    no_upper: BoolArray, done: BoolArray, from_percent: float, to_percent: float, aim: str
) -> str:
    """Say why there is no distance; empty when there is one."""
    if done.any():
        return ""
    if not len(done):
        return f"No point of the target's surface has a free way toward {aim}."
    if no_upper.all():
        return f"None of {len(done)} rays toward {aim} reaches {from_percent:g} %."
    return (
        f"None of {len(done)} rays toward {aim} falls from {from_percent:g} % to "
        f"{to_percent:g} % before its end."
    )
