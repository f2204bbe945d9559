"""Spine radiosurgery planning research after Ryu et al. 2015: targets, cord volume, tolerance.

The public API; every name is loaded when first used, so that importing the package is cheap and
needs no library that a caller does not use.

Examples
--------
>>> import spine_radiosurgery as sr
>>> case = sr.read_dicom_case("plan")  # doctest: +SKIP
>>> report = sr.evaluate(case, target="CTV_L1", cord="SpinalCord")  # doctest: +SKIP
>>> report.verdict.status  # doctest: +SKIP
'pass'
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

__version__ = "0.1.0"

if TYPE_CHECKING:
    from .case import Case, ImageVolume, Prescription
    from .cord import CordVolume, PlanningRiskVolume, cord_volume, cord_volumes, prv
    from .dicom import inspect_folder, read_dicom_case, read_structure, write_dicom_case
    from .dose import (
        DoseGrid,
        DosePart,
        DoseSamples,
        DoseSum,
        FallOff,
        Metric,
        SetupRobustness,
        SetupScenario,
        dose_indices,
        fall_off,
        random_scenarios,
        sample_dose,
        setup_robustness,
        sum_doses,
        systematic_scenarios,
    )
    from .geometry import InputError, Structure
    from .phantom import SpinePhantom, make_phantom
    from .report import Report, evaluate
    from .tolerance import Protocol, Robustness, SetupUncertainty, assess_robustness, read_protocol

_ROOMS = {
    "case": ("Case", "ImageVolume", "Prescription"),
    "cord": ("CordVolume", "PlanningRiskVolume", "cord_volume", "cord_volumes", "prv"),
    "dicom": ("inspect_folder", "read_dicom_case", "read_structure", "write_dicom_case"),
    "dose": (
        "DoseGrid",
        "DosePart",
        "DoseSamples",
        "DoseSum",
        "FallOff",
        "Metric",
        "SetupRobustness",
        "SetupScenario",
        "dose_indices",
        "fall_off",
        "random_scenarios",
        "sample_dose",
        "setup_robustness",
        "sum_doses",
        "systematic_scenarios",
    ),
    "geometry": ("InputError", "Structure"),
    "phantom": ("SpinePhantom", "make_phantom"),
    "report": ("Report", "evaluate"),
    "tolerance": (
        "Protocol",
        "Robustness",
        "SetupUncertainty",
        "assess_robustness",
        "read_protocol",
    ),
}
_HOME = {name: room for room, names in _ROOMS.items() for name in names}

__all__ = [
    "Case",
    "CordVolume",
    "DoseGrid",
    "DosePart",
    "DoseSamples",
    "DoseSum",
    "FallOff",
    "ImageVolume",
    "InputError",
    "Metric",
    "PlanningRiskVolume",
    "Prescription",
    "Protocol",
    "Report",
    "Robustness",
    "SetupRobustness",
    "SetupScenario",
    "SetupUncertainty",
    "SpinePhantom",
    "Structure",
    "assess_robustness",
    "cord_volume",
    "cord_volumes",
    "dose_indices",
    "evaluate",
    "fall_off",
    "inspect_folder",
    "make_phantom",
    "prv",
    "random_scenarios",
    "read_dicom_case",
    "read_protocol",
    "read_structure",
    "sample_dose",
    "setup_robustness",
    "sum_doses",
    "systematic_scenarios",
    "write_dicom_case",
]


def __getattr__(name: str) -> Any:
    if name not in _HOME:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    value = getattr(import_module(f".{_HOME[name]}", __name__), name)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return sorted([*globals(), *__all__])
