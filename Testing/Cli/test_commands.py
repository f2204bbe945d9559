"""The commands as a person runs them."""

from __future__ import annotations

import json
import sys
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parents[1] / "Dicom"))
import builders

FILES = {"report.html", "report.json", "metrics.csv", "constraints.csv", "dvh.csv", "figures"}


@pytest.fixture
def run(run_command):
    return run_command


def test_demo_writes_a_case_and_its_report(run, tmp_path):
    status, text, errors = run("demo", "--output", tmp_path / "demo")
    assert (status, errors) == (0, "")
    assert text.startswith("PASS: V10Gy = ")
    assert FILES | {"dicom", "assessment.json"} <= {p.name for p in (tmp_path / "demo").iterdir()}
    document = json.loads((tmp_path / "demo" / "report.json").read_text(encoding="utf-8"))
    assert document["cord_volume"]["length_mm"] == pytest.approx(
        document["target"]["length_mm"] + 12.0
    )
    assert document["assessment"]["grades"]["proposal"]["radiographic"] == ["0"]


def test_a_record_of_the_patient_becomes_part_of_the_report(run, tmp_path):
    case, record = builders.write_case(tmp_path / "case"), tmp_path / "record.json"
    record.write_text('{"levels": ["L1"], "grades": {"neurological": "d"}}', encoding="utf-8")
    status, _text, errors = run(
        "evaluate", case, "--target", "CTV_L1", "--cord", "SpinalCord", "--output",
        tmp_path / "out", "--no-scene", "--assessment", record,
    )  # fmt: skip
    assert (status, errors) == (0, "")
    document = json.loads((tmp_path / "out" / "report.json").read_text(encoding="utf-8"))
    assert document["assessment"]["levels"] == ["L1"]


def test_a_damaged_record_stops_before_anything_is_read(run, tmp_path):
    record = tmp_path / "record.json"
    record.write_text('{"levels": ["L1"', encoding="utf-8")
    status, _text, errors = run(
        "evaluate", tmp_path, "--cord", "SpinalCord", "--output", tmp_path / "out",
        "--assessment", record,
    )  # fmt: skip
    assert status == 2
    assert "record.json" in errors
    assert not (tmp_path / "out").exists()


def test_evaluate_says_verdict_figures_and_place(run, tmp_path):
    case = builders.write_case(tmp_path / "case")
    status, text, errors = run(
        "evaluate", case, "--target", "CTV_L1", "--cord", "SpinalCord", "--output",
        tmp_path / "out", "--no-scene",
    )  # fmt: skip
    assert (status, errors) == (0, "")
    assert "SpinalCord_Partial: " in text
    assert "mm above and" in text
    assert str(tmp_path / "out" / "report.html") in text
    assert {p.name for p in (tmp_path / "out").iterdir()} == FILES


def test_further_metrics_are_given_for_every_structure(run, tmp_path):
    case = builders.write_case(tmp_path / "case")
    run(
        "evaluate", case, "--target", "CTV_L1", "--cord", "SpinalCord", "--output",
        tmp_path / "out", "--no-scene", "--metric", "D5%[Gy]", "--metric", "V12Gy[cc]",
    )  # fmt: skip
    rows = json.loads((tmp_path / "out" / "report.json").read_text())["metrics"]
    names = {row["structure"] for row in rows}
    assert names == {r["structure"] for r in rows if r["metric"] == "D5%[Gy]"}
    assert names == {r["structure"] for r in rows if r["metric"] == "V12Gy[cc]"}


def test_choices_of_the_command_line_reach_the_report(run, tmp_path):
    case = builders.write_case(tmp_path / "case")
    status, text, errors = run(
        "evaluate", case, "--target", "CTV_L1", "--cord", "SpinalCord", "--output",
        tmp_path / "out", "--no-scene", "--dose-interpolation", "cubic", "--between-contours",
        "linear", "--falloff-percent", 80, 40, "--falloff-plane", "3d", "--falloff-toward", 0, -1,
        0, "--setup-scenarios", 20, "--setup-sigma-mm", 1, 1, 2, "--setup-sigma-deg", 0, 0, 1,
        "--setup-seed", 3, "--alpha-beta-gy", 2, "--prv-margin-mm", "1,1,2,2,3,3",
    )  # fmt: skip
    assert (status, errors) == (0, "")
    document = json.loads((tmp_path / "out" / "report.json").read_text(encoding="utf-8"))
    assert " ".join(document["robustness"]["room"]["sentences"]) in text
    found = document["provenance"]["parameters"]
    assert {key: found[key] for key in found if key.startswith(("falloff", "setup"))} == {
        "falloff_from_percent": 80.0,
        "falloff_to_percent": 40.0,
        "falloff_plane": "3d",
        "falloff_toward": [0.0, -1.0, 0.0],
        "setup_scenarios": 20,
        "setup_sigma_mm": [1.0, 1.0, 2.0],
        "setup_sigma_deg": [0.0, 0.0, 1.0],
        "setup_seed": 3,
    }
    assert (found["dose_interpolation"], found["between_contours"]) == ("cubic", "linear")
    assert document["prv"]["margin_mm"] == [1, 1, 2, 2, 3, 3]
    assert document["biology"]["alpha_beta_gy"] == 2


