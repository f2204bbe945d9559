"""The dose: grid, sampling without bins, metrics, indices, fall-off."""

from __future__ import annotations

from .falloff import FallOff, fall_off
from .grid import DoseGrid
from .indices import DoseIndices, dose_indices, isodose_volume_cc
from .metric_names import MetricName, parse_metric_name
from .samples import DoseSamples, Metric
from .sampling import sample_dose

__all__ = [
    "DoseGrid",
    "DoseIndices",
    "DoseSamples",
    "FallOff",
    "Metric",
    "MetricName",
    "dose_indices",
    "fall_off",
    "isodose_volume_cc",
    "parse_metric_name",
    "sample_dose",
]
