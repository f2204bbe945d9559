from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from builders import SLICES, Roi, circle, cord, target, write_case, write_structures
from hypothesis import given, settings
from hypothesis import strategies as st

from spine_radiosurgery.case import Case
from spine_radiosurgery.dicom import read_dicom_case
from spine_radiosurgery.geometry import InputError

AREA_60GON = 0.5 * 60 * 25 * np.sin(2 * np.pi / 60)


def read_with(folder: Path, *rois: Roi) -> Case:
    write_case(folder)
    write_structures(folder / "RS.dcm", (cord(), *rois))
    return read_dicom_case(folder)


def test_regions_keep_number_type_algorithm_and_colour(tmp_path: Path) -> None:
    structure = read_dicom_case(write_case(tmp_path)).structure("CTV_L1")
    assert (structure.number, structure.interpreted_type) == (2, "CTV")
    assert (structure.algorithm, structure.color) == ("MANUAL", (255, 0, 10))


def test_contours_are_in_ras_with_half_a_slice_at_both_ends(tmp_path: Path) -> None:
    case = read_dicom_case(write_case(tmp_path))
    assert case.structure("SpinalCord").extent_mm() == pytest.approx((3.0, 35.0))
    assert case.structure("SpinalCord").volume_cc == pytest.approx(AREA_60GON * 32 / 1000, rel=1e-4)
    low, high = case.structure("CTV_L1").bounds_ras()
    assert low[1] == pytest.approx(3.0, abs=0.05) and high[1] == pytest.approx(19.0, abs=0.05)


@settings(max_examples=10, deadline=None)
@given(seed=st.integers(0, 2**31))
def test_order_of_contours_does_not_matter(
    tmp_path_factory: pytest.TempPathFactory, seed: int
) -> None:
    folder = tmp_path_factory.mktemp("case")
    shuffled = cord()
    rng = np.random.default_rng(seed)
    drawn = [shuffled.contours[n] for n in rng.permutation(len(shuffled.contours))]
    shuffled.contours = [c[::-1] if rng.random() < 0.5 else c for c in drawn]
    write_case(folder)
    write_structures(folder / "RS.dcm", (shuffled,))
    read = read_dicom_case(folder).structure("SpinalCord")
    assert read.volume_cc == pytest.approx(AREA_60GON * 32 / 1000, rel=1e-4)


def test_hole_as_second_polygon_and_as_keyhole_have_one_volume(tmp_path: Path) -> None:
    ring = Roi(3, "Ring", [c for z in SLICES[4:8] for c in (circle(z, 8.0), circle(z, 4.0))])
    keyhole = [
        np.vstack([circle(z, 8.0), circle(z, 8.0)[:1], circle(z, 4.0)[:1], circle(z, 4.0)[::-1]])
        for z in SLICES[4:8]
    ]
    case = read_with(tmp_path, ring, Roi(4, "Keyhole", keyhole))
    area = AREA_60GON / 25 * (64 - 16)
    assert case.structure("Ring").volume_cc == pytest.approx(area * 8 / 1000, rel=1e-4)
    assert case.structure("Keyhole").volume_cc == pytest.approx(area * 8 / 1000, rel=1e-4)


CROSSING = np.array([[0, 0, 8], [10, 10, 8], [10, 0, 8], [0, 10, 8.0]])
TILTED = np.array([[0, 0, 8], [10, 0, 8], [10, 10, 9.0], [0, 10, 8.0]])