def test_setup_robustness_can_be_left_out(run, tmp_path):
    case = builders.write_case(tmp_path / "case")
    status, _, errors = run(
        "evaluate", case, "--target", "CTV_L1", "--cord", "SpinalCord", "--output",
        tmp_path / "out", "--no-scene", "--no-robustness",
    )  # fmt: skip
    assert (status, errors) == (0, "")
    assert json.loads((tmp_path / "out" / "report.json").read_text())["robustness"] is None


@pytest.mark.parametrize(
    "option",
    [
        ("--dose-interpolation", "nearest"),
        ("--between-contours", "spline"),
        ("--falloff-percent", "50", "90"),
        ("--setup-scenarios", "-1"),
        ("--setup-sigma-mm", "1", "1", "-1"),
        ("--prv-margin-mm", "two"),
        ("--alpha-beta-gy", "-2"),
    ],
)
def test_bad_choice_is_one_line_and_leaves_nothing(run, tmp_path, option):
    case = builders.write_case(tmp_path / "case")
    status, _, errors = run(
        "evaluate", case, "--target", "CTV_L1", "--cord", "SpinalCord", "--output",
        tmp_path / "out", "--no-scene", *option,
    )  # fmt: skip
    assert status == 2
    assert errors.count("\n") == 1
    assert not (tmp_path / "out").exists()


def test_inspect_lists_objects_and_structures(run, tmp_path):
    case = builders.write_case(tmp_path / "case")
    status, text, errors = run("inspect", case)
    assert (status, errors) == (0, "")
    for words in ("RTDOSE", "PLAN PHYSICAL", "16 Gy to CTV_L1 in 1 fraction(s)", "SpinalCord"):
        assert words in text
    assert "Secret" not in text


def test_inspect_names_what_is_wrong(run, tmp_path):
    case = builders.write_case(tmp_path / "case")
    (case / "RD.dcm").unlink()
    status, text, _ = run("inspect", case)
    assert status == 0
    assert "RTDOSE" in text.split("Problems")[1]


@pytest.mark.parametrize(
    "protocol", ["ryu-2015", "rtog-0631", "tg-101", "hytec-cord", "quantec-cord"]
)
def test_shipped_protocols_are_listed_and_shown(run, protocol):
    assert protocol in run("protocols", "list")[1]
    status, text, _ = run("protocols", "show", protocol)
    assert status == 0
    assert "SpinalCord" in text


def test_a_protocol_file_is_validated(run, repository):
    path = repository / "SpineRadiosurgery" / "Resources" / "Protocols" / "tg-101.json"
    status, text, _ = run("protocols", "validate", path)
    assert status == 0
    assert "SHA-256" in text


def test_version(run):
    assert run("--version")[1] == "spine-radiosurgery 0.1.0\n"


def test_wrong_usage_is_one_line(run):
    status, _, errors = run("evaluate", "--fractions", "one")
    assert status == 2
    assert errors.count("\n") == 1


def test_evaluation_goes_on_without_slicer_core_and_says_what_it_left_out(
    run, tmp_path, monkeypatch
):
    # None in sys.modules is what Python itself uses for a module that cannot be imported.
    monkeypatch.setitem(sys.modules, "slicer", None)
    case = builders.write_case(tmp_path / "case")
    status, text, errors = run(
        "evaluate", case, "--target", "CTV_L1", "--cord", "SpinalCord", "--output", tmp_path / "out"
    )
    assert (status, errors) == (0, "")
    assert "Left out: case.mrb (slicer-core " in text
    assert {p.name for p in (tmp_path / "out").iterdir()} == FILES
