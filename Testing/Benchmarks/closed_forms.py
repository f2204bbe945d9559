"""Ideal solids in a linear dose: how far is the whole curve from its closed form?"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import cache

import numpy as np
from doses import linear_dose
from numpy.typing import NDArray
from page import Picture, Section, Table, number
from pictures import closed_form_picture
from scipy.optimize import brentq
from scipy.spatial.transform import Rotation
from solids import Solid, contours, solids

from spine_radiosurgery.dose import DoseSamples, sample_dose
from spine_radiosurgery.geometry import Structure

FloatArray = NDArray[np.float64]

CONTOUR_SPACINGS_MM = (0.2, 1.0, 2.0, 3.0)
DOSE_SPACINGS_MM = (0.5, 1.0, 2.0, 2.5, 3.0)
BETWEEN = ("slabs", "linear")
MIDDLE_GY, GRADIENT_GY_MM = 16.0, 1.0
OBLIQUE_GRID = Rotation.from_euler("xyz", (20, 30, -40), degrees=True)
NELMS = ("sphere", "cylinder", "cylinder, lying", "cone", "cone, lying")
PERCENTS = (99, 95, 5, 1)
SEED = 20261121


@dataclass(frozen=True)
class Case:
    """One solid in one dose, and how far we are off.

    Attributes
    ----------
    curve_percent : float
        Worst point of the curve, in percentage points of each one's own volume.
    volume_percent : float
        Signed error of the volume.
    mean_gy, near_max_gy : float
        Signed errors of the mean and of D0.035cc.
    dose_gy : tuple of float
        Signed errors of D99 %, D95 %, D5 %, D1 %.
    """

    solid: str
    contour_spacing_mm: float
    dose_spacing_mm: float
    between: str
    oblique_grid: bool
    curve_percent: float
    volume_percent: float
    mean_gy: float
    near_max_gy: float
    dose_gy: tuple[float, ...]


@cache
def measured() -> tuple[Case, ...]:
    return tuple(_cases())


def _cases() -> Iterator[Case]:
    random = np.random.default_rng(SEED)
    for solid in solids():
        for spacing in CONTOUR_SPACINGS_MM:
            outlines = contours(solid, spacing)
            for between in BETWEEN:
                body = Structure.from_contours(solid.name, outlines, between=between)
                for dose_spacing in DOSE_SPACINGS_MM:
                    for along in (True, False):
                        oblique = bool(random.integers(2))
                        yield _case(solid, body, spacing, dose_spacing, along, oblique, random)


def _case(
    solid: Solid,
    body: Structure,
    contour_spacing_mm: float,
    dose_spacing_mm: float,
    along: bool,
    oblique: bool,
    random: np.random.Generator,
) -> Case:
    dose = linear_dose(
        GRADIENT_GY_MM * solid.direction(along),
        MIDDLE_GY,
        spacing_mm=dose_spacing_mm,
        half_width_mm=16.0 if not oblique else 25.0,
        shift_mm=random.uniform(-0.5, 0.5, 3) * dose_spacing_mm,
        turn=OBLIQUE_GRID if oblique else Rotation.identity(),
    )
    truth = Truth(solid, along)
    samples = sample_dose(body, dose)
    tau = np.linspace(-0.999, 0.999, 400)
    found = 100 * samples.cumulative(truth.dose_at(tau)) / samples.volume_cc
    return Case(
        solid.name,
        contour_spacing_mm,
        dose_spacing_mm,
        body.between_contours,
        oblique,
        float(np.abs(found - 100 * truth.share(tau)).max()),
        100 * (samples.volume_cc * 1000 / solid.volume_mm3 - 1),
        samples.mean_gy - truth.mean_gy(),
        _near_max(samples) - truth.dose_of(35 / solid.volume_mm3),
        tuple(samples.dose_at_volume(percent=p) - truth.dose_of(p / 100) for p in PERCENTS),
    )


def _near_max(samples: DoseSamples) -> float:
    return samples.dose_at_volume(cc=0.035)


class Truth:
    """The closed form of a solid in the dose of this benchmark."""

    def __init__(self, solid: Solid, along: bool) -> None:
        self.share = solid.share_along if along else solid.share_across
        self.half_mm = solid.half_mm(along)

    def dose_at(self, tau: FloatArray) -> FloatArray:
        return MIDDLE_GY + GRADIENT_GY_MM * self.half_mm * tau

    def dose_of(self, share: float) -> float:
        """Dose that a share of the volume receives at least."""
        tau = brentq(lambda t: float(self.share(np.array(t))) - share, -1, 1, xtol=1e-12)
        return float(self.dose_at(np.array(tau)))

    def mean_gy(self) -> float:
        """Integral of the curve over the dose."""
        tau = np.linspace(-1, 1, 200_001)
        share = self.share(tau)
        mean_tau = -1 + float(((share[1:] + share[:-1]) / 2 * np.diff(tau)).sum())
        return float(self.dose_at(np.array(mean_tau)))


def section() -> Section:
    cases = measured()
    closed_form_picture("closed-forms.png", cases)
    nelms = [c for c in cases if c.solid in NELMS]
    others = [c for c in cases if c.solid not in NELMS]
    return Section(
        "Closed forms",
        [
            "Sphere, cylinder and cone of Nelms 2015 (24 mm, upright and lying), an ellipsoid and "
            "two oblique bodies, all 24 mm tall, in a dose of 1 Gy/mm along and across their axis. "
            "Contours lie at slab centers; the truth is the ideal solid, so what contours of that "
            "spacing cannot tell is part of the error. The worst point is that of the curve in "
            "percent of each one's own volume; the volume has a column of its own. Bars, for the "
            "Nelms solids: 1 point with slabs up to 2 mm and with linear interpolation at 3 mm, "
            "1.2 points with slabs at 3 mm. Dose grids of 0.5, 1, 2, 2.5 and 3 mm, "
            "shifted by a random part of a voxel (seeded), half of them oblique: "
            f"{len(cases)} cases.",
            _by_contours("Nelms solids", nelms),
            _by_contours("Ellipsoids and oblique cylinder", others),
            _by_solid(cases),
            _by_grid(nelms),
            Picture("closed-forms.png", "Worst point of the curve against the contour spacing"),
        ],
    )


HEADER = (
    "worst point, points",
    "mean of worst points",
    "volume, %",
    "mean, Gy",
    *(f"D{p}%, Gy" for p in PERCENTS),
    "D0.035cc, Gy",
)


def _figures(cases: Sequence[Case]) -> list[str]:
    def worst(value: Callable[[Case], float]) -> float:
        return max(abs(value(case)) for case in cases)

    return [
        number(worst(lambda c: c.curve_percent)),
        number(float(np.mean([c.curve_percent for c in cases]))),
        number(worst(lambda c: c.volume_percent)),
        number(worst(lambda c: c.mean_gy), 3),
        *(number(max(abs(c.dose_gy[n]) for c in cases), 3) for n in range(len(PERCENTS))),
        number(worst(lambda c: c.near_max_gy), 3),
    ]


def _by_contours(name: str, cases: Sequence[Case]) -> Table:
    rows = []
    for between in BETWEEN:
        for spacing in CONTOUR_SPACINGS_MM:
            wanted = (spacing, between)
            chosen = [c for c in cases if (c.contour_spacing_mm, c.between) == wanted]
            rows.append([f"{spacing:g} mm, {between}", *_figures(chosen)])
    return Table(f"{name}: largest errors by contour spacing.", ["contours", *HEADER], rows)


def _by_solid(cases: Sequence[Case]) -> Table:
    rows = []
    for solid in dict.fromkeys(c.solid for c in cases):
        for between in BETWEEN:
            chosen = [
                c
                for c in cases
                if (c.solid, c.between) == (solid, between) and c.contour_spacing_mm == 3.0
            ]
            rows.append([f"{solid}, {between}", *_figures(chosen)])
    return Table("Largest errors by solid, contours every 3 mm.", ["solid", *HEADER], rows)


def _by_grid(cases: Sequence[Case]) -> Table:
    rows = []
    for spacing in DOSE_SPACINGS_MM:
        for oblique in (False, True):
            wanted = (spacing, oblique, 0.2)
            chosen = [
                c
                for c in cases
                if (c.dose_spacing_mm, c.oblique_grid, c.contour_spacing_mm) == wanted
            ]
            if chosen:
                grid = "oblique" if oblique else "axial"
                rows.append([f"{spacing:g} mm, {grid}", *_figures(chosen)])
    caption = "Nelms solids, contours every 0.2 mm: what is left is the sampling."
    return Table(caption, ["dose grid", *HEADER], rows)
