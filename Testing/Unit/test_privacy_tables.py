from __future__ import annotations

import csv
import io

import pytest

from spine_radiosurgery.assessment import PatientRecord, Selection
from spine_radiosurgery.cli.assess_files import cohort_csv
from spine_radiosurgery.report.tables import neutral, table_csv

SIGNS = ("=", "+", "-", "@", "\t=", "\r=", "\n=", "＝", "＋", "－", "＠")
FORMULA = 'cmd|" /C calc"!A0'


@pytest.mark.parametrize("sign", SIGNS)
@pytest.mark.parametrize("before", ["", " ", '"', "'", " \u00a0", "\ufeff"])
def test_formulas_become_text_in_every_cell(sign: str, before: str) -> None:
    text = table_csv(("structure",), [{"structure": f"{before}{sign}{FORMULA}"}])
    ((_heading,), (cell,)) = csv.reader(io.StringIO(text))
    assert cell.startswith("'")
    assert cell.endswith(FORMULA)


@pytest.mark.parametrize("separator", [";", "; ", ';"', "\n", "a\t"])
def test_no_cell_of_another_separator_begins_with_a_formula(separator: str) -> None:
    assert f"{separator}'=" in neutral(f"CTV{separator}=1+1")


@pytest.mark.parametrize("text", ["CTV_L1", "PTV-2mm", "a = b", "Cord+PRV", "10 %; 2 cc", ""])
def test_plain_names_stay(text: str) -> None:
    assert neutral(text) == text


def test_numbers_stay_numbers() -> None:
    assert table_csv(("value",), [{"value": -0.5}, {"value": None}]) == "value\n-0.5\n\n".replace(
        "\n\n", '\n""\n'
    )


def test_the_table_of_a_cohort_runs_nothing() -> None:
    record = PatientRecord(
        patient="P1", levels=("T8",), selection=Selection(primary="=HYPERLINK(1)")
    )
    cells = [cell for row in csv.reader(io.StringIO(cohort_csv([record]))) for cell in row]
    assert not any(cell.startswith("=") for cell in cells)
