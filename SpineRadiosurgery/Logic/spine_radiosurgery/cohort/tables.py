"""The tables of a cohort, as CSV and as Parquet, written case by case."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any

from ..assessment import record_columns
from ..report.tables import CONSTRAINT_COLUMNS, csv_lines
from .levels import levels_of
from .result import CaseResult
from .row import ManifestRow
from .storing import TABLES

ROW_GROUP = 10_000
"""Rows kept in memory before they are written."""
CORD_METRICS = ("D10%[Gy]", "D0.035cc[Gy]", "V10Gy[%]", "V10Gy[cc]")
CASE_COLUMNS = (
    "case", "status", "reason", "verdict", "verdict_reason", "decided_by", "level", "template",
    "protocol", "prescription_gy", "fractions", "target_volume_cc", "cord_volume_cc",
    *CORD_METRICS, "falloff_median_mm", "seconds",
)  # fmt: skip
METRIC_COLUMNS = (
    "case", "structure", "role", "metric", "value", "unit", "uncertainty", "reason",
)  # fmt: skip
_NUMBERS = {
    *("prescription_gy", "fractions", "target_volume_cc", "cord_volume_cc", *CORD_METRICS),
    *("falloff_median_mm", "seconds", "value", "uncertainty", "limit"),
}
_RECORD_NUMBERS = {
    *("sites", "sins_minimum", "sins_maximum", "performance_ecog", "fractions"),
    *("eligibility_met", "eligibility_not_met", "eligibility_not_evaluable"),
    *("pain_baseline", "pain_best", "pain_last", "failures", "complications"),
}
_RECORD_NUMBERS_END = ("_percent", "_mm", "_mm2", "_cc", "_day", "_gy", "_years")

Rows = Iterable[Mapping[str, Any]]


def is_number(table: str, column: str) -> bool:
    """Whether a column of one of our tables holds numbers (float64 in Parquet), or texts."""
    if table == "assessments":
        return column in _RECORD_NUMBERS or column.endswith(_RECORD_NUMBERS_END)
    return column in _NUMBERS


def free_names(columns: Sequence[str]) -> dict[str, str]:
    """Return what the manifest's free columns are called in `cases`, where a name may be taken."""
    taken, found = set(CASE_COLUMNS), {}
    for column in columns:
        name = column
        while name in taken:
            name = f"{name} (manifest)"
        taken.add(name)
        found[column] = name
    return found


class CohortTables:
    """Writes the rows of one case after another (see `cohort_tables`)."""

    def __init__(self, tables: Mapping[str, _Table], free: Mapping[str, str]) -> None:
        self._tables = tables
        self._free = free

    def add(self, row: ManifestRow, result: CaseResult) -> None:
        """Write what a case adds to each table: to `cases` and `assessments` also if it failed.

        Parameters
        ----------
        row : ManifestRow
        result : CaseResult
        """
        free = {name: row.columns.get(column, "") for column, name in self._free.items()}
        case = {"case": row.case}
        self._tables["cases"].add([{**case_cells(row, result), **free}])
        if result.assessment:
            self._tables["assessments"].add([{**result.assessment, **case}])
        document = result.document
        if document is None:
            return
        roles = {s["name"]: s["role"] for s in document["case"]["structures"]}
        self._tables["metrics"].add(
            {**metric, **case, "role": roles.get(metric["structure"], "")}
            for metric in document["metrics"]
        )
        self._tables["constraints"].add({**limit, **case} for limit in document["constraints"])


@contextmanager
def cohort_tables(paths: Mapping[str, Path], columns: Sequence[str]) -> Iterator[CohortTables]:
    """Give what writes the tables.

    Parameters
    ----------
    paths : mapping of str to Path
        Of "cases.csv", "cases.parquet" and so on: where each is written to.
    columns : sequence of str
        Free columns of the manifest.

    Raises
    ------
    OSError
    """
    free = free_names(columns)
    of_tables = {
        "cases": (*CASE_COLUMNS, *free.values()),
        "metrics": METRIC_COLUMNS,
        "constraints": ("case", *CONSTRAINT_COLUMNS),
        "assessments": ("case", *record_columns()),
    }
    with ExitStack() as stack:
        tables = {
            name: stack.enter_context(
                _table(name, of_tables[name], paths[f"{name}.csv"], paths[f"{name}.parquet"])
            )
            for name in TABLES
        }
        yield CohortTables(tables, free)


def case_cells(row: ManifestRow, result: CaseResult) -> dict[str, Any]:
    """Return the cells of a case's row in `cases`; None is open.

    Parameters
    ----------
    row : ManifestRow
    result : CaseResult
    """
    cells: dict[str, Any] = dict.fromkeys(CASE_COLUMNS)
    cells |= {
        "case": row.case,
        "status": result.status,
        "reason": result.reason,
        "level": row.level,
        "template": row.template,
        "seconds": result.seconds,
    }
    document = result.document
    if document is None:
        return cells
    verdict, volume = document["verdict"], document["cord_volume"]
    of_cord = {m["metric"]: m for m in document["metrics"] if m["structure"] == volume["name"]}
    return {
        **cells,
        "verdict": verdict["status"],
        "verdict_reason": verdict["reason"],
        "decided_by": verdict["decided_by"],
        "level": row.level or ",".join(levels_of(row, document)),
        "protocol": document["provenance"]["protocol"]["identifier"],
        "prescription_gy": document["prescription"]["dose_gy"],
        "fractions": document["prescription"]["fractions"],
        "target_volume_cc": document["target"]["volume_cc"],
        "cord_volume_cc": volume["volume_cc"],
        **{name: of_cord[name]["value"] for name in CORD_METRICS if name in of_cord},
        "falloff_median_mm": (document["falloff"] or {}).get("median_mm"),
    }


class _Table:
    """One table in both formats; a few thousand rows are held at a time."""

    def __init__(self, columns: Sequence[str], text: Any, parquet: Any, schema: Any) -> None:
        self._columns = columns
        self._text = text
        self._parquet = parquet
        self._schema = schema
        self._numbers = {field.name: field.type == "double" for field in schema}
        self._rows: list[dict[str, Any]] = []
        text.write(csv_lines(columns, [dict(zip(columns, columns, strict=True))]))

    def add(self, rows: Rows) -> None:
        for row in rows:
            self._rows.append({n: _cell(row[n], self._numbers[n]) for n in self._columns})
            if len(self._rows) == ROW_GROUP:
                self.flush()

    def flush(self) -> None:
        import pyarrow

        if self._rows:
            self._text.write(csv_lines(self._columns, self._rows))
            self._parquet.write_table(pyarrow.Table.from_pylist(self._rows, self._schema))
            self._rows.clear()


@contextmanager
def _table(name: str, columns: Sequence[str], text: Path, parquet: Path) -> Iterator[_Table]:
    import pyarrow
    from pyarrow.parquet import ParquetWriter

    kinds = {True: pyarrow.float64(), False: pyarrow.string()}
    schema = pyarrow.schema([(column, kinds[is_number(name, column)]) for column in columns])
    with (
        text.open("w", encoding="utf-8", newline="") as stream,
        ParquetWriter(parquet, schema, compression="zstd") as writer,
    ):
        table = _Table(columns, stream, writer, schema)
        yield table
        table.flush()


def _cell(value: Any, is_number: bool) -> Any:
    if value is None or is_number:
        return value
    if isinstance(value, bool):
        return "yes" if value else "no"
    # Half characters out of damaged files cannot be written.
    return str(value).encode("utf-8", "replace").decode("utf-8")
