"""`assess`: what segmentations measure goes into the record, never over a decision."""

from __future__ import annotations

import sys
from dataclasses import replace
from functools import partial
from pathlib import Path

import numpy as np
import pytest

sys.path.insert(0, str(Path(__file__).parents[1] / "Unit"))
sys.path.insert(0, str(Path(__file__).parents[1] / "Dicom"))
import builders
from record_strategies import filled
from shapes import at, circle
from vertebra_shapes import make_shape

from spine_radiosurgery.assessment import Failure, FollowUp, read_record, write_record
from spine_radiosurgery.dicom import write_segmentation
from spine_radiosurgery.geometry import Structure

RECORD = replace(
    filled(), levels=("L1",), follow_up=FollowUp(failures=(Failure(90, "distant", ("remote",)),))
)


def tube(name: str, radius_mm: float, low: float, high: float, centre=(0.0, 0.0)) -> Structure:
    planes = np.arange(low, high + 1, 2.0)
    return Structure.from_contours(name, [at(circle(radius_mm, centre), z) for z in planes])


@pytest.fixture(scope="module")
def shapes(tmp_path_factory) -> Path:
    """A tumor in front of the sac that fills some of the canal, over 16 of 80 mm."""
    path = tmp_path_factory.mktemp("shapes") / "shapes.seg.nrrd"
    structures = [
        tube("Cord", 4, -40, 40),
        tube("Sac", 7, -40, 40),
        tube("Canal", 10, -40, 40),
        tube("Tumor", 5, -8, 8, (0.0, 14.0)),
        tube("Target", 12, -10, 10, (0.0, 20.0)),
    ]
    write_segmentation(path, structures)
    return path


@pytest.fixture(scope="module")
def vertebra(tmp_path_factory) -> Path:
    path = tmp_path_factory.mktemp("bone") / "vertebrae_L1.seg.nrrd"
    write_segmentation(path, [make_shape("L1", spacing_mm=(2.0, 2.0, 2.0)).structure()])
    return path


@pytest.fixture(scope="module")
def case(tmp_path_factory) -> Path:
    return builders.write_case(tmp_path_factory.mktemp("plan") / "case")


@pytest.fixture(scope="module")
def recurrence(tmp_path_factory) -> Path:
    """In front of the cord of the case."""
    path = tmp_path_factory.mktemp("recurrence") / "recurrence.seg.nrrd"
    write_segmentation(path, [tube("Recurrence", 4, 12, 18, (0.0, 11.0))])
    return path


@pytest.fixture
def record(tmp_path: Path) -> Path:
    write_record(RECORD, tmp_path / "one.json")
    return tmp_path / "one.json"


@pytest.fixture
def run(run_command):
    return partial(run_command, "assess")


@pytest.fixture
def measured(run, record, tmp_path):
    """Measure into the record; returns the one that was written."""

    def runner(*arguments: object):
        status, _, errors = run(record, *arguments, "--output", tmp_path / "out")
        assert (status, errors) == (0, "")
        return read_record(tmp_path / "out" / "SRS-HFZ5CYJT.json")

    return runner


def refused(result: tuple[int, str, str], *words: str) -> None:
    status, text, message = result
    assert (status, text) == (2, "")
    assert message.count("\n") == 1
    for word in words:
        assert word in message


def test_a_grade_is_proposed_beside_the_decision(measured, shapes) -> None:
    found = measured(
        "--tumor", f"{shapes}:Tumor", "--cord", f"{shapes}:Cord", "--canal", f"{shapes}:Canal",
        "--thecal-sac", f"{shapes}:Sac",
    )  # fmt: skip
    proposal = found.grades.proposal
    assert proposal.radiographic
    assert proposal.structures == ("Tumor", "Canal", "Sac", "Cord")
    assert proposal.compression.epidural_cc > 0
    assert replace(found.grades, proposal=None) == RECORD.grades
    assert found.selection.measured.cord_gap.gap_mm == pytest.approx(5, abs=1.5)
    assert found.follow_up == RECORD.follow_up


