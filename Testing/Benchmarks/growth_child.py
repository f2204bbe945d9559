"""One structure in one dose, in a process of its own: arguments cc, voxels, their edge in mm."""

from __future__ import annotations

import json
import sys

import numpy as np
from machine import best_of
from memory import forget_peak_memory, peak_memory_mb

import spine_radiosurgery as sr

METRICS = ("D10%[Gy]", "V10Gy[%]", "D0.035cc[Gy]")


def ball(volume_cc: float) -> list[np.ndarray]:
    radius = (volume_cc * 1000 * 3 / 4 / np.pi) ** (1 / 3)
    angle = np.linspace(0, 2 * np.pi, 120, endpoint=False)
    outlines = []
    for height in np.arange(-radius + 1, radius, 2.0):
        reach = np.sqrt(radius**2 - height**2)
        outlines.append(
            np.column_stack([reach * np.cos(angle), reach * np.sin(angle), 0 * angle + height])
        )
    return outlines


def hill(voxels: float, spacing_mm: float) -> sr.DoseGrid:
    """A cube around the origin with a smooth top beside it."""
    count = round(voxels ** (1 / 3))
    place = spacing_mm * (np.arange(count) - (count - 1) / 2)
    bell = np.exp(-(((place - 5) / 40) ** 2))
    values = 20 * bell[:, None, None] * bell[None, :, None] * bell[None, None, :]
    matrix = np.diag([spacing_mm, spacing_mm, spacing_mm, 1.0])
    matrix[:3, 3] = place[0]
    return sr.DoseGrid(values, matrix)


def main(volume_cc: float, voxels: float, spacing_mm: float) -> None:
    outlines = ball(volume_cc)
    dose = hill(voxels, spacing_mm)

    def work() -> list[float]:
        body = sr.Structure.from_contours("Ball", outlines)
        samples = sr.sample_dose(body, dose, metrics=METRICS)
        return [samples.metric(name).value for name in METRICS]

    forget_peak_memory()
    before = peak_memory_mb()
    first_s, _ = best_of(1, work)
    memory_mb = peak_memory_mb() - before
    again_s, _ = best_of(2, work)
    json.dump({"time_s": min(first_s, again_s), "memory_mb": memory_mb}, sys.stdout)


if __name__ == "__main__":
    main(*(float(argument) for argument in sys.argv[1:4]))
