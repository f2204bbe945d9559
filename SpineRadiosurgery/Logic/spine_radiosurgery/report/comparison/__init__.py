"""Two plans of one patient side by side, made from their `report.json` documents."""

from __future__ import annotations

from .page import compare_reports
from .writing import read_plan, write_comparison

__all__ = ["compare_reports", "read_plan", "write_comparison"]
