from __future__ import annotations

import csv
import math
from dataclasses import replace
from pathlib import Path

import pyarrow.parquet as parquet
import pytest
from hypothesis import given
from record_strategies import records

from spine_radiosurgery.assessment import record_columns, record_row
from spine_radiosurgery.cohort.levels import levels_of
from spine_radiosurgery.cohort.result import EVALUATED, FAILED, CaseResult
from spine_radiosurgery.cohort.row import ManifestRow
from spine_radiosurgery.cohort.storing import TABLES
from spine_radiosurgery.cohort.tables import (
    CASE_COLUMNS,
    case_cells,
    cohort_tables,
    free_names,
    is_number,
)

DOCUMENT = {
    "case": {"structures": [{"name": "CTV_T8", "role": "target"}, {"name": "C", "role": "cord"}]},
    "targets": [{"name": "CTV_T8"}],
    "target_definitions": [],
    "target": {"volume_cc": 12.5},
    "cord_volume": {"name": "C", "volume_cc": 1.25},
    "verdict": {"status": "pass", "reason": "V10Gy = 2 %", "decided_by": "C V10Gy[%]"},
    "prescription": {"dose_gy": 16.0, "fractions": 1},
    "falloff": {"median_mm": 3.5},
    "provenance": {"protocol": {"identifier": "ryu-2015"}},
    "metrics": [
        {"structure": "C", "metric": "V10Gy[%]", "value": 2.0, "unit": "%", "uncertainty": 0.1,
         "reason": ""},
        {"structure": "CTV_T8", "metric": "D5%[Gy]", "value": None, "unit": "Gy",
         "uncertainty": None, "reason": "outside the dose"},
    ],
    "constraints": [
        {"protocol": "ryu-2015", "group": "", "role": "decides", "structure": "=C", "metric": "V",
         "comparator": "<=", "limit": 10, "value": 2.0, "unit": "%", "uncertainty": 0.1,
         "status": "pass", "reason": "", "citation": "R", "verified": True},
    ],
}  # fmt: skip
ASSESSMENT = {**dict.fromkeys(record_columns()), "patient": "SRS-A", "pain_best": 3, "age_years": 5}
ROWS = (
    (ManifestRow(2, "a", Path("a"), columns={"died": "-1", "status": "@x"}),
     CaseResult("a", EVALUATED, seconds=2.5, document=DOCUMENT, assessment=ASSESSMENT)),
    (ManifestRow(3, "b", Path("b"), level="L2", columns={"died": "=1+1"}),
     CaseResult("b", FAILED, "No \ud800 dose.")),
)  # fmt: skip


def write(folder: Path, rows=ROWS) -> Path:
    folder.mkdir()
    paths = {
        f"{table}.{ending}": folder / f"{table}.{ending}"
        for table in TABLES
        for ending in ("csv", "parquet")
    }
    with cohort_tables(paths, ("died", "status")) as tables:
        for row, result in rows:
            tables.add(row, result)
    return folder


def cells(folder: Path, table: str) -> list[dict[str, str]]:
    with (folder / f"{table}.csv").open(encoding="utf-8", newline="") as stream:
        return list(csv.DictReader(stream))


def test_one_row_a_case_with_what_it_says(tmp_path) -> None:
    one, two = cells(write(tmp_path / "t"), "cases")
    assert tuple(one)[: len(CASE_COLUMNS)] == CASE_COLUMNS
    assert (one["level"], one["V10Gy[%]"], one["D10%[Gy]"], one["fractions"]) == (
        "T8",
        "2.0",
        "",
        "1",
    )
    assert (two["status"], two["reason"], two["level"], two["verdict"]) == (
        "failed",
        "No ? dose.",
        "L2",
        "",
    )


@pytest.mark.parametrize(
    ("written", "names", "vertebrae", "level"),
    [
        ("", ["CTV"], ["T9", "T8"], "T8,T9"),
        ("", ["CTV_T8"], ["bone"], "T8"),
        ("", ["CTV_L2", "CTV_L4"], [], "L2,L4"),
        ("", ["CTV"], [], ""),
        ("Th8", ["CTV_L2"], [], "Th8"),
    ],
)
def test_the_level_is_the_one_that_the_summary_groups_by(written, names, vertebrae, level) -> None:
    row = replace(ROWS[0][0], level=written)
    targets = [{"name": name} for name in names]
    document = {**DOCUMENT, "targets": targets, "target_definitions": [{"levels": vertebrae}]}
    cells_of_row = case_cells(row, replace(ROWS[0][1], document=document))
    assert cells_of_row["level"] == level
    if not written:
        assert ",".join(levels_of(row, document)) == level


def test_the_record_of_a_case_that_failed_is_in_the_table(tmp_path) -> None:
    row, result = ROWS[1]
    folder = write(tmp_path / "t", [(row, replace(result, assessment=ASSESSMENT))])
    assert [one["patient"] for one in cells(folder, "assessments")] == ["SRS-A"]


def test_no_text_is_executed_and_no_column_is_there_twice(tmp_path) -> None:
    folder = write(tmp_path / "t")
    one, two = cells(folder, "cases")
    assert (one["died"], two["died"], one["status (manifest)"]) == ("-1", "'=1+1", "'@x")
    assert cells(folder, "constraints")[0]["structure"] == "'=C"
    assert free_names(("case", "case (manifest)")) == {
        "case": "case (manifest)",
        "case (manifest)": "case (manifest) (manifest)",
    }


@pytest.mark.parametrize("table", TABLES)
def test_parquet_holds_the_same_with_types(tmp_path, table) -> None:
    folder = write(tmp_path / "t")
    typed = parquet.read_table(folder / f"{table}.parquet")
    plain = cells(folder, table)
    assert len(typed) == len(plain)
    for name, column in zip(typed.column_names, typed.columns, strict=True):
        assert str(column.type) == ("double" if is_number(table, name) else "string")
        for value, cell in zip(column.to_pylist(), plain, strict=True):
            if isinstance(value, float):
                assert math.isclose(float(cell[name]), value, rel_tol=0)
            else:
                assert cell[name].lstrip("'") == (value or "")


def test_the_same_results_give_the_same_bytes(tmp_path) -> None:
    one, two = write(tmp_path / "1"), write(tmp_path / "2")
    for path in one.iterdir():
        assert path.read_bytes() == (two / path.name).read_bytes()


def test_many_rows_come_in_groups(tmp_path, monkeypatch) -> None:
    monkeypatch.setattr("spine_radiosurgery.cohort.tables.ROW_GROUP", 3)
    folder = write(tmp_path / "t", ROWS * 4)
    assert parquet.ParquetFile(folder / "cases.parquet").num_row_groups == 3
    assert len(cells(folder, "cases")) == 8


def test_a_cohort_of_failures_has_all_tables(tmp_path) -> None:
    folder = write(tmp_path / "t", ROWS[1:])
    assert parquet.read_table(folder / "metrics.parquet").num_rows == 0
    assert cells(folder, "assessments") == []


@given(records())
def test_the_columns_of_records_have_the_types_of_their_cells(record) -> None:
    for name, value in record_row(record).items():
        assert value is None or isinstance(value, int | float) == is_number("assessments", name)
