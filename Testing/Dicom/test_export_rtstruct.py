"""An exported RTSTRUCT as pydicom reads it: what it refers to, what it holds, what it hides."""

from __future__ import annotations

import warnings
from datetime import datetime
from pathlib import Path

import numpy as np
import pydicom
import pytest
from builders import (
    CT_SERIES,
    FRAME,
    STUDY,
)
from exporting import SHAPES, case_of, exported, shape, write_image

from spine_radiosurgery.case import PatientIdentity
from spine_radiosurgery.dicom.exporting import export_rtstruct, read_export_source
from spine_radiosurgery.dicom.exporting.structures import unique_names
from spine_radiosurgery.geometry import InputError

MOMENT = datetime(2026, 1, 2, 3, 4, 5)


@pytest.fixture(scope="module")
def folder(tmp_path_factory) -> Path:
    return write_image(tmp_path_factory.mktemp("image"))


@pytest.fixture(scope="module")
def source(folder: Path):
    return read_export_source(folder, case_of())


@pytest.fixture(scope="module")
def structures():
    return [
        exported(shape("Cube"), name="CTV_L1", interpreted_type="CTV", role="target"),
        exported(shape("Donut"), name="SpinalCord_PRV02", interpreted_type="AVOIDANCE"),
    ]


@pytest.fixture(scope="module")
def written(source, structures, tmp_path_factory):
    path = tmp_path_factory.mktemp("export") / "rtstruct.dcm"
    return export_rtstruct(path, structures, source, moment=MOMENT)


@pytest.fixture(scope="module")
def dataset(written) -> pydicom.Dataset:
    return pydicom.dcmread(written.path)


def area_mm2(data) -> float:
    x, y = np.array(data, float).reshape(-1, 3)[:, :2].T
    return float(abs(0.5 * np.sum(x * np.roll(y, -1) - np.roll(x, -1) * y)))


def test_it_belongs_to_the_original_study_frame_and_series(dataset, source) -> None:
    assert dataset.StudyInstanceUID == STUDY
    frame = dataset.ReferencedFrameOfReferenceSequence[0]
    series = frame.RTReferencedStudySequence[0].RTReferencedSeriesSequence[0]
    assert frame.FrameOfReferenceUID == FRAME and series.SeriesInstanceUID == CT_SERIES
    listed = [image.ReferencedSOPInstanceUID for image in series.ContourImageSequence]
    assert listed == [f"{CT_SERIES}.{n}" for n in range(1, 41)]
    assert {roi.ReferencedFrameOfReferenceUID for roi in dataset.StructureSetROISequence} == {FRAME}


def test_every_contour_names_the_slice_that_it_lies_on(dataset, folder) -> None:
    heights = {}
    for path in (folder / "CT").iterdir():
        image = pydicom.dcmread(path, stop_before_pixels=True)
        heights[image.SOPInstanceUID] = float(image.ImagePositionPatient[2])
    for roi in dataset.ROIContourSequence:
        for contour in roi.ContourSequence:
            named = contour.ContourImageSequence[0].ReferencedSOPInstanceUID
            z = np.array(contour.ContourData, float)[2::3]
            assert np.abs(z - heights[named]).max() < 1e-3
            assert contour.NumberOfContourPoints == len(z) >= 3


def test_series_and_object_have_uids_of_their_own_that_the_content_decides(
    written, source, structures, dataset, tmp_path
) -> None:
    again = export_rtstruct(tmp_path / "again.dcm", structures, source, moment=MOMENT)
    assert again.path.read_bytes() == written.path.read_bytes()
    other = export_rtstruct(tmp_path / "other.dcm", structures[:1], source, moment=MOMENT)
    assert other.uid != written.uid and written.uid.startswith("2.25.")
    assert dataset.SeriesInstanceUID not in (CT_SERIES, written.uid)


