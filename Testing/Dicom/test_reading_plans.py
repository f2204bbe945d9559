from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from builders import (
    OTHER_FRAME,
    SLICES,
    Roi,
    circle,
    dose_reference,
    dose_values,
    fraction_group,
    plan_reference,
    write_case,
    write_dose,
    write_images,
    write_plan,
    write_registration,
    write_structures,
)
from pydicom.sequence import Sequence as Items

from spine_radiosurgery.dicom import read_dicom_case
from spine_radiosurgery.geometry import InputError


def shift(x: float, y: float, z: float, degrees: float = 0.0) -> np.ndarray:
    c, s = np.cos(np.radians(degrees)), np.sin(np.radians(degrees))
    return np.array([[c, -s, 0, x], [s, c, 0, y], [0, 0, 1, z], [0, 0, 0, 1]])


def test_prescription_comes_from_the_target_and_the_fraction_group(tmp_path: Path) -> None:
    prescription = read_dicom_case(write_case(tmp_path)).prescription
    assert (prescription.dose_gy, prescription.fractions) == (16.0, 1)
    assert "SRS16" in prescription.source


def test_highest_of_several_target_doses_counts_and_organs_do_not(tmp_path: Path) -> None:
    references = [
        dose_reference(16.0),
        dose_reference(18.0, "GTV"),
        dose_reference(30.0, "SpinalCord", "ORGAN_AT_RISK"),
    ]
    write_plan(write_case(tmp_path) / "RP.dcm", DoseReferenceSequence=Items(references))
    case = read_dicom_case(tmp_path)
    assert case.prescription.dose_gy == 18.0
    assert any("CTV_L1 16 Gy, GTV 18 Gy" in w for w in case.warnings)


def test_beam_doses_stand_in_and_that_is_said(tmp_path: Path) -> None:
    write_plan(
        write_case(tmp_path) / "RP.dcm", DoseReferenceSequence=None,
        FractionGroupSequence=Items([fraction_group(3, (4.0, 5.0))]),
    )  # fmt: skip
    case = read_dicom_case(tmp_path)
    assert (case.prescription.dose_gy, case.prescription.fractions) == (27.0, 3)
    assert any("sum of its beams' doses" in w for w in case.warnings)


@pytest.mark.parametrize("dose_gy", [0.0, 1600.0])
def test_absurd_plan_prescription_is_not_used(tmp_path: Path, dose_gy: float) -> None:
    write_plan(
        write_case(tmp_path) / "RP.dcm", DoseReferenceSequence=Items([dose_reference(dose_gy)])
    )
    case = read_dicom_case(tmp_path)
    assert case.prescription is None
    assert any(f"{dose_gy:g} Gy" in w for w in case.warnings)


def test_no_plan_means_no_prescription(tmp_path: Path) -> None:
    (write_case(tmp_path) / "RP.dcm").unlink()
    assert read_dicom_case(tmp_path).prescription is None


def test_plan_of_another_dose_is_not_used(tmp_path: Path) -> None:
    write_plan(write_case(tmp_path) / "RP.dcm", SOPInstanceUID="1.2.3.77")
    case = read_dicom_case(tmp_path)
    assert case.prescription is None
    assert any("plan that is not in the folder" in w for w in case.warnings)
    assert read_dicom_case(tmp_path, plan="SRS16").prescription.dose_gy == 16.0


def test_two_plans_are_refused_unless_the_dose_names_one(tmp_path: Path) -> None:
    write_case(tmp_path)
    write_plan(tmp_path / "RP2.dcm", SOPInstanceUID="1.2.3.71", RTPlanLabel="Boost")
    assert read_dicom_case(tmp_path).uids["plan"] == "1.2.3.7"
    write_dose(tmp_path / "RD.dcm", ReferencedRTPlanSequence=None)
    with pytest.raises(InputError, match=r"2 plans, choose one: .*'SRS16'.*'Boost'"):
        read_dicom_case(tmp_path)
    assert read_dicom_case(tmp_path, plan="Boost").uids["plan"] == "1.2.3.71"


def test_sum_of_plans_has_no_prescription_of_its_own(tmp_path: Path) -> None:
    write_case(tmp_path)
    write_plan(
        tmp_path / "RP2.dcm", SOPInstanceUID="1.2.3.71", RTPlanLabel="Boost",
        FractionGroupSequence=Items([fraction_group(5)]),
    )  # fmt: skip
    both = Items([*plan_reference(), *plan_reference("1.2.3.71")])
    write_dose(tmp_path / "RD.dcm", DoseSummationType="MULTI_PLAN", ReferencedRTPlanSequence=both)
    case = read_dicom_case(tmp_path)
    assert case.prescription is None
    assert sorted(case.parameters["plan_fractions"]) == [1, 5]
    assert any("different fractionation" in w for w in case.warnings)


