"""The CSV files of a report."""

from __future__ import annotations

import csv
import io
import locale

import pytest
from synthetic_plan import linear_dose, plan, tube

import spine_radiosurgery as sr
from spine_radiosurgery.report.tables import constraints_csv, dvh_csv, metrics_csv, neutral


def rows(text):
    return list(csv.DictReader(io.StringIO(text)))


@pytest.fixture(scope="module")
def report():
    formula = tube("=1+1", anterior=30.0, radius=8.0, low=-8.0, high=8.0)
    case = plan(dose=linear_dose(at_origin_gy=9.0))
    return sr.evaluate(
        plan(dose=case.dose, structures=(*case.structures, formula)),
        target="CTV_T8",
        cord="SpinalCord",
    )


@pytest.mark.parametrize("text", ["=1+1", "+1 cord", "-cord", "@cmd", "\tcord"])
def test_text_that_a_spreadsheet_executes_is_neutralised(text):
    assert neutral(text) == f"'{text}"


def test_plain_text_stays_as_it_is():
    assert neutral("SpinalCord") == "SpinalCord"


def test_structure_named_like_a_formula_is_neutralised_in_every_table(report):
    tables = metrics_csv(report.to_dict()), dvh_csv(report)
    names = {row["structure"] for table in tables for row in rows(table)}
    assert "'=1+1" in names
    assert "=1+1" not in names


def test_metrics_table_holds_the_values_of_the_document(report):
    document = report.to_dict()
    assert [float(r["value"]) for r in rows(metrics_csv(document))] == [
        m["value"] for m in document["metrics"]
    ]


def test_constraints_table_has_a_row_for_each_constraint(report):
    found = rows(constraints_csv(report.to_dict()))
    assert [(r["structure"], r["metric"], r["status"]) for r in found] == [
        (c.structure, c.metric, c.status) for c in report.constraints
    ]


def test_dvh_falls_from_the_whole_volume_to_nothing_in_equal_steps(report):
    cord = [r for r in rows(dvh_csv(report)) if r["structure"] == "SpinalCord_Partial"]
    doses = [float(r["dose_gy"]) for r in cord]
    percent = [float(r["volume_percent"]) for r in cord]
    assert doses == pytest.approx([0.05 * n for n in range(len(doses))])
    assert percent == sorted(percent, reverse=True)
    assert (percent[0], percent[-1]) == (100.0, 0.0)
    assert doses[-1] - report.samples["SpinalCord_Partial"].max_gy <= 0.05


def test_dvh_agrees_with_the_metric(report):
    at_ten = next(
        r
        for r in rows(dvh_csv(report))
        if (r["structure"], r["dose_gy"]) == ("SpinalCord_Partial", "10.00")
    )
    expected = report.metric("SpinalCord_Partial", "V10Gy[%]").value
    assert float(at_ten["volume_percent"]) == pytest.approx(expected, abs=0.01)


def test_tables_do_not_follow_the_locale(report):
    before = locale.setlocale(locale.LC_ALL)
    tables = metrics_csv(report.to_dict()), dvh_csv(report)
    for name in ("de_DE.UTF-8", "de_DE", "fr_FR.UTF-8"):
        try:
            locale.setlocale(locale.LC_ALL, name)
        except locale.Error:
            continue
        assert (metrics_csv(report.to_dict()), dvh_csv(report)) == tables
    locale.setlocale(locale.LC_ALL, before)
    assert all("\r" not in table for table in tables)
