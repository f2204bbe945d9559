from __future__ import annotations

import csv
import json
from pathlib import Path

import pydicom
import pytest
from told_patients import (
    BIRTH_DATE,
    CORD,
    FOLDER,
    NAME,
    PATIENT_ID,
    STUDY_DATE,
    TARGET,
    told,
    write_told_case,
)

from spine_radiosurgery.case import study_code
from spine_radiosurgery.report.pdf import why_no_pdf

CODE = study_code(PATIENT_ID)
REPOSITORY = Path(__file__).resolve().parents[2]
OF_THIS_MACHINE = [f"{path}/".lower().encode() for path in (REPOSITORY, Path.home()) if path.name]


pytestmark = pytest.mark.slow


@pytest.fixture
def run(run_command):
    return run_command


@pytest.fixture(scope="module")
def case_dir(tmp_path_factory) -> Path:
    return write_told_case(tmp_path_factory.mktemp("told"))


def evaluated(run, case_dir: Path, output: Path, *options: object) -> str:
    status, text, errors = run(
        "evaluate", case_dir, "--target", TARGET, "--cord", CORD, "--output", output,
        "--dose", "Dose MUELLER-LUEDENSCHEIDT, Annegret", "--metric", "D5%[Gy]", *options,
    )  # fmt: skip
    assert (status, errors) == (0, "")
    return text


def test_no_file_of_a_report_tells_the_patient(run, case_dir, tmp_path) -> None:
    output = tmp_path / FOLDER / "out"
    pdf = () if why_no_pdf() else ("--pdf",)
    text = evaluated(run, case_dir, output, "--prv-margin-mm", "2", *pdf)
    assert told(output, str(tmp_path).lower().encode(), *OF_THIS_MACHINE) == []
    assert not any(word in text.replace(str(output), "") for word in ("Annegret", "Mueller"))
    document = json.loads((output / "report.json").read_text(encoding="utf-8"))
    assert document["case"]["identifier"] == CODE and document["case"]["patient"] is None
    assert document["target"]["name"] == f"CTV_{CODE} L1"
    assert document["case"]["dose"]["label"] == f"Dose {CODE}"
    names = {entry["name"] for entry in document["provenance"]["input_files"]}
    assert {"CT 1", "RTDOSE 1", "RTPLAN 1", "RTSTRUCT 1"} <= names
    assert CODE in (output / "report.html").read_text(encoding="utf-8")


def test_identified_reports_keep_name_and_texts_but_no_path(run, case_dir, tmp_path) -> None:
    output = tmp_path / "out"
    evaluated(run, case_dir, output, "--identify", "--no-robustness")
    document = json.loads((output / "report.json").read_text(encoding="utf-8"))
    assert document["case"]["patient"] == {
        "patient_name": NAME, "patient_id": PATIENT_ID, "birth_date": BIRTH_DATE,
    }  # fmt: skip
    assert document["case"]["identifier"] == CODE
    assert document["target"]["name"] == TARGET
    assert {one["name"].split("/")[0] for one in document["provenance"]["input_files"]} == {FOLDER}
    found = told(output, str(tmp_path).lower().encode(), str(case_dir.parent).lower().encode())
    assert any(word.startswith("case.mrb/") and "annegret" in word for word in found)
    assert not any("pytest" in word for word in found)


def test_no_exported_object_tells_the_patient(run, case_dir, tmp_path) -> None:
    pytest.importorskip("highdicom")
    output = tmp_path / FOLDER / "out"
    kinds = ("--export", "rtstruct", "--export", "seg", "--export", "sr", "--merge")
    evaluated(run, case_dir, output, "--no-scene", "--no-robustness", *kinds)
    assert len(list((output / "export").rglob("*.dcm"))) >= 3
    assert told(output, str(tmp_path).lower().encode()) == []


def test_inspect_prints_the_study_code(run, case_dir) -> None:
    status, text, errors = run("inspect", case_dir)
    assert (status, errors) == (0, "")
    assert CODE in text and f"CTV_{CODE} L1" in text
    for word in ("nnegret", "denscheidt", "4711", "2023", "1956"):
        assert word not in text
    _status, text, _errors = run("inspect", case_dir, "--identify")
    assert all(word in text for word in (NAME, PATIENT_ID, "2023-05-17", TARGET))