@pytest.mark.parametrize("option", ["--tumour", "--gtv"])
def test_the_tumor_goes_by_other_names(measured, shapes, option) -> None:
    found = measured(option, f"{shapes}:Tumor", "--cord", f"{shapes}:Cord")
    assert found.selection.measured.cord_gap.gap_mm > 0


def test_the_target_is_measured_alone(measured, shapes) -> None:
    found = measured("--target", f"{shapes}:Target")
    assert found.selection.measured.target_length_mm == pytest.approx(22, abs=1)
    assert found.selection.measured.cord_gap is None
    assert found.grades == RECORD.grades


def test_without_a_folder_nothing_is_kept(run, record, shapes) -> None:
    before = record.read_bytes()
    status, text, _ = run(record, "--target", f"{shapes}:Target")
    assert status == 0
    assert "Not kept: what was measured is written only with --output." in text
    assert record.read_bytes() == before


def test_a_vertebra_is_measured(measured, vertebra) -> None:
    found = measured("--vertebra", vertebra).sins
    assert found.measured.level == "L1"
    assert replace(found, measured=None) == RECORD.sins


def test_a_vertebra_of_another_level_is_refused(run, vertebra, tmp_path) -> None:
    write_record(replace(RECORD, levels=("T8",)), tmp_path / "t8.json")
    refused(
        run(tmp_path / "t8.json", "--vertebra", vertebra),
        "The vertebrae are L1, the record's index level is T8",
    )


def test_a_vertebra_is_not_measured_while_the_graded_level_is_open(run, vertebra, tmp_path) -> None:
    write_record(replace(RECORD, levels=("L1", "L2"), index_level=""), tmp_path / "two.json")
    refused(
        run(tmp_path / "two.json", "--vertebra", vertebra),
        "The record treats L1, L2 and does not tell which of them is graded",
    )


def test_former_measurements_stay_where_nothing_new_is_given(measured, shapes, run, tmp_path):
    measured("--tumor", f"{shapes}:Tumor", "--cord", f"{shapes}:Cord")
    path = tmp_path / "out" / "SRS-HFZ5CYJT.json"
    before = read_record(path)
    assert run(path, "--target", f"{shapes}:Target", "-o", tmp_path / "out")[0] == 0
    after = read_record(path)
    assert after.grades == before.grades
    assert after.selection.measured.cord_gap == before.selection.measured.cord_gap


def test_a_failure_is_added_with_what_was_measured(measured, case, recurrence, tmp_path) -> None:
    transform = tmp_path / "move.txt"
    np.savetxt(transform, np.eye(4))
    found = measured(
        "--recurrence", recurrence, "--case", case, "--day", 300,
        "--transform", transform, "--registration-error-mm", "1.5",
        "--target", f"{case}:CTV_L1",
    )  # fmt: skip
    former, failure = found.follow_up.failures
    assert former == RECORD.follow_up.failures[0]
    assert (failure.day, failure.pattern, failure.places) == (300, "", ())
    assert failure.measured.recurrence == "Recurrence"
    assert failure.measured.registration == "move.txt"
    assert failure.measured.registration_error_mm == 1.5
    assert failure.measured.in_target_percent > 50
    assert failure.measured.prescription_gy == 16


def test_a_failure_measured_anew_keeps_its_decision(measured, case, recurrence, run, tmp_path):
    asked = ("--recurrence", recurrence, "--case", case, "--same-image", "--day", 300)
    found = measured(*asked)
    (_, failure) = found.follow_up.failures
    assert failure.measured.registration == "same image"
    decided = replace(failure, pattern="marginal")
    follow_up = replace(found.follow_up, failures=(*RECORD.follow_up.failures, decided))
    path = tmp_path / "out" / "SRS-HFZ5CYJT.json"
    write_record(replace(found, follow_up=follow_up), path)
    assert run(path, *asked, "-o", tmp_path / "out")[0] == 0
    assert read_record(path).follow_up == follow_up


