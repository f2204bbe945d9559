"""Many cases: a manifest of them, their evaluation on Dask, tables, statistics and a summary."""

from .manifest import read_manifest
from .running import run_cohort
from .settings import CohortSettings

__all__ = ["CohortSettings", "read_manifest", "run_cohort"]