def test_errors_name_the_file_on_this_machine(run, case_dir, tmp_path) -> None:
    status, _text, errors = run(
        "evaluate", case_dir, "--target", "CTV_none", "--cord", CORD, "--output", tmp_path / "out"
    )
    assert status == 2 and CODE in errors and "nnegret" not in errors
    status, _text, errors = run(
        "evaluate", case_dir, "--target", TARGET, "--cord", CORD, "--output", tmp_path / "out",
        "--dose", "none of these",
    )  # fmt: skip
    assert status == 2 and f"Annegret_RTDOSE_{PATIENT_ID}" in errors


def test_what_demo_and_target_write_does_not_tell_the_patient(run, tmp_path) -> None:
    phantom = tmp_path / "demo"
    assert run("demo", "--output", phantom)[0] == 0
    assert told(phantom, str(tmp_path).lower().encode()) == []
    folder = phantom / "dicom"
    for path in folder.rglob("*.dcm"):
        dataset = pydicom.dcmread(path)
        dataset.PatientName, dataset.PatientID = NAME, PATIENT_ID
        for region in dataset.get("StructureSetROISequence", ()):
            region.ROIName = f"{region.ROIName} Annegret"
        dataset.save_as(path)
    output = tmp_path / FOLDER / "out"
    status, _text, errors = run(
        "target", f"{folder}:Vertebra_T08 Annegret", "--cord", f"{folder}:SpinalCord Annegret",
        "--gtv", f"{folder}:GTV_T8 Annegret", "--output", output / "t.seg.nrrd",
        "--json", output / "t.json", "--picture", output / "t.png",
    )  # fmt: skip
    assert (status, errors) == (0, "")
    assert told(output, str(tmp_path).lower().encode()) == []
    record = json.loads((output / "t.json").read_text(encoding="utf-8"))
    assert record["inputs"][0]["label"] == f"SpinalCord {CODE}"
    assert record["inputs"][0]["file"] == "DICOM folder 1"


HOSTILE = {
    "CTV_L1": "<script>alert('x')</script>",
    "SpinalCord": '=cmd|" /C calc"!A0',
}


def test_hostile_names_are_shown_and_do_nothing(run, tmp_path) -> None:
    case_dir = write_told_case(tmp_path, **HOSTILE)
    output = tmp_path / "out"
    status, _text, errors = run(
        "evaluate", case_dir, "--target", HOSTILE["CTV_L1"], "--cord", HOSTILE["SpinalCord"],
        "--output", output, "--no-scene", "--no-robustness",
    )  # fmt: skip
    assert (status, errors) == (0, "")
    page = (output / "report.html").read_text(encoding="utf-8")
    assert "<script>alert" not in page and "&lt;script&gt;alert" in page
    for name in ("metrics.csv", "constraints.csv", "dvh.csv"):
        rows = list(csv.reader((output / name).open(encoding="utf-8")))
        cells = [cell for row in rows for cell in row]
        assert any(cell.startswith("'=cmd") for cell in cells)
        assert not any(cell.startswith(("=", "@", "+", "\t", "\r")) for cell in cells)


def test_the_code_of_a_patient_is_one_for_two_plans_and_changes_with_the_secret(
    case_dir, tmp_path, monkeypatch
) -> None:
    from spine_radiosurgery import read_dicom_case

    other = write_told_case(tmp_path)
    assert read_dicom_case(other).identifier == read_dicom_case(case_dir).identifier == CODE
    (tmp_path / "secret.txt").write_text("of this study only\n")
    monkeypatch.setenv("SPINE_RADIOSURGERY_STUDY_SECRET_FILE", str(tmp_path / "secret.txt"))
    with_secret = read_dicom_case(case_dir).identifier
    assert with_secret == study_code(PATIENT_ID) == study_code(PATIENT_ID, "of this study only")
    assert with_secret != CODE


def test_dates_of_the_study_stay_out(case_dir) -> None:
    from spine_radiosurgery import read_dicom_case

    case = read_dicom_case(case_dir)
    assert case.image is not None and case.image.label == f"CT {CODE} date"
    assert STUDY_DATE not in repr(case)