@pytest.mark.parametrize(
    ("roi", "reason"),
    [
        (Roi(3, "Bad"), "Bad has no contours"),
        (Roi(3, "Bad", []), "Bad has no contours"),
        (Roi(3, "Bad", [circle(8.0)[:2]]), r"Bad: a contour at z = 8.00 mm has 2 point\(s\)"),
        (Roi(3, "Bad", [circle(8.0)[:1]], "POINT"), r"only 1 POINT"),
        (Roi(3, "Bad", [circle(8.0)], "OPEN_PLANAR"), r"only 1 OPEN_PLANAR"),
        (Roi(3, "Bad", [circle(8.0), circle(11.0)]), "z = 11.00 mm lies off every image slice"),
        (Roi(3, "Bad", [circle(z + 1) for z in SLICES[3:9]]), r"nearest is 1.00 mm away"),
        (Roi(3, "Bad", [circle(z) for z in (60.0, 62.0)]), "lies off every image slice"),
        (Roi(3, "Bad", [CROSSING]), "crosses itself"),
        (Roi(3, "Bad", [TILTED]), "leaves its plane"),
        (Roi(3, "Bad", [np.repeat(circle(8.0)[:1], 4, axis=0)]), "encloses 0"),
    ],
)
def test_unusable_region_says_why_when_asked_for_and_spoils_no_other(
    tmp_path: Path, roi: Roi, reason: str
) -> None:
    case = read_with(tmp_path, roi)
    assert case.has("SpinalCord")
    with pytest.raises(InputError, match=reason) as caught:
        case.structure("Bad")
    assert str(caught.value).startswith("RTSTRUCT 1: structure Bad") and "\n" not in str(
        caught.value
    )
    assert any("Bad" in w and w.endswith("(not used)") for w in case.warnings)


def test_finer_regular_planes_inside_the_image_are_accepted_with_a_warning(tmp_path: Path) -> None:
    fine = Roi(3, "Fine", [circle(z) for z in np.arange(8.25, 16.0, 0.5)])
    case = read_with(tmp_path, fine)
    assert case.structure("Fine").volume_cc == pytest.approx(AREA_60GON * 8 / 1000, rel=1e-4)
    assert any("0.50 mm apart, finer than" in w for w in case.warnings)


def test_positions_rounded_to_a_tenth_lie_on_their_slices(tmp_path: Path) -> None:
    assert read_with(tmp_path, Roi(3, "Near", [circle(z + 0.09) for z in SLICES[4:8]])).has("Near")


def test_same_name_twice_is_told_apart_by_roi_number(tmp_path: Path) -> None:
    case = read_with(tmp_path, Roi(7, "SpinalCord", [circle(z, 3.0) for z in SLICES[4:8]]))
    assert {s.name for s in case.structures} == {"SpinalCord (ROI 1)", "SpinalCord (ROI 7)"}
    assert any("2 structures are named SpinalCord" in w for w in case.warnings)


def test_point_beside_closed_contours_is_left_out_and_said(tmp_path: Path) -> None:
    mixed = Roi(3, "CTV", target().contours)
    write_case(tmp_path)
    path = write_structures(tmp_path / "RS.dcm", (cord(), mixed))
    import pydicom

    dataset = pydicom.dcmread(path)
    contour = dataset.ROIContourSequence[1].ContourSequence[0]
    contour.ContourGeometricType = "POINT"
    contour.NumberOfContourPoints, contour.ContourData = 1, [0.0, 0.0, 12.0]
    dataset.save_as(path)
    case = read_dicom_case(tmp_path)
    assert case.has("CTV") and any("1 POINT" in w for w in case.warnings)


def test_announced_number_of_points_must_agree(tmp_path: Path) -> None:
    import pydicom

    path = write_structures(write_case(tmp_path) / "RS.dcm")
    dataset = pydicom.dcmread(path)
    dataset.ROIContourSequence[0].ContourSequence[0].NumberOfContourPoints = 61
    dataset.save_as(path)
    with pytest.raises(InputError, match="announces 61 points and holds 60"):
        read_dicom_case(tmp_path).structure("SpinalCord")


def test_two_structure_sets_must_be_chosen(tmp_path: Path) -> None:
    write_case(tmp_path)
    write_structures(
        tmp_path / "RS2.dcm", SOPInstanceUID="1.2.3.51", StructureSetLabel="Second reader"
    )
    with pytest.raises(InputError, match=r"2 structure sets, choose one.*'Second reader'"):
        read_dicom_case(tmp_path)
    assert read_dicom_case(tmp_path, structures="Second reader").uids["structure_set"] == "1.2.3.51"
