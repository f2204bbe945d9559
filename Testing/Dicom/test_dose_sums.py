"""Several doses chosen from one folder: their sum, its fractions and its prescription."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from builders import (
    OTHER_FRAME,
    dose_reference,
    dose_values,
    fraction_group,
    plan_reference,
    write_case,
    write_dose,
    write_plan,
)
from pydicom.sequence import Sequence as Items

from spine_radiosurgery.dicom import DoseChoice, read_dicom_case
from spine_radiosurgery.geometry import InputError
from spine_radiosurgery.report import evaluate

BOOST_DOSE, BOOST_PLAN = "1.2.3.61", "1.2.3.71"
BOTH = ["Plan dose", "Boost"]


def write_boost(
    folder: Path, *, fractions: int = 1, prescribed_gy: float = 8.0, values=None, **dose_changes
) -> None:
    changes = {
        "SOPInstanceUID": BOOST_DOSE,
        "SeriesDescription": "Boost",
        "ReferencedRTPlanSequence": plan_reference(BOOST_PLAN),
    }
    write_dose(folder / "RD2.dcm", values, **(changes | dose_changes))
    write_plan(
        folder / "RP2.dcm", SOPInstanceUID=BOOST_PLAN, RTPlanLabel="BOOST",
        DoseReferenceSequence=Items([dose_reference(prescribed_gy)]),
        FractionGroupSequence=Items([fraction_group(fractions)]),
    )  # fmt: skip


def two_plans(folder: Path, **boost) -> Path:
    write_case(folder)
    write_boost(folder, **boost)
    return folder


def test_two_doses_on_one_grid_are_added(tmp_path: Path) -> None:
    case = read_dicom_case(two_plans(tmp_path), dose=BOTH)
    assert np.allclose(case.dose.values_gy, 2 * dose_values())
    assert case.dose_label == "Plan dose + Boost"
    assert case.dose_summation == "MULTI_PLAN"
    assert {"RTDOSE 1", "RTDOSE 2", "RTPLAN 1", "RTPLAN 2"} <= {s.name for s in case.sources}
    assert case.parameters["chosen_dose"] == BOTH
    assert [p["fractions"] for p in case.parameters["dose_parts"]] == [1, 1]


def test_doses_on_different_grids_are_added_on_the_finer_one(tmp_path: Path) -> None:
    flat = np.full((12, 20, 22), 4.0)
    offsets = [2.0 * n for n in range(12)]
    case = read_dicom_case(
        two_plans(tmp_path, values=flat, PixelSpacing=[1.5, 1.5], GridFrameOffsetVector=offsets),
        dose=BOTH,
    )
    assert np.allclose(case.dose.grid.spacing_mm, [1.5, 1.5, 2.0])
    alone = read_dicom_case(tmp_path, dose="Plan dose").dose
    centres = case.dose.grid.to_ras([[2, 3, 4], [5, 5, 5]])
    assert np.allclose(case.dose.sample(centres), alone.sample(centres) + 4.0)
    assert any("interpolated to the finest (1.5 x 1.5 x 2 mm)" in w for w in case.warnings)
    assert case.parameters["dose_resampling_error_gy"] >= 0


def test_same_fractions_add_their_prescriptions_and_say_so(tmp_path: Path) -> None:
    case = read_dicom_case(two_plans(tmp_path), dose=BOTH)
    assert (case.prescription.dose_gy, case.prescription.fractions) == (24.0, 1)
    assert "'SRS16' 16 Gy + 'BOOST' 8 Gy" in case.prescription.source
    assert case.parameters["same_fractionation"] is True
    assert any("24 Gy in 1 fraction is the sum" in w for w in case.warnings)
    assert any("taken to be given in the same 1 fraction" in w for w in case.warnings)


def test_different_fractionation_is_shown_but_no_limit_is_evaluated(tmp_path: Path) -> None:
    case = read_dicom_case(two_plans(tmp_path, fractions=5, prescribed_gy=25.0), dose=BOTH)
    assert case.prescription is None
    assert case.parameters["same_fractionation"] is False
    assert any("different fractionation" in w for w in case.warnings)
    report = evaluate(case, target="CTV_L1", cord="SpinalCord", prescription_gy=41.0, fractions=1)
    assert {row.status for row in report.constraints} == {"not_evaluable"}
    assert all("different fractionation" in row.reason for row in report.constraints)
    assert report.verdict.status == "not_evaluable"
    values = {(m.structure, m.metric.name): m.metric.value for m in report.metrics}
    alone = read_dicom_case(tmp_path, dose="Boost")
    boost = evaluate(alone, target="CTV_L1", cord="SpinalCord")
    half = {(m.structure, m.metric.name): m.metric.value for m in boost.metrics}
    for key in (("SpinalCord_Partial", "Mean[Gy]"), ("CTV_L1", "D95%[Gy]")):
        assert values[key] == pytest.approx(2 * half[key], rel=1e-9)


def test_same_fractionation_is_evaluated(tmp_path: Path) -> None:
    case = read_dicom_case(two_plans(tmp_path), dose=BOTH)
    report = evaluate(case, target="CTV_L1", cord="SpinalCord")
    assert report.prescription.dose_gy == 24.0
    assert {row.status for row in report.constraints} != {"not_evaluable"}


def test_a_plan_that_is_not_there_leaves_fractions_and_prescription_open(tmp_path: Path) -> None:
    two_plans(tmp_path)
    (tmp_path / "RP2.dcm").unlink()
    case = read_dicom_case(tmp_path, dose=BOTH)
    assert case.prescription is None
    assert case.parameters["plan_fractions"] == [1, None]
    assert case.parameters["same_fractionation"] is False
    assert any("1 not in the folder" in w for w in case.warnings)
    (tmp_path / "RP.dcm").unlink()
    without_plans = read_dicom_case(tmp_path, dose=BOTH)
    assert without_plans.parameters["same_fractionation"] is False
    report = evaluate(
        without_plans, target="CTV_L1", cord="SpinalCord", prescription_gy=24.0, fractions=1
    )
    assert {row.status for row in report.constraints} == {"not_evaluable"}


def test_a_dose_without_plan_leaves_the_prescription_open(tmp_path: Path) -> None:
    two_plans(tmp_path, ReferencedRTPlanSequence=None)
    case = read_dicom_case(tmp_path, dose=BOTH)
    assert case.prescription is None
    assert case.parameters["same_fractionation"] is False


def test_a_stored_sum_with_a_plan_missing_has_no_prescription(tmp_path: Path) -> None:
    both = Items([*plan_reference(), *plan_reference(BOOST_PLAN)])
    write_dose(
        write_case(tmp_path) / "RD.dcm", DoseSummationType="MULTI_PLAN",
        ReferencedRTPlanSequence=both,
    )  # fmt: skip
    case = read_dicom_case(tmp_path)
    assert case.prescription is None
    assert case.parameters["same_fractionation"] is False


def test_doses_in_different_frames_are_not_added(tmp_path: Path) -> None:
    two_plans(tmp_path, FrameOfReferenceUID=OTHER_FRAME)
    with pytest.raises(InputError, match=r"Plan dose.*11111111.*Boost.*22222222.*in different"):
        read_dicom_case(tmp_path, dose=BOTH, image="CT planning")


def test_a_plan_is_not_counted_twice(tmp_path: Path) -> None:
    two_plans(tmp_path, ReferencedRTPlanSequence=plan_reference())
    with pytest.raises(InputError, match="belong to the same plan, whose dose would count twice"):
        read_dicom_case(tmp_path, dose=BOTH)


def test_a_dose_named_twice_is_refused(tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"RD\.dcm.* was named twice"):
        read_dicom_case(two_plans(tmp_path), dose=["Plan dose", "RD.dcm"])


def test_a_plan_cannot_be_named_for_several_doses(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="their plans are those that they refer to"):
        read_dicom_case(two_plans(tmp_path), dose=BOTH, plan="BOOST")


def test_a_dose_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="no dose 'Bost'"):
        read_dicom_case(two_plans(tmp_path), dose=["Plan dose", "Bost"])


def test_one_name_in_a_list_is_one_dose(tmp_path: Path) -> None:
    case = read_dicom_case(two_plans(tmp_path), dose=["Boost"])
    assert (case.dose_label, case.dose_summation) == ("Boost", "PLAN")
    assert case.prescription.dose_gy == 8.0
    assert case.parameters["chosen_dose"] == "Boost"


def test_beams_make_their_plan_s_dose_before_it_is_added(tmp_path: Path) -> None:
    two_plans(tmp_path)
    (tmp_path / "RD.dcm").unlink()
    for beam in (1, 2):
        write_dose(
            tmp_path / f"beam{beam}.dcm", SOPInstanceUID=f"1.2.3.9{beam}",
            SeriesDescription=f"Beam {beam}", DoseSummationType="BEAM",
            ReferencedRTPlanSequence=plan_reference(beam=beam),
        )  # fmt: skip
    case = read_dicom_case(tmp_path, dose=["Beam 1", "Beam 2", "Boost"])
    assert np.allclose(case.dose.values_gy, 3 * dose_values())
    assert len(case.parameters["dose_parts"]) == 2
    with pytest.raises(InputError, match="is a BEAM dose, not the plan's whole dose"):
        read_dicom_case(tmp_path, dose=["Beam 1", "Boost"])
    with pytest.raises(InputError, match="not both"):
        read_dicom_case(tmp_path, dose=["Boost"], dose_choice=DoseChoice(sum_beams=True))