def test_the_error_of_a_registration_may_be_unknown(measured, case, recurrence, tmp_path) -> None:
    transform = tmp_path / "move.txt"
    np.savetxt(transform, np.eye(4))
    found = measured(
        "--recurrence", recurrence, "--case", case, "--day", 300,
        "--transform", transform, "--registration-error-mm", "unknown",
    )  # fmt: skip
    assert found.follow_up.failures[1].measured.registration_error_mm is None


def test_an_epidural_volume_is_added_once(measured, shapes, run, tmp_path) -> None:
    asked = ("--epidural-volume", f"{shapes}:Tumor", "--day", 61)
    (volume,) = measured(*asked).follow_up.volumes
    assert (volume.day, volume.kind, volume.structure) == (61, "epidural", "Tumor")
    assert volume.volume_cc == pytest.approx(np.pi * 0.25 * 1.8, rel=0.1)
    path = tmp_path / "out" / "SRS-HFZ5CYJT.json"
    assert run(path, *asked, "-o", tmp_path / "out")[0] == 0
    assert read_record(path).follow_up.volumes == (volume,)
    refused(
        run(path, "--epidural-volume", f"{shapes}:Target", "--day", 61),
        "epidural volume of day 61 that was not measured on Target",
    )


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        ("--tumor missing.nrrd", "missing.nrrd does not exist"),
        ("--tumor SHAPES:Nothing", "Nothing"),
        ("--cord SHAPES:Cord", "give --tumor, too"),
        ("--day 3", "--day goes with --recurrence or --epidural-volume"),
        ("--epidural-volume SHAPES:Tumor", "Give the --day"),
        ("--recurrence REC --day 3", "give --case CASE_DIR"),
        ("--recurrence REC --day 3 --case CASE", "How does the recurrence come to the plan?"),
        ("--recurrence REC --case CASE --same-image", "Give the --day"),
        ("--recurrence REC --case CASE --day 3 --transform RECORD", "How large is the error"),
        ("--recurrence REC --case CASE --day 3 --transform RECORD --registration-error-mm two",
         "cannot be 'two'; give mm"),
        ("--recurrence REC --case CASE --day 3 --transform RECORD --registration-error-mm 1", ""),
        ("--recurrence REC --case CASE --day 3 --same-image --registration-error-mm 1",
         "goes with --transform"),
        ("--recurrence REC --case CASE --day 3 --same-image --transform RECORD",
         "How does the recurrence come"),
        ("--recurrence REC --case missing --day 3 --same-image", "missing"),
        ("--case CASE", "give it, too"),
    ],
)  # fmt: skip
def test_what_cannot_be_measured_is_refused(
    run, record, shapes, recurrence, case, tmp_path, arguments, words
) -> None:
    names = {"SHAPES": shapes, "RECORD": record, "REC": recurrence, "CASE": case}
    for name, path in names.items():
        arguments = arguments.replace(name, str(path))
    out = tmp_path / "out"
    refused(run(record, *arguments.split(), "--output", out), words)
    assert not out.exists()


def test_only_one_record_is_measured(run, record, shapes, tmp_path) -> None:
    write_record(replace(RECORD, patient="SRS-2"), tmp_path / "two.json")
    refused(
        run(record, tmp_path / "two.json", "--target", f"{shapes}:Target"),
        "Structures are measured for one record at once",
    )


def test_another_prescription_than_the_plans_is_asked_about(run, case, recurrence, tmp_path):
    prescription = replace(RECORD.prescription, dose_gy=18.0)
    write_record(replace(RECORD, prescription=prescription), tmp_path / "one.json")
    refused(
        run(tmp_path / "one.json", "--recurrence", recurrence, "--case", case, "--same-image",
            "--day", 300),
        "The record says 18 Gy and the plan 16 Gy",
    )  # fmt: skip
