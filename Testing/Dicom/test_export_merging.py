"""An exported RTSTRUCT that holds the case's own structures, too."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

import pydicom
import pytest
from builders import (
    CT_SERIES,
    FRAME,
    OTHER_FRAME,
    SET_UID,
    Roi,
    circle,
    cord,
    target,
    write_structures,
)
from exporting import case_of, exported, shape, write_image

from spine_radiosurgery.dicom import read_dicom_case
from spine_radiosurgery.dicom.exporting import export_rtstruct, read_export_source
from spine_radiosurgery.geometry import InputError

MOMENT = datetime(2026, 1, 2, 3, 4, 5)


@pytest.fixture(scope="module")
def former(tmp_path_factory) -> Path:
    folder = write_image(tmp_path_factory.mktemp("merged"))
    rois = [cord(), target(), Roi(9, "Secret ring", [circle(6.0), circle(8.0)])]
    path = write_structures(
        folder / "RS.dcm",
        rois,
        OperatorsName="Secret^Operator",
        ReviewerName="Secret^Reviewer",
        InstitutionName="Secret Clinic",
        ApprovalStatus="APPROVED",
    )
    found = pydicom.dcmread(path)
    found.StructureSetROISequence[0].add_new(0x00091001, "LO", "Secret private")
    found.RTROIObservationsSequence[0].ROIInterpreter = "Secret^Interpreter"
    found.RTROIObservationsSequence[1].ObservationNumber = 40
    found.save_as(path)
    return folder


@pytest.fixture(scope="module")
def merged(former, tmp_path_factory):
    source = read_export_source(former, case_of())
    structures = [
        exported(shape("Cube"), name="ctv_l1"),
        exported(shape("Donut"), name="SpinalCord_Partial"),
    ]
    path = tmp_path_factory.mktemp("merging") / "rtstruct.dcm"
    return export_rtstruct(path, structures, source, merge=True, moment=MOMENT)


@pytest.fixture(scope="module")
def found(merged) -> pydicom.Dataset:
    return pydicom.dcmread(merged.path)


def test_all_contours_are_copied_byte_for_byte(former, found) -> None:
    original = pydicom.dcmread(former / "RS.dcm")
    for mine, theirs in zip(found.ROIContourSequence, original.ROIContourSequence, strict=False):
        assert mine.ReferencedROINumber == theirs.ReferencedROINumber
        for one, other in zip(mine.ContourSequence, theirs.ContourSequence, strict=True):
            raw = one.get_item("ContourData"), other.get_item("ContourData")
            assert raw[0].value == raw[1].value
    assert len(found.ROIContourSequence) == 5


def test_ours_get_new_numbers_and_names_that_show(merged, found) -> None:
    names = [roi.ROIName for roi in found.StructureSetROISequence]
    assert names[:2] == ["SpinalCord", "CTV_L1"]
    assert names[3:] == ["ctv_l1^SRS", "SpinalCord_Partial"]
    assert [roi.ROINumber for roi in found.StructureSetROISequence] == [1, 2, 9, 10, 11]
    numbers = [o.ObservationNumber for o in found.RTROIObservationsSequence]
    assert numbers == [1, 40, 9, 41, 42]
    assert "ctv_l1 is called ctv_l1^SRS" in merged.notes[0]


def test_it_is_another_object_unapproved_and_says_what_it_is(found, merged) -> None:
    assert found.SOPInstanceUID == merged.uid != SET_UID
    assert found.SeriesInstanceUID != "1.2.3.50" and "merged" in found.StructureSetLabel
    former = found.PredecessorStructureSetSequence[0]
    assert former.ReferencedSOPInstanceUID == SET_UID
    assert found.ApprovalStatus == "UNAPPROVED" and "ReviewerName" not in found


def test_the_series_is_named_in_the_frame_that_is_there_already(found) -> None:
    assert len(found.ReferencedFrameOfReferenceSequence) == 1
    frame = found.ReferencedFrameOfReferenceSequence[0]
    series = [
        one.SeriesInstanceUID
        for study in frame.RTReferencedStudySequence
        for one in study.RTReferencedSeriesSequence
    ]
    assert series == [CT_SERIES]


def test_nothing_tells_a_person_or_a_place(merged) -> None:
    data = merged.path.read_bytes()
    assert b"ecret" not in data and b"SECRET" not in data


def test_a_structure_that_is_there_already_is_copied_once(former, tmp_path) -> None:
    case = read_dicom_case(former, need_dose=False)
    own = case.structure("SpinalCord")
    result = export_rtstruct(
        tmp_path / "a.dcm", [exported(own)], read_export_source(former, case), merge=True
    )
    found = pydicom.dcmread(result.path)
    assert [roi.ROIName for roi in found.StructureSetROISequence].count("SpinalCord") == 1
    assert "was copied" in result.notes[0] and result.structures == ()


def test_a_frame_of_another_image_stays_beside_ours(tmp_path) -> None:
    folder = write_image(tmp_path / "case")
    roi = Roi(1, "Elsewhere", [circle(6.0), circle(8.0)], frame=OTHER_FRAME)
    write_structures(folder / "RS.dcm", [roi], series="1.2.3.999")
    source = read_export_source(folder, case_of())
    result = export_rtstruct(tmp_path / "a.dcm", [exported(shape("Cube"))], source, merge=True)
    found = pydicom.dcmread(result.path)
    frames = [f.FrameOfReferenceUID for f in found.ReferencedFrameOfReferenceSequence]
    assert frames == [OTHER_FRAME, FRAME]


def test_without_a_structure_set_there_is_nothing_to_merge_with(tmp_path) -> None:
    source = read_export_source(write_image(tmp_path / "case"), case_of())
    with pytest.raises(InputError, match="no structure set"):
        export_rtstruct(tmp_path / "a.dcm", [exported(shape("Cube"))], source, merge=True)
