"""Files of several patients in one folder: the chosen plan is read as if it lay there alone."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from builders import cord, dose_values, target
from patients import Made

from spine_radiosurgery.case import Case
from spine_radiosurgery.dicom import inspect_folder, read_dicom_case
from spine_radiosurgery.geometry import InputError

ONE, OTHER = Made(1), Made(2)


@pytest.fixture
def mixed(tmp_path: Path) -> Path:
    """Two patients in one flat folder, and the first alone beside it."""
    ONE.write(tmp_path / "mixed", "a")
    OTHER.write(tmp_path / "mixed", "b")
    ONE.write(tmp_path / "alone")
    return tmp_path / "mixed"


def of_one(folder: Path, made: Made = ONE, **choices: str) -> Case:
    return read_dicom_case(folder, dose=made.uid("dose"), **choices)


def others(case: Case) -> list[str]:
    return [warning for warning in case.warnings if "other patients" in warning]


def test_a_plan_is_chosen_by_its_dose_alone(mixed: Path) -> None:
    case = of_one(mixed)
    alone = read_dicom_case(mixed.parent / "alone")
    assert case.identifier == alone.identifier == ONE.code
    assert case.uids == alone.uids and case.listing == alone.listing
    assert np.array_equal(case.dose.values_gy, alone.dose.values_gy)
    assert [s.volume_cc for s in case.structures] == [s.volume_cc for s in alone.structures]
    assert set(case.warnings) - set(others(case)) == set(alone.warnings)


def test_that_others_were_left_out_is_said(mixed: Path) -> None:
    assert others(of_one(mixed)) == [
        "The folder holds 7 file(s) of other patients, which were left out."
    ]


def test_without_a_choice_the_doses_are_listed(mixed: Path) -> None:
    with pytest.raises(InputError, match="holds 2 doses, choose one"):
        read_dicom_case(mixed)
    assert not inspect_folder(mixed).readable


def test_a_label_that_two_patients_share_is_told_by_the_other_choices(mixed: Path) -> None:
    case = of_one(mixed, OTHER, structures="Plan structures", plan="SRS16")
    assert case.uids["structure_set"] == OTHER.uid("set")


def test_each_patient_is_hidden_behind_a_code_of_their_own(mixed: Path) -> None:
    for made, prefix in ((ONE, "a"), (OTHER, "b")):
        named = target()
        named.name = f"CTV Secret{made.number}"
        made.structures(mixed / f"{prefix}RS.dcm", (cord(), named))
    for made in (ONE, OTHER):
        case = of_one(mixed, made)
        assert case.has(f"CTV {made.code}") and case.has(f"CTV Secret{made.number}")
    assert "secret" not in repr(inspect_folder(mixed)).lower()


def test_conflicts_among_other_patients_do_not_disturb(mixed: Path) -> None:
    OTHER.dose(mixed / "cRD.dcm", DoseComment="another version")
    with pytest.raises(InputError, match="carry the same UID"):
        of_one(mixed, OTHER)
    assert of_one(mixed).identifier == ONE.code


def test_a_broken_file_among_several_patients_is_a_warning(mixed: Path) -> None:
    (mixed / "Secret1.dcm").write_bytes((mixed / "bRD.dcm").read_bytes()[:140])
    (warning,) = [w for w in of_one(mixed).warnings if "broken" in w]
    assert warning.startswith("1 broken file(s)") and "Secret1" not in warning
    assert any("Secret1" not in p and "corrupt" in p for p in inspect_folder(mixed).problems)


def test_an_image_of_another_patient_in_the_same_frame_is_still_refused(tmp_path: Path) -> None:
    ONE.write(tmp_path)
    for path in tmp_path.glob("CT*"):
        path.unlink()
    OTHER.images(tmp_path / "CT", series=ONE.uid("ct"), FrameOfReferenceUID=ONE.uid("frame"))
    with pytest.raises(InputError, match="different patients"):
        of_one(tmp_path)


def test_a_plan_without_image_is_read_beside_other_patients_images(mixed: Path) -> None:
    for path in mixed.glob("aCT*"):
        path.unlink()
    case = of_one(mixed)
    assert case.image is None and case.dose.max_gy == pytest.approx(dose_values().max())
