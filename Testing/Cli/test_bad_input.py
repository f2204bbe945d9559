"""Unusable input ends in one clear line, status 2, and leaves nothing behind."""

from __future__ import annotations

import errno
import json
import sys
from pathlib import Path

import numpy as np
import pytest

sys.path.insert(0, str(Path(__file__).parents[1] / "Dicom"))
import builders

from spine_radiosurgery.cli import main
from spine_radiosurgery.report import writing


@pytest.fixture
def case(tmp_path) -> Path:
    return builders.write_case(tmp_path / "case")


@pytest.fixture
def run(monkeypatch, capsys, tmp_path):
    """Run `evaluate` and return (status, standard error); the output must not exist afterwards."""

    def runner(folder: Path, *options: str, output: Path | None = None) -> tuple[int, str]:
        out = output or tmp_path / "out"
        arguments = ["spine-radiosurgery", "evaluate", str(folder), "--output", str(out)]
        chosen = {"--target": "CTV_L1", "--cord": "SpinalCord"}
        chosen |= dict(zip(options[::2], options[1::2], strict=True))
        for option, value in chosen.items():
            arguments += [option, value]
        monkeypatch.setattr(sys, "argv", [*arguments, "--no-scene"])
        try:
            main()
            status = 0
        except SystemExit as stop:
            status = int(stop.code or 0)
        return status, capsys.readouterr().err

    return runner


def refused(result: tuple[int, str], tmp_path: Path, *words: str) -> None:
    status, message = result
    assert status == 2
    assert message.count("\n") == 1
    assert "Traceback" not in message
    for word in words:
        assert word in message
    assert not (tmp_path / "out").exists()
    assert not list(tmp_path.glob(".out*"))


def test_good_case_is_evaluated(run, case, tmp_path):
    status, message = run(case)
    assert (status, message) == (0, "")
    assert json.loads((tmp_path / "out" / "report.json").read_text())["research_use_only"] is True


def test_missing_folder(run, tmp_path):
    refused(run(tmp_path / "nowhere"), tmp_path, "nowhere")


def test_empty_folder(run, tmp_path):
    (tmp_path / "empty").mkdir()
    refused(run(tmp_path / "empty"), tmp_path, "empty")


def test_folder_without_dose(run, case, tmp_path):
    (case / "RD.dcm").unlink()
    refused(run(case), tmp_path, "RTDOSE")


@pytest.mark.parametrize("name", ["RD.dcm", "RS.dcm"])
@pytest.mark.parametrize("keep", [0.4, 0.9])
def test_truncated_file(run, case, tmp_path, name, keep):
    content = (case / name).read_bytes()
    (case / name).write_bytes(content[: int(len(content) * keep)])
    refused(run(case), tmp_path, name)


def test_corrupt_image(run, case, tmp_path):
    path = next((case / "CT").iterdir())
    path.write_bytes(path.read_bytes()[:700])
    refused(run(case), tmp_path, path.name)


def test_dose_without_scaling(run, case, tmp_path):
    builders.write_dose(case / "RD.dcm", DoseGridScaling=None)
    refused(run(case), tmp_path, "RD.dcm", "DoseGridScaling")


def test_relative_dose(run, case, tmp_path):
    builders.write_dose(case / "RD.dcm", DoseUnits="RELATIVE")
    refused(run(case), tmp_path, "RD.dcm", "relative")


def test_two_plans(run, case, tmp_path):
    builders.write_dose(case / "RD.dcm", ReferencedRTPlanSequence=None)
    builders.write_plan(case / "RP2.dcm", SOPInstanceUID="1.2.3.71", RTPlanLabel="SRS18")
    refused(run(case), tmp_path, "SRS16", "SRS18")


def test_name_not_found_offers_near_names(run, case, tmp_path):
    refused(run(case, "--target", "CTV_L2"), tmp_path, "CTV_L2", "did you mean CTV_L1")


@pytest.mark.parametrize(
    ("contours", "words"),
    [
        (None, ("no contours",)),
        ([builders.circle(10.0)[:2]], ("2 point",)),
        ([builders.circle(11.03 + 2 * n) for n in range(3)], ("mm", "slice")),
        (
            [np.array([[0, 0, z], [10, 10, z], [10, 0, z], [0, 10, z]]) for z in (8.0, 10.0)],
            ("crosses itself", "mm2"),
        ),
    ],
    ids=["no contours", "two points", "off every slice", "self-crossing"],
)
def test_unusable_cord(run, case, tmp_path, contours, words):
    rois = [builders.Roi(1, "SpinalCord", contours), builders.target()]
    builders.write_structures(case / "RS.dcm", rois)
    refused(run(case), tmp_path, "RTSTRUCT 1", "SpinalCord", *words)


