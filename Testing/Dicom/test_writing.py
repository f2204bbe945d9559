"""Writing a case as DICOM and reading it back."""

from __future__ import annotations

import hashlib
import os
from dataclasses import replace
from pathlib import Path

import numpy as np
import pydicom
import pytest

from spine_radiosurgery.case import Case, InputError
from spine_radiosurgery.dicom import read_dicom_case
from spine_radiosurgery.dicom.writing import write_dicom_case
from spine_radiosurgery.phantom import SpinePhantom, make_phantom

SMALL = SpinePhantom(
    level="C5", pixel_spacing_mm=2.0, slice_spacing_mm=2.5, dose_margin_mm=20.0, fractions=3
)


@pytest.fixture(scope="module")
def case() -> Case:
    return make_phantom(SMALL)


@pytest.fixture(scope="module")
def folder(case: Case, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("written") / "patient"
    write_dicom_case(case, folder)
    return folder


def digests(folder: Path) -> dict[str, str]:
    return {
        str(path.relative_to(folder)): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in sorted(folder.rglob("*.dcm"))
    }


@pytest.mark.parametrize("orientation", ["LPS", "RPI", "PIR", "RAI"])
def test_a_written_case_is_read_back_the_same(orientation, tmp_path):
    case = make_phantom(replace(SMALL, orientation=orientation))
    write_dicom_case(case, tmp_path / "patient")
    again = read_dicom_case(tmp_path / "patient")
    assert not again.warnings
    assert not again.unusable
    assert (again.prescription.dose_gy, again.prescription.fractions) == (16.0, 3)
    index = np.argwhere(np.ones_like(case.image.values[::5, ::9, ::9])) * [5, 9, 9]
    places = case.image.grid.to_ras(index[:, ::-1])
    found = again.image.grid.to_ijk(places)
    assert np.abs(found - np.rint(found)).max() < 1e-3
    found = np.rint(found).astype(int)[:, ::-1]
    assert np.array_equal(again.image.values[tuple(found.T)], case.image.values[tuple(index.T)])
    one, other = case.dose.sample(places), again.dose.sample(places)
    assert np.array_equal(np.isnan(one), np.isnan(other))
    assert np.nanmax(np.abs(one - other)) < 1e-6


def test_structures_keep_names_numbers_types_colours_and_contours(case, folder):
    again = read_dicom_case(folder)
    assert [s.name for s in again.structures] == [s.name for s in case.structures]
    for one, other in zip(case.structures, again.structures, strict=True):
        facts = [(s.number, s.interpreted_type, s.algorithm, s.color) for s in (one, other)]
        assert facts[0] == facts[1]
        contours = [sorted(s.contours(), key=_order) for s in (one, other)]
        for a, b in zip(*contours, strict=True):
            assert np.abs(a - b).max() < 1e-3
        assert other.volume_cc == pytest.approx(one.volume_cc, rel=1e-6)


def _order(contour: np.ndarray) -> tuple[float, ...]:
    return (round(float(contour[0, 2]), 2), len(contour), *np.round(contour[0], 2).tolist())


def test_every_axial_contour_refers_to_the_image_of_its_slice(folder):
    images = [pydicom.dcmread(path) for path in sorted((folder / "CT").iterdir())]
    heights = {image.SOPInstanceUID: image.ImagePositionPatient[2] for image in images}
    structures = pydicom.dcmread(folder / "RS.dcm")
    for roi in structures.ROIContourSequence:
        for contour in roi.ContourSequence:
            uid = contour.ContourImageSequence[0].ReferencedSOPInstanceUID
            assert abs(heights[uid] - contour.ContourData[2]) < 1e-3
            assert len(contour.ContourData) == 3 * contour.NumberOfContourPoints


def test_objects_share_study_and_frame_and_refer_to_each_other(folder):
    image = pydicom.dcmread(folder / "CT" / "CT0001.dcm")
    structures, dose, plan = (pydicom.dcmread(folder / f"{n}.dcm") for n in ("RS", "RD", "RP"))
    for other in (structures, dose, plan):
        assert other.StudyInstanceUID == image.StudyInstanceUID
        assert other.FrameOfReferenceUID == image.FrameOfReferenceUID
        assert other.SeriesInstanceUID != image.SeriesInstanceUID
    plan_uid = dose.ReferencedRTPlanSequence[0].ReferencedSOPInstanceUID
    assert plan_uid == plan.SOPInstanceUID
    set_uid = plan.ReferencedStructureSetSequence[0].ReferencedSOPInstanceUID
    assert set_uid == structures.SOPInstanceUID


def test_the_dose_has_32_bits_relative_offsets_and_the_plans_sum(folder):
    dose = pydicom.dcmread(folder / "RD.dcm")
    assert (dose.BitsAllocated, dose.DoseUnits, dose.DoseSummationType) == (32, "GY", "PLAN")
    assert dose.GridFrameOffsetVector[0] == 0
    assert np.allclose(np.diff(np.array(dose.GridFrameOffsetVector, float)), 2.0)


def test_feet_first_scans_say_so(tmp_path):
    write_dicom_case(make_phantom(replace(SMALL, orientation="RPI")), tmp_path / "patient")
    image = pydicom.dcmread(tmp_path / "patient" / "CT" / "CT0001.dcm")
    assert image.PatientPosition == "FFS"
    assert [float(c) for c in image.ImageOrientationPatient] == [-1, 0, 0, 0, 1, 0]


def test_uids_are_valid_and_each_object_has_its_own(folder):
    uids = []
    for path in folder.rglob("*.dcm"):
        dataset = pydicom.dcmread(path)
        uids.append(dataset.SOPInstanceUID)
        for uid in (dataset.SOPInstanceUID, dataset.SeriesInstanceUID, dataset.StudyInstanceUID):
            assert uid.is_valid
            assert len(uid) <= 64
    assert len(set(uids)) == len(uids)


def test_the_same_case_is_written_to_the_same_bytes_and_a_seed_makes_another_study(
    case, folder, tmp_path
):
    write_dicom_case(case, tmp_path / "again")
    assert digests(tmp_path / "again") == digests(folder)
    write_dicom_case(case, tmp_path / "other", seed=1)
    studies = [
        pydicom.dcmread(path / "RD.dcm").StudyInstanceUID for path in (folder, tmp_path / "other")
    ]
    assert studies[0] != studies[1]


def test_a_folder_with_files_is_left_alone(case, tmp_path):
    (tmp_path / "notes.txt").write_text("keep")
    with pytest.raises(InputError, match="not an empty folder"):
        write_dicom_case(case, tmp_path)
    assert [path.name for path in tmp_path.iterdir()] == ["notes.txt"]


def test_nothing_half_written_stays_when_the_disk_is_full(case, tmp_path, monkeypatch):
    def full(*_args: object, **_kwargs: object) -> None:
        raise OSError(28, os.strerror(28))

    monkeypatch.setattr("spine_radiosurgery.dicom.writing.dose_dataset", full)
    with pytest.raises(InputError, match=r"patient cannot be written: No space left"):
        write_dicom_case(case, tmp_path / "patient")
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize(
    ("missing", "complaint"),
    [
        ({"image": None}, "no CT image"),
        ({"dose": None}, "no dose"),
        ({"prescription": None}, "no prescription"),
        ({"structures": ()}, "no structures"),
    ],
)
def test_an_incomplete_case_is_refused(case, missing, complaint, tmp_path):
    with pytest.raises(InputError, match=complaint):
        write_dicom_case(replace(case, **missing), tmp_path / "patient")