def test_names_types_algorithms_colors_and_codes_are_there(dataset) -> None:
    rois, observations = dataset.StructureSetROISequence, dataset.RTROIObservationsSequence
    assert [roi.ROIName for roi in rois] == ["CTV_L1", "SpinalCord_PRV02"]
    assert [roi.ROINumber for roi in rois] == [1, 2]
    assert [o.RTROIInterpretedType for o in observations] == ["CTV", "AVOIDANCE"]
    assert {roi.ROIGenerationAlgorithm for roi in rois} == {"SEMIAUTOMATIC"}
    assert list(dataset.ROIContourSequence[0].ROIDisplayColor) == [20, 200, 30]
    code = observations[0].RTROIIdentificationCodeSequence[0]
    assert (code.CodeValue, code.CodingSchemeDesignator) == ("2748008", "SCT")
    assert dataset.ApprovalStatus == "UNAPPROVED"


def test_volume_of_the_written_numbers_is_the_shape_s(dataset, written) -> None:
    for roi, name, result in zip(
        dataset.ROIContourSequence, ("Cube", "Donut"), written.structures, strict=True
    ):
        planes: dict[float, list[float]] = {}
        for contour in roi.ContourSequence:
            planes.setdefault(float(contour.ContourData[2]), []).append(
                area_mm2(contour.ContourData)
            )
        # A hole lies within its region: what is larger less what is smaller.
        areas = [2 * max(found) - sum(found) for found in planes.values()]
        assert 2.0 * sum(areas) / 1000 == pytest.approx(SHAPES[name][1], rel=0.005)
        assert result.written_cc == pytest.approx(2.0 * sum(areas) / 1000, rel=1e-4)


def test_every_value_fits_its_type(written) -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        found = pydicom.dcmread(written.path)
        for element in found.iterall():
            assert element.VR != "UN"
            pydicom.dataelem.DataElement(
                element.tag,
                element.VR,
                element.value,
                validation_mode=pydicom.config.RAISE,
            )


def test_a_study_code_stands_for_the_patient(written, dataset) -> None:
    assert str(dataset.PatientName) == dataset.PatientID == "SRS-TESTCODE"
    assert dataset.PatientIdentityRemoved == "YES"
    assert not dataset.PatientBirthDate and not dataset.StudyDate
    assert b"ecret" not in written.path.read_bytes()
    assert b"SECRET" not in written.path.read_bytes()


def test_an_identified_export_keeps_the_patient_s_module(source, structures, tmp_path) -> None:
    result = export_rtstruct(
        tmp_path / "a.dcm", structures[:1], source, identity=source.identity, moment=MOMENT
    )
    found = pydicom.dcmread(result.path)
    assert (str(found.PatientName), found.PatientID) == ("Secret^Patient", "SECRET-1")
    assert found.StudyDate == "20260115" and "PatientIdentityRemoved" not in found
    given = PatientIdentity("Other^Name", "X1", "19500102")
    result = export_rtstruct(tmp_path / "b.dcm", structures[:1], source, identity=given)
    assert pydicom.dcmread(result.path).PatientBirthDate == "19500102"


def test_a_file_that_exists_is_not_touched(source, structures, tmp_path) -> None:
    path = tmp_path / "mine.dcm"
    path.write_text("mine")
    with pytest.raises(InputError, match="exists"):
        export_rtstruct(path, structures, source)
    assert [p.name for p in tmp_path.iterdir()] == ["mine.dcm"] and path.read_text() == "mine"


def test_another_image_s_folder_is_refused(folder) -> None:
    case = case_of()
    other = type(case)(case.identifier, (), None, uids={**case.uids, "image_series": "9.9.9"})
    with pytest.raises(InputError, match="is not in"):
        read_export_source(folder, other)


@pytest.mark.parametrize("name", ["", "A" * 65, "a\\b"])
def test_names_that_dicom_cannot_hold_are_refused(name: str) -> None:
    with pytest.raises(InputError, match="cannot be that of a ROI"):
        exported(shape("Cube"), name=name)


def test_names_are_unique_whatever_their_case() -> None:
    assert unique_names(["Cord", "cord", "CORD"], ["cord^srs"]) == [
        "Cord",
        "cord^SRS2",
        "CORD^SRS3",
    ]
    long = unique_names(["x" * 64], ["x" * 64])[0]
    assert len(long) == 64 and long.endswith("^SRS")
