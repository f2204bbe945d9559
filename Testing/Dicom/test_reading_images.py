from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from builders import (
    SLICES,
    cord,
    hounsfield,
    target,
    write_case,
    write_images,
    write_structures,
)

from spine_radiosurgery.dicom import read_dicom_case
from spine_radiosurgery.geometry import InputError

ORIENTATIONS = {
    "head first supine": (1, 0, 0, 0, 1, 0),
    "feet first supine": (-1, 0, 0, 0, 1, 0),
    "head first prone": (-1, 0, 0, 0, -1, 0),
    "decubitus": (0, -1, 0, 1, 0, 0),
    "sagittal": (0, 1, 0, 0, 0, -1),
    "coronal": (1, 0, 0, 0, 0, -1),
    "oblique": (0.8, 0.6, 0, -0.6, 0.8, 0),
}


def read_image_only(folder: Path):
    return read_dicom_case(folder, need_dose=False, need_structures=False)


@pytest.mark.parametrize("orientation", ORIENTATIONS.values(), ids=ORIENTATIONS.keys())
def test_voxels_lie_where_their_slices_say(tmp_path: Path, orientation: tuple[float, ...]) -> None:
    origin = np.array([-24.0, -20.0, 7.0])
    write_images(tmp_path, SLICES, orientation=orientation, origin=origin)
    image = read_image_only(tmp_path).image
    normal = np.cross(orientation[:3], orientation[3:])
    k, row, column = 5, 3, 11
    place = (
        origin
        + np.array(orientation[:3]) * 1.5 * column
        + np.array(orientation[3:]) * 2.0 * row
        + normal * SLICES[k]
    )
    assert image.values[k, row, column] == hounsfield(k)[row, column] - 1000
    assert np.allclose(image.grid.to_ras([[column, row, k]])[0], place * [-1, -1, 1], atol=1e-6)


def test_rescale_is_applied_slice_by_slice(tmp_path: Path) -> None:
    first, second = (0.0, 2.0, 4.0), (6.0, 8.0)
    write_images(tmp_path / "a", first, RescaleSlope=1, RescaleIntercept=-1024)
    write_images(
        tmp_path / "b", second, RescaleSlope=0.5, RescaleIntercept=3, SOPInstanceUID="1.2.9"
    )
    values = read_image_only(tmp_path).image.values
    assert values[2, 0, 0] == hounsfield(2)[0, 0] - 1024
    assert values[3, 1, 1] == pytest.approx(hounsfield(0)[1, 1] * 0.5 + 3)


def test_missing_slice_is_named_and_left_blank(tmp_path: Path) -> None:
    positions = [z for z in SLICES if z not in (12.0, 14.0)]
    write_images(tmp_path, positions)
    case = read_image_only(tmp_path)
    assert any("z = 12.00 mm, z = 14.00 mm" in w for w in case.warnings)
    assert case.image.values.shape[0] == len(SLICES)
    assert (case.image.values[6] == case.image.values.min()).all()


def test_unevenly_spaced_series_is_not_shown_and_that_is_said(tmp_path: Path) -> None:
    write_images(tmp_path, [0, 2, 4, 6, 8, 11.1, 13.1, 15.1])
    case = read_image_only(tmp_path)
    assert case.image is None
    assert any("3.10 mm after z = 8.00 mm" in w for w in case.warnings)


def test_rounded_positions_are_even(tmp_path: Path) -> None:
    write_images(tmp_path, np.round(np.arange(30) * 0.625, 2))
    case = read_image_only(tmp_path)
    assert case.image is not None
    assert np.linalg.norm(case.image.ijk_to_ras[:3, 2]) == pytest.approx(0.625, abs=1e-3)


def test_copy_of_a_slice_is_used_once(tmp_path: Path) -> None:
    paths = write_images(tmp_path)
    (tmp_path / "copy.dcm").write_bytes(paths[4].read_bytes())
    case = read_image_only(tmp_path)
    assert case.image.values.shape[0] == len(SLICES)
    assert any("there twice" in w for w in case.warnings)


def test_different_slices_at_one_position_are_refused(tmp_path: Path) -> None:
    write_images(tmp_path / "a")
    write_images(
        tmp_path / "b", SLICES[3:4], stored=lambda n: hounsfield(9), SOPInstanceUID="1.2.99"
    )
    with pytest.raises(InputError, match=r"different slices .* z = 6\.00 mm"):
        read_image_only(tmp_path)


def test_slices_thicker_than_3_mm_warn(tmp_path: Path) -> None:
    write_images(tmp_path, [5.0 * n for n in range(6)], SliceThickness=5)
    assert any(
        "5 mm; the paper asks for 1 to 3 mm" in w for w in read_image_only(tmp_path).warnings
    )


def test_localizer_of_the_same_series_stays_out(tmp_path: Path) -> None:
    write_case(tmp_path)
    write_images(
        tmp_path / "scout", [0.0], orientation=(0, 1, 0, 0, 0, -1), SOPInstanceUID="1.2.98"
    )
    case = read_dicom_case(tmp_path)
    assert case.image.values.shape[0] == len(SLICES)
    assert sum(not o.used for o in case.listing if o.kind == "CT") == 1


def test_planning_image_is_the_series_that_was_drawn_on(tmp_path: Path) -> None:
    write_case(tmp_path)
    write_images(tmp_path / "old", series="1.2.3.33", SeriesDescription="older CT")
    case = read_dicom_case(tmp_path)
    assert case.image.label == "CT planning"
    out = next(o for o in case.listing if o.label == "older CT")
    assert not out.used and "not the image that the structures were drawn on" in out.note


def test_two_images_in_the_frame_must_be_chosen(tmp_path: Path) -> None:
    write_case(tmp_path)
    write_structures(tmp_path / "RS.dcm", (cord(), target()), series="1.2.404")
    write_images(tmp_path / "old", series="1.2.3.33", SeriesDescription="older CT")
    with pytest.raises(InputError, match=r"2 planning images, choose one: .*older CT"):
        read_dicom_case(tmp_path)
    assert read_dicom_case(tmp_path, image="older CT").image.label == "older CT"


def test_signed_12_bit_pixels_keep_their_sign(tmp_path: Path) -> None:
    pixels = np.full((20, 24), -100, dtype=np.int16) & 0x0FFF
    write_images(
        tmp_path, stored=lambda n: pixels.astype(np.int16), BitsStored=12, HighBit=11,
        RescaleIntercept=0,
    )  # fmt: skip
    assert (read_image_only(tmp_path).image.values == -100).all()


def test_slice_far_away_does_not_blow_up_the_volume(tmp_path: Path) -> None:
    write_images(tmp_path, [0.0, 2.0, 4.0, 6.0, 2.0e9])
    case = read_image_only(tmp_path)
    assert case.image is None and any("uneven slice distances" in w for w in case.warnings)