def test_target_without_area(run, case, tmp_path):
    line = np.array([[0.0, 0, 10], [5, 0, 10], [10, 0, 10]])
    rois = [builders.cord(), builders.Roi(2, "CTV_L1", [line, np.add(line, (0, 0, 2))])]
    builders.write_structures(case / "RS.dcm", rois)
    refused(run(case), tmp_path, "CTV_L1", "mm2")


def test_cord_outside_the_dose(run, case, tmp_path):
    builders.write_dose(case / "RD.dcm", ImagePositionPatient=[400.0, 400.0, 4.0])
    refused(run(case), tmp_path, "outside the dose grid", "cc")


@pytest.mark.parametrize(
    ("dose_gy", "fractions", "words"),
    [
        ("0", "1", ("0 Gy", "positive")),
        ("-16", "1", ("-16 Gy", "positive")),
        ("1600", "1", ("1600 Gy", "cGy")),
        ("16", "0", ("fractions", "0")),
        ("18", "1", ("18 Gy", "16 Gy", "contradicts")),
    ],
)
def test_impossible_prescription(run, case, tmp_path, dose_gy, fractions, words):
    refused(run(case, "--prescription-gy", dose_gy, "--fractions", fractions), tmp_path, *words)


def test_protocol_with_a_misspelt_key(run, case, tmp_path):
    shipped = Path(writing.__file__).parents[3] / "Resources" / "Protocols" / "ryu-2015.json"
    protocol = json.loads(shipped.read_text())
    protocol["constraints"][0]["comparater"] = protocol["constraints"][0].pop("comparator")
    path = tmp_path / "clinic.json"
    path.write_text(json.dumps(protocol))
    refused(run(case, "--protocol", str(path)), tmp_path, "clinic.json", "comparater", "comparator")


def test_unknown_protocol(run, case, tmp_path):
    refused(run(case, "--protocol", "ryu2015"), tmp_path, "ryu2015", "ryu-2015")


def test_unknown_metric(run, case, tmp_path):
    refused(run(case, "--metric", "D10"), tmp_path, "D10", "D10%[Gy]")


def test_negative_margin(run, case, tmp_path):
    refused(run(case, "--margin-mm", "-6"), tmp_path, "-6 mm")


def test_output_that_is_a_file(run, case, tmp_path):
    (tmp_path / "file").write_text("mine")
    status, message = run(case, output=tmp_path / "file")
    assert (status, message.count("\n")) == (2, 1)
    assert (tmp_path / "file").read_text() == "mine"


def test_output_with_somebody_elses_files_is_left_alone(run, case, tmp_path):
    (tmp_path / "full").mkdir()
    (tmp_path / "full" / "thesis.txt").write_text("mine")
    status, message = run(case, output=tmp_path / "full")
    assert status == 2
    assert "holds other files" in message
    assert [p.name for p in (tmp_path / "full").iterdir()] == ["thesis.txt"]


def test_output_under_a_file(run, case, tmp_path):
    (tmp_path / "file").write_text("")
    status, message = run(case, output=tmp_path / "file" / "out")
    assert (status, message.count("\n")) == (2, 1)


def test_unwritable_output(run, case, tmp_path, monkeypatch):
    # Permissions do not bind the superuser that CI may run as.
    monkeypatch.setattr(writing, "_may_write", lambda _: False)
    refused(run(case), tmp_path, "cannot be written")


def test_full_disk_leaves_nothing(run, case, tmp_path, monkeypatch):
    def full(*_args, **_options):
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(writing, "_write_text", full)
    refused(run(case), tmp_path, "No space left on device")


def test_full_disk_keeps_the_earlier_report(run, case, tmp_path, monkeypatch):
    assert run(case)[0] == 0
    before = (tmp_path / "out" / "report.json").read_bytes()

    def full(*_args, **_options):
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(writing, "_write_text", full)
    assert run(case)[0] == 2
    assert (tmp_path / "out" / "report.json").read_bytes() == before
    assert not list(tmp_path.glob(".out*"))


def test_second_run_replaces_the_report_and_keeps_other_files(run, case, tmp_path):
    assert run(case)[0] == 0
    (tmp_path / "out" / "notes.txt").write_text("mine")
    assert run(case)[0] == 0
    assert (tmp_path / "out" / "notes.txt").read_text() == "mine"
