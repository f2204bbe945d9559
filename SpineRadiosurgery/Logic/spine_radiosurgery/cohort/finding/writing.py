"""What was found, as CSV."""

from __future__ import annotations

from typing import Any

from ...report.tables import table_csv
from .cases import FoundCase, FoundCases

MANIFEST_COLUMNS = (
    "case", "folder", "target", "cord", "prescription_gy", "fractions", "structures", "plan",
    "dose", "remark",
)  # fmt: skip
UNMATCHED_COLUMNS = ("path", "kind", "files", "reason")


def manifest_csv(found: FoundCases) -> str:
    """Write the cases as a manifest (see `read_manifest`)."""
    return table_csv(MANIFEST_COLUMNS, map(_cells, found.rows))


def unmatched_csv(found: FoundCases) -> str:
    """Write what could not be matched, with the reasons."""
    rows = ({name: getattr(one, name) for name in UNMATCHED_COLUMNS} for one in found.unmatched)
    return table_csv(UNMATCHED_COLUMNS, rows)


def _cells(row: FoundCase) -> dict[str, Any]:
    dose_gy = row.prescription_gy
    return {
        "case": row.case,
        "folder": str(row.folder),
        "target": row.target,
        "cord": row.cord,
        "prescription_gy": int(dose_gy) if dose_gy and dose_gy == int(dose_gy) else dose_gy,
        "fractions": row.fractions,
        "structures": row.structures,
        "plan": row.plan,
        "dose": "|".join(row.dose),
        "remark": "; ".join(row.remarks),
    }
