"""Every number of a report, unrounded, by a name; and the comparison of two such lists."""

from __future__ import annotations

import math
import re
from collections.abc import Iterator, Mapping
from dataclasses import fields, is_dataclass
from numbers import Real
from typing import Any

import numpy as np

from spine_radiosurgery.report import Report

SAME = 1e-6
"""Gy, %, cc, mm or 1; of numbers larger than 1 this share of them."""
PLACES = ("_ras", "lower_mm", "upper_mm", "heights_mm")
"""Ends of the names of numbers that say where something lies."""
SETUP = "setup"
TURNED = (SETUP, "fall-off", "indices d2cm", "indices notes")
GROWN = "SpinalCord_PRV"
"""What is not the same for a patient who is turned about the superior axis: setup errors are along
the patient's axes; the planning risk volume is grown on a lattice along them; the fall-off's rays
here run in the planes of voxel faces, so that the last digit says which of them graze one; and the
box in which the dose 2 cm away must lie inside the grid has its edges along these axes, too."""

Numbers = dict[str, float | str]


def numbers_of(report: Report) -> Numbers:
    """Metrics, constraints, verdict, cord volumes, indices, fall-off, gaps, biology, robustness."""
    found: Numbers = {"verdict": report.verdict.status, "reason": report.verdict.reason}
    for entry in report.metrics:
        name = f"metric {entry.structure} {entry.metric.name}"
        found[name] = entry.metric.value
        found[f"{name} uncertainty"] = entry.metric.uncertainty
    for part, value in (
        ("constraint", {f"{n} {c.structure}": c for n, c in enumerate(report.constraints)}),
        ("indices", report.indices),
        ("gap", report.cord_gaps),
        ("biology", {f"{b.structure} {b.metric}": b for b in report.biology}),
        ("cord volume", [_without_structure(v) for v in report.cord_volumes]),
        ("fall-off", {plane: _scalars(f) for plane, f in report.falloff.found.items()}),
        ("outside", {name: s.outside_dose_cc for name, s in report.samples.items()}),
        (SETUP, report.robustness),
    ):
        found.update((f"{part}{path}", number) for path, number in _walk(value))
    return found


def numbers_in(document: Mapping[str, Any]) -> Numbers:
    """Every number and status of a report.json but for what names files, times and programs."""
    about = {"case", "generated_at", "generated_by", "pictures", "provenance", "warnings"}
    return dict(_walk({key: value for key, value in document.items() if key not in about}))


def differences(one: Numbers, other: Numbers) -> dict[str, float]:
    """By name, in the number's unit where it is small, else as a share of it; inf for the rest."""
    found = {}
    for name in one.keys() | other.keys():
        first, second = one.get(name), other.get(name)
        if first == second or (_is_nan(first) and _is_nan(second)):
            found[name] = 0.0
        elif (
            isinstance(first, float) and isinstance(second, float) and math.isfinite(first - second)
        ):
            found[name] = abs(first - second) / max(1.0, abs(first))
        else:
            found[name] = math.inf
    return found


def largest(one: Numbers, other: Numbers) -> tuple[float, str]:
    """The largest difference, and the number that differs so."""
    name, difference = max(differences(one, other).items(), key=lambda item: item[1])
    return difference, f"{name}: {one.get(name)} and {other.get(name)}"


def assert_same(one: Numbers, other: Numbers, tolerance: float = SAME) -> None:
    difference, where = largest(one, other)
    assert difference <= tolerance, f"{difference:.3g} apart, {where}"


def without(numbers: Numbers, *parts: str) -> Numbers:
    """The numbers whose names do not begin with any of these, for guises that change them."""
    return {name: value for name, value in numbers.items() if not name.startswith(parts)}


def without_places(numbers: Numbers) -> Numbers:
    """The numbers that stay when the whole patient is moved."""
    return {
        name: value
        for name, value in numbers.items()
        if not re.sub(r"\[\d+\]$", "", name).endswith(PLACES)
    }


def of_a_turned_patient(numbers: Numbers) -> Numbers:
    """The numbers that stay when the whole patient is turned about the superior axis."""
    return {
        name: value
        for name, value in without_places(without(numbers, *TURNED)).items()
        if GROWN not in name
    }


def _is_nan(value: Any) -> bool:
    return isinstance(value, float) and math.isnan(value)


def _without_structure(volume: Any) -> dict[str, Any]:
    return {f.name: getattr(volume, f.name) for f in fields(volume) if f.name != "structure"}


def _scalars(falloff: Any) -> Any:
    """A fall-off without its rays, whose number and order tell nothing of their own."""
    if isinstance(falloff, str):
        return falloff
    named = {f.name: getattr(falloff, f.name) for f in fields(falloff)}
    return {name: value for name, value in named.items() if not isinstance(value, np.ndarray)}


def _walk(value: Any, path: str = "") -> Iterator[tuple[str, float | str]]:
    if isinstance(value, bool | np.bool_):
        yield path, str(bool(value))
    elif isinstance(value, Real):
        yield path, float(value)
    elif isinstance(value, str):
        yield path, value
    elif isinstance(value, np.ndarray):
        yield from ((f"{path}[{n}]", float(v)) for n, v in enumerate(value.ravel()))
    elif isinstance(value, Mapping):
        for key, item in value.items():
            yield from _walk(item, f"{path} {key}")
    elif isinstance(value, list | tuple):
        for n, item in enumerate(value):
            yield from _walk(item, f"{path}[{n}]")
    elif is_dataclass(value):
        for f in fields(value):
            yield from _walk(getattr(value, f.name), f"{path} {f.name}")
