"""A cord-like cylinder, a tenth of which receives 10 Gy: the case that the verdict turns on."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from doses import linear_dose
from machine import best_of
from numpy.typing import NDArray
from page import Picture, Section, Table, number, seconds
from pictures import cord_picture
from scipy.optimize import brentq
from solids import share_of_disc

from spine_radiosurgery.dose import DoseGrid, sample_dose
from spine_radiosurgery.geometry import Structure

FloatArray = NDArray[np.float64]

RADIUS_MM, LENGTH_MM, GRADIENT_GY_MM = 5.0, 40.0, 1.28
IDEAL_CC = np.pi * RADIUS_MM**2 * LENGTH_MM / 1000
DOSE_SPACINGS_MM = (1.0, 2.0, 2.5)
CONTOUR_SPACINGS_MM = (1.0, 2.0, 2.5)
OFFSETS = 24
VERTICES = 90
SEED = 12
METRICS = ("V10Gy[%]", "D10%[Gy]")
TAU_10 = float(brentq(lambda tau: float(share_of_disc(np.array(tau))) - 0.1, -1, 1))


@dataclass(frozen=True, eq=False)
class CordCase:
    """A cylinder (contours) and a dose, shifted against each other."""

    contours: list[FloatArray]
    dose: DoseGrid
    dose_spacing_mm: float


def cord_cases(offsets: int = OFFSETS) -> list[CordCase]:
    """Random offsets and directions of the dose's rise; straight ones among them."""
    random = np.random.default_rng(SEED)
    return [
        _cord_case(n, dose_spacing, random)
        for dose_spacing in DOSE_SPACINGS_MM
        for n in range(offsets)
    ]


def _cord_case(n: int, dose_spacing_mm: float, random: np.random.Generator) -> CordCase:
    turn = random.uniform(0, 360)
    angle = np.radians((0.0, 90.0, 180.0, 45.0)[n] if n < 4 else turn)
    shift = random.uniform(-0.5, 0.5, 3) * dose_spacing_mm
    rise = GRADIENT_GY_MM * np.array([np.cos(angle), np.sin(angle), 0.0])
    at_origin = 10 - GRADIENT_GY_MM * TAU_10 * RADIUS_MM - float(rise @ shift)
    dose = linear_dose(rise, at_origin, spacing_mm=dose_spacing_mm, half_width_mm=(12, 12, 26))
    return CordCase(cylinder_contours(CONTOUR_SPACINGS_MM[n % 3], shift), dose, dose_spacing_mm)


def cylinder_contours(spacing_mm: float, centre: FloatArray) -> list[FloatArray]:
    """Polygons of exactly the circle's area at the centres of slabs that fill the length."""
    step = 2 * np.pi / VERTICES
    radius = RADIUS_MM * np.sqrt(step / np.sin(step))
    angle = step * np.arange(VERTICES)
    count = round(LENGTH_MM / spacing_mm)
    return [
        np.column_stack([radius * np.cos(angle), radius * np.sin(angle), np.full(VERTICES, height)])
        + centre
        for height in (np.arange(count) + 0.5) * spacing_mm - LENGTH_MM / 2
    ]


@dataclass(frozen=True)
class CordResult:
    """Signed errors, what we said they might be, and the time.

    Attributes
    ----------
    v10_points, d10_gy, volume_percent : float
    v10_said, d10_said : float
        The uncertainty that goes with the metric.
    time_s : float
        From contours to metrics, best of three.
    """

    dose_spacing_mm: float
    v10_points: float
    d10_gy: float
    volume_percent: float
    v10_said: float
    d10_said: float
    time_s: float


def evaluated(case: CordCase) -> CordResult:
    def work() -> tuple[float, ...]:
        cord = Structure.from_contours("SpinalCord", case.contours)
        samples = sample_dose(cord, case.dose, metrics=METRICS)
        v10, d10 = (samples.metric(name) for name in METRICS)
        return v10.value, d10.value, samples.volume_cc, v10.uncertainty, d10.uncertainty

    time_s, (v10, d10, volume_cc, v10_said, d10_said) = best_of(3, work)
    return CordResult(
        case.dose_spacing_mm,
        v10 - 10,
        d10 - 10,
        100 * (volume_cc / IDEAL_CC - 1),
        v10_said,
        d10_said,
        time_s,
    )


def section() -> Section:
    results = [evaluated(case) for case in cord_cases()]
    cord_picture("cord.png", results)
    header = [
        "dose grid",
        "V10Gy worst (mean), points",
        "D10% worst (mean), Gy",
        "volume worst, %",
        "V10Gy within ±",
        "D10% within ±",
        "largest ± (points, Gy)",
        "time median (worst)",
    ]
    rows = [
        _row(f"{spacing:g} mm", [r for r in results if r.dose_spacing_mm == spacing])
        for spacing in DOSE_SPACINGS_MM
    ]
    return Section(
        "Cord-like cylinder",
        [
            f"Radius 5 mm, length 40 mm, contours every 1, 2 or 2.5 mm, dose rising by 1.28 Gy/mm "
            f"across it: V10Gy is 10 % and D10% is 10 Gy exactly. {OFFSETS} random offsets and "
            "directions for each dose grid. Bars: 0.1 points, 0.02 Gy, 0.1 % and 20 ms. "
            "“Within ±” is the share of cases whose true error the reported uncertainty covers.",
            Table("Errors of the cord-like cylinder.", header, rows),
            Picture("cord.png", "Every offset: error of V10Gy and of D10% with the reported ±"),
        ],
    )


def _row(name: str, results: Sequence[CordResult]) -> list[str]:
    v10 = np.array([r.v10_points for r in results])
    d10 = np.array([r.d10_gy for r in results])
    v10_said = np.array([r.v10_said for r in results])
    d10_said = np.array([r.d10_said for r in results])
    times = [r.time_s for r in results]
    return [
        name,
        f"{number(np.abs(v10).max(), 3)} ({number(v10.mean(), 3)})",
        f"{number(np.abs(d10).max(), 4)} ({number(d10.mean(), 4)})",
        number(max(abs(r.volume_percent) for r in results), 4),
        f"{100 * np.mean(np.abs(v10) <= v10_said):.0f} %",
        f"{100 * np.mean(np.abs(d10) <= d10_said):.0f} %",
        f"{number(v10_said.max(), 3)}, {number(d10_said.max(), 4)}",
        f"{seconds(float(np.median(times)))} ({seconds(max(times))})",
    ]