@pytest.mark.parametrize(
    ("write", "file"), [(write_dose, "RD.dcm"), (write_plan, "RP.dcm")], ids=["dose", "plan"]
)
def test_object_in_another_frame_is_refused_with_both_uids(tmp_path: Path, write, file) -> None:
    write(write_case(tmp_path) / file, FrameOfReferenceUID=OTHER_FRAME)
    with pytest.raises(InputError, match=rf"{file}: .*\.\.\.22222222.*\.\.\.11111111"):
        read_dicom_case(tmp_path)


def other_cord(move: np.ndarray) -> Roi:
    """The cord as drawn in the other frame, `move` leading back to the planning image."""
    back = np.linalg.inv(move)
    contours = [circle(z) @ back[:3, :3].T + back[:3, 3] for z in SLICES[2:18]]
    return Roi(1, "SpinalCord", [c.round(6) for c in contours], frame=OTHER_FRAME)


def test_structures_in_another_frame_are_refused(tmp_path: Path) -> None:
    write_structures(write_case(tmp_path) / "RS.dcm", [other_cord(shift(1, 2, 3))])
    with pytest.raises(InputError, match=r"RS\.dcm: structure SpinalCord lies in frame .*22222222"):
        read_dicom_case(tmp_path)


def test_structures_drawn_on_a_registered_mr_are_brought_in(tmp_path: Path) -> None:
    move = shift(5.0, -3.0, 7.5, degrees=20.0)
    write_case(tmp_path)
    expected = read_dicom_case(tmp_path).structure("SpinalCord")
    write_images(
        tmp_path / "MR", [z - 7.5 for z in SLICES], series="1.2.3.4", modality="MR",
        FrameOfReferenceUID=OTHER_FRAME,
    )  # fmt: skip
    write_structures(tmp_path / "RS.dcm", [other_cord(move)], series="1.2.3.4")
    write_registration(tmp_path / "REG.dcm", move)
    case = read_dicom_case(tmp_path)
    moved = case.structure("SpinalCord")
    assert case.image.modality == "CT"
    assert np.allclose(moved.bounds_ras(), expected.bounds_ras(), atol=1e-3)
    assert moved.volume_cc == pytest.approx(expected.volume_cc, rel=1e-5)
    assert any("moved from frame of reference ...22222222" in w for w in case.warnings)
    assert {"REG 1"} <= {s.name for s in case.sources}


def test_dose_in_a_registered_frame_is_brought_in(tmp_path: Path) -> None:
    move = shift(5.0, -3.0, 7.5)
    write_dose(write_case(tmp_path) / "RD.dcm", FrameOfReferenceUID=OTHER_FRAME)
    write_registration(tmp_path / "REG.dcm", np.linalg.inv(move), source="1.2.3.2.11111111",
                       target_frame=OTHER_FRAME)  # fmt: skip
    dose = read_dicom_case(tmp_path, image="CT planning").dose
    assert dose.sample([[19 - 5.0, 18 + 3.0, 4 + 7.5 + 3]])[0] == pytest.approx(
        dose_values()[1, 0, 0]
    )


def test_scaling_registration_stays_out(tmp_path: Path) -> None:
    write_dose(write_case(tmp_path) / "RD.dcm", FrameOfReferenceUID=OTHER_FRAME)
    write_registration(tmp_path / "REG.dcm", np.diag([1.1, 1, 1, 1]))
    with pytest.raises(InputError, match="no registration leads"):
        read_dicom_case(tmp_path, image="CT planning")


def test_image_in_an_unrelated_frame_stays_out_and_that_is_said(tmp_path: Path) -> None:
    write_case(tmp_path)
    write_images(tmp_path / "MR", series="1.2.3.4", modality="MR", FrameOfReferenceUID=OTHER_FRAME)
    listed = next(o for o in read_dicom_case(tmp_path).listing if o.kind == "MR")
    assert not listed.used and "...22222222" in listed.note


def test_two_patients_in_one_folder_are_refused_without_telling_who(tmp_path: Path) -> None:
    write_dose(write_case(tmp_path) / "RD.dcm", PatientID="OTHER-2")
    with pytest.raises(InputError, match="different patients") as caught:
        read_dicom_case(tmp_path)
    assert "SECRET" not in str(caught.value) and "OTHER-2" not in str(caught.value)
