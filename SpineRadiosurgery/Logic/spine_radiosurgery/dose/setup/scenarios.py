"""Setup scenarios: how the patient may lie differently from the plan."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.spatial.transform import Rotation

from ...geometry import InputError

FloatArray = NDArray[np.float64]

AXES = "RAS"
SHIFTS_MM = (1.0, 1.5, 2.0)
CORNER_MM = 1.5
"""Length of the diagonal shifts: the setup accuracy of Ryu et al. 2015 and RTOG 0631."""
TURNS_DEG = (1.0, 2.0)
SIGMA_MM = (0.8, 0.8, 0.8)
"""Residual random error with daily image guidance is 0.7 to 0.8 mm an axis."""
SIGMA_DEG = (0.5, 0.5, 0.5)


@dataclass(frozen=True)
class SetupScenario:
    """One rigid displacement of the patient; the dose stays where it is.

    The patient first turns about the rotation centre, about the R, then the A, then the S axis
    (fixed axes, right-handed: about R moves anterior toward superior, about A superior toward
    right, about S right toward anterior), then shifts.

    Attributes
    ----------
    label : str
        In words, "1.5 mm toward A".
    shift_mm : (R, A, S)
        Positive toward the patient's right, anterior, superior.
    rotation_deg : (about R, about A, about S)
    """

    label: str
    shift_mm: tuple[float, float, float] = (0.0, 0.0, 0.0)
    rotation_deg: tuple[float, float, float] = (0.0, 0.0, 0.0)

    def __post_init__(self) -> None:
        for what, values in (("shift", self.shift_mm), ("rotation", self.rotation_deg)):
            if len(values) != 3 or not np.isfinite(values).all():
                raise InputError(
                    f"Setup scenario {self.label}: the {what} must be three finite numbers "
                    f"(R, A, S), not {values}."
                )


NOMINAL = SetupScenario("nominal")


def systematic_scenarios() -> tuple[SetupScenario, ...]:
    """Return the systematic set of 39 scenarios.

    The nominal setup; 1, 1.5 and 2 mm both ways along each axis (18); the 8 corners of a cube that
    are 1.5 mm away; 1 and 2 degrees both ways about each axis (12).
    """
    shifts = [
        SetupScenario(f"{size:g} mm toward {_letter(axis, sign)}", _along(axis, sign * size))
        for size in SHIFTS_MM
        for axis in range(3)
        for sign in (1, -1)
    ]
    corners = [
        SetupScenario(
            f"{CORNER_MM:g} mm toward {''.join(_letter(n, s) for n, s in enumerate((r, a, s)))}",
            _triple(CORNER_MM / np.sqrt(3) * np.array([r, a, s])),
        )
        for r in (1, -1)
        for a in (1, -1)
        for s in (1, -1)
    ]
    turns = [
        SetupScenario(
            f"{sign * size:+g} deg about {AXES[axis]}", rotation_deg=_along(axis, sign * size)
        )
        for size in TURNS_DEG
        for axis in range(3)
        for sign in (1, -1)
    ]
    return (NOMINAL, *shifts, *corners, *turns)


def random_scenarios(
    count: int = 1000,
    *,
    sigma_mm: Sequence[float] = SIGMA_MM,
    sigma_deg: Sequence[float] = SIGMA_DEG,
    seed: int = 0,
) -> tuple[SetupScenario, ...]:
    """Draw independent normal shifts and rotations.

    Parameters
    ----------
    count : int
    sigma_mm, sigma_deg : sequence of 3 float
        Standard deviations along and about R, A, S; 0 for none.
    seed : int
        The same seed gives the same scenarios.

    Raises
    ------
    InputError
        A count below 1, or a standard deviation that is negative or not finite.
    """
    if count < 1:
        raise InputError(f"The number of setup scenarios, {count}, must be 1 or more.")
    sigma = np.array([*check_sigma(sigma_mm, "mm"), *check_sigma(sigma_deg, "deg")])
    drawn = np.random.default_rng(seed).normal(size=(count, 6)) * sigma
    return tuple(
        SetupScenario(f"random {n}", _triple(row[:3]), _triple(row[3:]))
        for n, row in enumerate(drawn, start=1)
    )


def check_sigma(sigma: Sequence[float], unit: str) -> tuple[float, float, float]:
    """Return three standard deviations; refuse others."""
    values = np.asarray(sigma, dtype=np.float64)
    if values.shape != (3,) or not np.isfinite(values).all() or (values < 0).any():
        raise InputError(
            f"The setup uncertainty must be three standard deviations (R, A, S) of 0 {unit} or "
            f"more, not {tuple(sigma)}."
        )
    return _triple(values)


def rigid_motions(scenarios: Iterable[SetupScenario]) -> tuple[FloatArray, FloatArray]:
    """Rotation matrices (n, 3, 3) and shifts (n, 3) in RAS mm of the scenarios."""
    listed = list(scenarios)
    turns = Rotation.from_euler("xyz", [s.rotation_deg for s in listed], degrees=True)
    return turns.as_matrix(), np.array([s.shift_mm for s in listed], dtype=np.float64)


def _letter(axis: int, sign: int) -> str:
    return AXES[axis] if sign > 0 else "LPI"[axis]


def _along(axis: int, value: float) -> tuple[float, float, float]:
    return _triple(value * np.eye(3)[axis])


def _triple(values: FloatArray) -> tuple[float, float, float]:
    first, second, third = values.tolist()
    return first, second, third
