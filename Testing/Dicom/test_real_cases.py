from __future__ import annotations

import shutil
from pathlib import Path

import numpy as np
import pytest

from spine_radiosurgery.dicom import (
    DoseChoice,
    Inspection,
    inspect_folder,
    read_dicom_case,
    read_structure,
)


def the(inspection: Inspection, kind: str):
    return next(o for o in inspection.objects if o.kind == kind)


@pytest.mark.parametrize(
    ("folder", "prescription", "slices", "maximum_gy", "rois", "cord_cc"),
    [
        ("spine-srs-L1/dicom", (16.0, 1), 80, 18.881, 17, 6.786),
        ("spine-srs-two-levels/dicom", (24.0, 3), 111, 30.038, 16, 9.927),
        ("openkbp_dicomrt/pt_146", (70.0, 35), 128, 73.323, 8, 31.03),
    ],
)
def test_case_is_read_whole(
    real_data: Path, folder: str, prescription, slices, maximum_gy, rois, cord_cc
) -> None:
    case = read_dicom_case(real_data / folder)
    assert (case.prescription.dose_gy, case.prescription.fractions) == prescription
    assert case.image.values.shape[0] == slices
    assert case.dose.max_gy == pytest.approx(maximum_gy, abs=1e-3)
    assert len(case.structures) == rois and not case.unusable
    assert case.structure("SpinalCord").volume_cc == pytest.approx(cord_cc, rel=0.01)
    assert case.dose_summation == "PLAN" and case.warnings == ()


@pytest.mark.parametrize("folder", ["spine-srs-L1", "spine-srs-two-levels"])
def test_image_and_dose_lie_where_simpleitk_puts_them(real_data: Path, folder: str) -> None:
    sitk = pytest.importorskip("SimpleITK")
    case = read_dicom_case(real_data / folder / "dicom")
    for name, grid, values in (
        ("CT", case.image.grid, case.image.values),
        ("Dose_Gy", case.dose.grid, case.dose.values_gy),
    ):
        other = sitk.ReadImage(str(real_data / folder / "nrrd" / f"{name}.nrrd"))
        assert other.GetSize() == values.shape[::-1]
        for index in ((0, 0, 0), (5, 7, 9), tuple(n - 1 for n in other.GetSize())):
            lps = np.array(other.TransformIndexToPhysicalPoint(index))
            assert np.allclose(grid.to_ras([index])[0], lps * [-1, -1, 1], atol=1e-3)
        assert np.allclose(sitk.GetArrayFromImage(other), values, atol=1e-3)


@pytest.mark.slow
def test_inspection_tells_what_openkbp_holds(real_data: Path) -> None:
    inspection = inspect_folder(real_data / "openkbp_dicomrt" / "pt_146")
    assert inspection.readable and inspection.problems == ()
    assert the(inspection, "CT").grid.spacing_mm == (3.76, 3.76, 2.5)
    assert the(inspection, "RTPLAN").plan.fractions == 35
    facts = {s.name: s for s in the(inspection, "RTSTRUCT").structures}
    assert facts["PTV70"].interpreted_type == "PTV"
    assert (facts["SpinalCord"].contours, facts["SpinalCord"].slices) == (98, 98)


def test_reference_structures_on_a_finer_grid_are_read_with_a_warning(
    real_data: Path, tmp_path: Path
) -> None:
    folder = shutil.copytree(real_data / "spine-srs-L1", tmp_path / "case")
    case = read_dicom_case(folder, structures="RefCord6mm")
    assert case.structure("SpinalCord_pm6mm").volume_cc == pytest.approx(2.764, abs=0.01)
    assert any("0.50 mm apart, finer than" in w for w in case.warnings)


def copied(real_data: Path, tmp_path: Path, name: str) -> Path:
    shutil.copy(real_data / "pymedphys_rtdose_edge" / name, tmp_path)
    return tmp_path


def test_feet_first_dose_runs_against_the_normal(real_data: Path, tmp_path: Path) -> None:
    folder = copied(real_data, tmp_path, "RD.TBB_feet_in_supine.dcm")
    dose = read_dicom_case(folder, need_structures=False).dose
    assert np.allclose(dose.grid.to_ras([[0, 0, 0]])[0], [-99.904, 99.383, 100], atol=1e-3)
    # Row 1\0\0 reversed and column 0\1\0: the normal, hence the stack, runs toward the feet.
    assert np.allclose(np.sign(np.diag(dose.ijk_to_ras)[:3]), [1, -1, -1])
    assert dose.max_gy == pytest.approx(1.6219, abs=1e-4)


def test_dose_without_header_and_with_oblong_pixels(real_data: Path, tmp_path: Path) -> None:
    folder = copied(real_data, tmp_path, "rtdose_non_square_pixels.dcm")
    choice = DoseChoice(summation_type="PLAN")
    case = read_dicom_case(folder, need_structures=False, dose_choice=choice)
    assert case.dose.grid.spacing_mm[:2] == pytest.approx([1.00789, 1.03125], abs=1e-4)
    assert len(case.warnings) >= 3


def test_compressed_slab_is_read(real_data: Path) -> None:
    sitk = pytest.importorskip("SimpleITK")
    folder = real_data / "totalseg_example" / "example_ct_dicom"
    image = read_dicom_case(folder, need_dose=False, need_structures=False).image
    assert image.values.shape == (20, 512, 512)
    first = sitk.ReadImage(str(min(folder.iterdir())), imageIO="GDCMImageIO")
    plane = sitk.GetArrayFromImage(first)[0]
    assert any(np.array_equal(plane, image.values[k]) for k in (0, 19))


@pytest.mark.parametrize(
    ("path", "label", "volume_cc"),
    [
        ("tptbox_ct/sub-ct_seg-vert_label-22_msk.nii.gz", 22, 59.73),
        ("sct_pam50_small/PAM50_small_cord.nii.gz", None, 19.04),
        ("tg119/Core.nrrd", None, 29.70),
    ],
)
def test_masks_of_any_index_order_are_read(
    real_data: Path, path: str, label: int | None, volume_cc: float
) -> None:
    assert read_structure(real_data / path, label).volume_cc == pytest.approx(volume_cc, rel=1e-3)


def test_left_posterior_label_orders_put_voxels_where_simpleitk_does(real_data: Path) -> None:
    sitk = pytest.importorskip("SimpleITK")
    path = real_data / "tptbox_ct" / "sub-ct_seg-vert_label-22_msk.nii.gz"
    image = sitk.ReadImage(str(path))
    structure = read_structure(path, 22)
    inside = np.argwhere(sitk.GetArrayFromImage(image) == 22)[::997]
    lps = [image.TransformIndexToPhysicalPoint([int(n) for n in kji[::-1]]) for kji in inside]
    assert structure.contains(np.array(lps) * [-1, -1, 1]).all()
