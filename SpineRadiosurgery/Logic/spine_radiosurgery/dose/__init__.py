"""The dose: grid, sampling without bins, metrics, indices, fall-off."""

from __future__ import annotations

from .accumulation import DosePart, DoseSum, sum_doses
from .biology import LIMITS_OF_USE, BiologicalRow, bed_gy, biological_rows, eqd2_gy
from .equivalent import generalised_equivalent_uniform_dose_gy
from .falloff.measuring import FallOff, fall_off
from .grid import DoseGrid
from .metric_names import MetricName, parse_metric_name
from .plan_quality.indices import DoseIndices, dose_indices
from .plan_quality.isodoses import IsodoseVolume, isodose_volume, isodose_volume_cc
from .samples import DoseSamples, Metric
from .sampling import SamplingTolerance, sample_dose
from .setup.grains import centroid_ras
from .setup.robustness import (
    DoseVolumeBand,
    SetupRobustness,
    StaticDoseModel,
    StructureRobustness,
    setup_robustness,
)
from .setup.scenarios import (
    SIGMA_DEG,
    SIGMA_MM,
    SetupScenario,
    check_sigma,
    random_scenarios,
    systematic_scenarios,
)

__all__ = [
    "LIMITS_OF_USE",
    "SIGMA_DEG",
    "SIGMA_MM",
    "BiologicalRow",
    "DoseGrid",
    "DoseIndices",
    "DosePart",
    "DoseSamples",
    "DoseSum",
    "DoseVolumeBand",
    "FallOff",
    "IsodoseVolume",
    "Metric",
    "MetricName",
    "SamplingTolerance",
    "SetupRobustness",
    "SetupScenario",
    "StaticDoseModel",
    "StructureRobustness",
    "bed_gy",
    "biological_rows",
    "centroid_ras",
    "check_sigma",
    "dose_indices",
    "eqd2_gy",
    "fall_off",
    "generalised_equivalent_uniform_dose_gy",
    "isodose_volume",
    "isodose_volume_cc",
    "parse_metric_name",
    "random_scenarios",
    "sample_dose",
    "setup_robustness",
    "sum_doses",
    "systematic_scenarios",
]
