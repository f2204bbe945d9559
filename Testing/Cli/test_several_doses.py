"""`evaluate --dose A --dose B` as a person runs it."""

from __future__ import annotations

import json
import sys
from pathlib import Path

import pytest
from pydicom.sequence import Sequence as Items

sys.path.insert(0, str(Path(__file__).parents[1] / "Dicom"))
import builders

from spine_radiosurgery.cli import main


@pytest.fixture
def evaluate(monkeypatch, capsys, tmp_path):
    """Evaluate a case with a plan of 16 Gy and a boost; returns status, document and errors."""

    def runner(boost_fractions: int, *options: str) -> tuple[int, dict, str]:
        case = builders.write_case(tmp_path / "case")
        builders.write_dose(
            case / "RD2.dcm", SOPInstanceUID="1.2.3.61", SeriesDescription="Boost",
            ReferencedRTPlanSequence=builders.plan_reference("1.2.3.71"),
        )  # fmt: skip
        builders.write_plan(
            case / "RP2.dcm", SOPInstanceUID="1.2.3.71", RTPlanLabel="BOOST",
            FractionGroupSequence=Items([builders.fraction_group(boost_fractions)]),
        )  # fmt: skip
        out = tmp_path / "out"
        chosen = ["--target", "CTV_L1", "--cord", "SpinalCord", "--output", str(out), *options]
        monkeypatch.setattr(
            sys, "argv", ["spine-radiosurgery", "evaluate", str(case), "--no-scene", *chosen]
        )
        with pytest.raises(SystemExit) as stop:
            main()
        report = out / "report.json"
        document = json.loads(report.read_text(encoding="utf-8")) if report.is_file() else {}
        return int(stop.value.code or 0), document, capsys.readouterr().err

    return runner


def test_several_doses_are_summed(evaluate):
    status, document, errors = evaluate(1, "--dose", "Plan dose", "--dose", "Boost")
    assert (status, errors) == (0, "")
    assert document["prescription"]["dose_gy"] == 32.0
    assert document["case"]["dose"]["label"] == "Plan dose + Boost"
    assert any("sum of 2 doses" in text for text in document["warnings"])
    assert any(row["status"] != "not_evaluable" for row in document["constraints"])


def test_different_fractionation_evaluates_no_constraint(evaluate):
    status, document, errors = evaluate(
        5, "--dose", "Plan dose", "--dose", "Boost", "--prescription-gy", "32", "--fractions", "1"
    )
    assert (status, errors) == (0, "")
    assert {row["status"] for row in document["constraints"]} == {"not_evaluable"}
    assert document["verdict"]["status"] == "not_evaluable"
    assert any(row["value"] is not None for row in document["metrics"])


def test_without_a_choice_the_doses_are_listed(evaluate):
    status, document, errors = evaluate(1)
    assert (status, document) == (2, {})
    assert "2 doses, choose one" in errors
