"""`evaluate --export` as a person runs it."""

from __future__ import annotations

import json
import sys
from pathlib import Path

import pydicom
import pytest

sys.path.insert(0, str(Path(__file__).parents[1] / "Dicom"))
import builders

from spine_radiosurgery.dicom.exporting import why_no_highdicom

ASKED = ("--cord", "SpinalCord", "--no-scene", "--no-robustness")


def test_an_unknown_kind_is_refused_before_anything_is_read(run_command, tmp_path) -> None:
    case = builders.write_case(tmp_path / "case")
    status, _, error = run_command(
        "evaluate", case, "--target", "CTV_L1", *ASKED, "--output", tmp_path / "out",
        "--export", "stl",
    )  # fmt: skip
    assert status == 2 and "rtstruct, seg, sr" in error
    assert not (tmp_path / "out").exists()


def test_the_rtstruct_lies_beside_the_report(run_command, tmp_path) -> None:
    case = builders.write_case(tmp_path / "case")
    status, _, error = run_command(
        "evaluate", case, "--target", "CTV_L1", *ASKED, "--output", tmp_path / "out",
        "--export", "rtstruct", "--merge",
    )  # fmt: skip
    assert status == 0, error
    folder = tmp_path / "out" / "export"
    assert sorted(p.name for p in folder.iterdir()) == ["exports.json", "rtstruct.dcm"]
    found = pydicom.dcmread(folder / "rtstruct.dcm")
    assert found.StudyInstanceUID == builders.STUDY
    names = [roi.ROIName for roi in found.StructureSetROISequence]
    assert names == ["SpinalCord", "CTV_L1", "SpinalCord_Partial"]
    assert str(found.PatientName).startswith("SRS-")
    assert b"ecret" not in (folder / "rtstruct.dcm").read_bytes()


def test_identify_keeps_the_patient(run_command, tmp_path) -> None:
    case = builders.write_case(tmp_path / "case")
    status, _, error = run_command(
        "evaluate", case, "--target", "CTV_L1", *ASKED, "--output", tmp_path / "out",
        "--export", "rtstruct", "--identify",
    )  # fmt: skip
    assert status == 0, error
    found = pydicom.dcmread(tmp_path / "out" / "export" / "rtstruct.dcm")
    assert (str(found.PatientName), found.PatientID) == ("Secret^Patient", "SECRET-1")


@pytest.mark.slow
def test_all_kinds_of_a_real_plan(run_command, real_data, tmp_path) -> None:
    kinds = ["rtstruct"] if why_no_highdicom() else ["rtstruct", "seg", "sr"]
    asked = [word for kind in kinds for word in ("--export", kind)]
    status, _, error = run_command(
        "evaluate", real_data / "spine-srs-L1" / "dicom", "--target", "CTV_L1", *ASKED,
        "--prv-margin-mm", "2", "--output", tmp_path / "out", *asked, "--merge",
    )  # fmt: skip
    assert status == 0, error
    folder = tmp_path / "out" / "export"
    listing = json.loads((folder / "exports.json").read_text(encoding="utf-8"))
    assert [found["kind"] for found in listing["objects"]] == kinds
    off = {
        (found["kind"], s["name"]): s["difference_percent"]
        for found in listing["objects"]
        for s in found["structures"]
        if abs(s["difference_percent"]) > 0.5
    }
    assert off == {}
