from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from builders import dose_values, fraction_group, plan_reference, write_case, write_dose, write_plan
from hypothesis import given, settings
from hypothesis import strategies as st
from pydicom.sequence import Sequence as Items

from spine_radiosurgery.dicom import DoseChoice, read_dicom_case
from spine_radiosurgery.geometry import InputError


def read_dose_only(folder: Path, **choices):
    return read_dicom_case(folder, need_structures=False, **choices)


def place_lps(values: np.ndarray, origin, row, column, spacing, offset, index) -> np.ndarray:
    """Where DICOM puts a voxel, written out from the standard."""
    k, j, i = index
    normal = np.cross(row, column)
    return (
        np.array(origin)
        + np.array(row) * spacing[1] * i
        + np.array(column) * spacing[0] * j
        + normal * offset[k]
    )


@pytest.mark.parametrize("descending", [False, True])
@pytest.mark.parametrize(
    "orientation",
    [(1, 0, 0, 0, 1, 0), (-1, 0, 0, 0, 1, 0), (0, 1, 0, -1, 0, 0), (1, 0, 0, 0, 0, -1)],
)
def test_relative_offsets_run_along_the_normal(
    tmp_path: Path, orientation: tuple[int, ...], descending: bool
) -> None:
    offsets = [(-3.0 if descending else 3.0) * n for n in range(10)]
    write_dose(
        tmp_path / "RD.dcm",
        GridFrameOffsetVector=offsets,
        ImageOrientationPatient=list(orientation),
    )
    dose = read_dose_only(tmp_path).dose
    values = dose_values()
    for index in ((0, 0, 0), (4, 7, 2), (9, 11, 13)):
        place = place_lps(
            values, (-19, -18, 4), orientation[:3], orientation[3:], (3.0, 2.5), offsets, index
        )
        assert dose.sample([place * [-1, -1, 1]])[0] == pytest.approx(values[index], abs=1e-9)


@pytest.mark.parametrize("step", [3.0, -3.0])
def test_absolute_offsets_are_the_planes_own_z(tmp_path: Path, step: float) -> None:
    write_dose(tmp_path / "RD.dcm", GridFrameOffsetVector=[4.0 + step * n for n in range(10)])
    dose = read_dose_only(tmp_path).dose
    assert dose.sample([[19.0, 18.0, 4.0 + 7 * step]])[0] == pytest.approx(dose_values()[7, 0, 0])


@settings(max_examples=25, deadline=None)
@given(
    scaling=st.floats(1e-6, 1e-2),
    bits=st.sampled_from([16, 32]),
    seed=st.integers(0, 2**31),
)
def test_dose_is_stored_value_times_scaling(
    tmp_path_factory: pytest.TempPathFactory, scaling: float, bits: int, seed: int
) -> None:
    folder = tmp_path_factory.mktemp("dose")
    stored = np.random.default_rng(seed).integers(0, 2**bits, (3, 4, 5), dtype=np.uint64)
    write_dose(
        folder / "RD.dcm", np.zeros((3, 4, 5)), bits=bits, DoseGridScaling=f"{scaling:.9e}",
        PixelData=stored.astype(f"<u{bits // 8}").tobytes(),
    )  # fmt: skip
    read = read_dose_only(folder).dose.values_gy
    assert np.allclose(read, stored * float(f"{scaling:.9e}"), rtol=1e-12)


def test_signed_pixels_are_read(tmp_path: Path) -> None:
    write_dose(tmp_path / "RD.dcm", bits=16, PixelRepresentation=1)
    assert np.allclose(read_dose_only(tmp_path).dose.values_gy, dose_values())


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"DoseGridScaling": None}, "RD.dcm: DoseGridScaling is missing"),
        ({"DoseGridScaling": 0}, "DoseGridScaling = 0 must be positive"),
        ({"DoseUnits": "RELATIVE"}, r"RD.dcm: the dose is relative \(largest value 16.79\)"),
        ({"DoseUnits": None}, "DoseUnits is 'missing'"),
        ({"DoseType": "ERROR"}, "dose differences"),
        ({"DoseSummationType": "BEAM"}, "RD.dcm is a BEAM dose"),
        ({"DoseSummationType": "FRACTION"}, "RD.dcm is a FRACTION dose"),
        ({"DoseSummationType": None}, "DoseSummationType is missing"),
        ({"DoseSummationType": "RECORD"}, "summation type RECORD"),
        ({"GridFrameOffsetVector": None}, "GridFrameOffsetVector is missing"),
        ({"GridFrameOffsetVector": [3.0 * n for n in range(9)]}, "9 values for 10 planes"),
        ({"GridFrameOffsetVector": [1.0 + 3 * n for n in range(10)]}, "begins with 1 mm"),
        (
            {"GridFrameOffsetVector": [0, 3, 6, 9, 12, 15, 19, 22, 25, 28]},
            r"unevenly spaced \(4.000 mm after plane 6 near z = 19.00 mm, 3.000 mm elsewhere\)",
        ),
        ({"GridFrameOffsetVector": [0, 3, 6, 9, 9, 15, 18, 21, 24, 27]}, "rise or fall"),
        ({"PixelSpacing": [0, 2]}, "PixelSpacing"),
        (
            {"NumberOfFrames": 11, "GridFrameOffsetVector": [3.0 * n for n in range(11)]},
            "truncated",
        ),
    ],
)
def test_unclear_dose_is_refused(tmp_path: Path, changes: dict, sentence: str) -> None:
    write_dose(tmp_path / "RD.dcm", **changes)
    with pytest.raises(InputError, match=sentence) as caught:
        read_dose_only(tmp_path)
    assert "\n" not in str(caught.value)


def test_negative_dose_is_refused_with_its_place(tmp_path: Path) -> None:
    values = dose_values()
    values[2, 1, 3] = -0.5
    write_dose(tmp_path / "RD.dcm", values)
    with pytest.raises(InputError, match=r"-0\.5 Gy at R 11\.5, A 15\.0, S 10\.0 mm"):
        read_dose_only(tmp_path)


def test_zero_dose_is_refused(tmp_path: Path) -> None:
    write_dose(tmp_path / "RD.dcm", np.zeros((3, 4, 5)))
    with pytest.raises(InputError, match="0 Gy everywhere"):
        read_dose_only(tmp_path)


def test_relative_dose_is_scaled_when_chosen(tmp_path: Path) -> None:
    write_dose(tmp_path / "RD.dcm", DoseUnits="RELATIVE")
    case = read_dose_only(tmp_path, dose_choice=DoseChoice(relative_dose_gy=0.16))
    assert np.allclose(case.dose.values_gy, dose_values() * 0.16)
    assert any("1 was chosen to be 0.16 Gy" in w for w in case.warnings)


def test_multi_plan_dose_is_accepted(tmp_path: Path) -> None:
    write_dose(tmp_path / "RD.dcm", DoseSummationType="MULTI_PLAN")
    assert read_dose_only(tmp_path).dose_summation == "MULTI_PLAN"


def test_effective_dose_warns(tmp_path: Path) -> None:
    write_dose(tmp_path / "RD.dcm", DoseType="EFFECTIVE")
    assert any("biologically effective" in w for w in read_dose_only(tmp_path).warnings)


def test_several_doses_are_listed_and_chosen_by_uid_or_label(tmp_path: Path) -> None:
    write_dose(tmp_path / "a.dcm")
    write_dose(tmp_path / "b.dcm", SOPInstanceUID="1.2.3.61", SeriesDescription="Boost")
    with pytest.raises(InputError, match=r"2 doses, choose one: .*a\.dcm.*1\.2\.3\.6\b.*'Boost'"):
        read_dose_only(tmp_path)
    with pytest.raises(InputError, match="no dose 'Bost'"):
        read_dose_only(tmp_path, dose="Bost")
    assert read_dose_only(tmp_path, dose="1.2.3.61").dose_label == "Boost"
    assert read_dose_only(tmp_path, dose="boost").dose_label == "Boost"


def write_beams(folder: Path, beams=(1, 2, 3), **changes) -> None:
    for beam in beams:
        write_dose(
            folder / f"beam{beam}.dcm", SOPInstanceUID=f"1.2.3.6{beam}", DoseSummationType="BEAM",
            ReferencedRTPlanSequence=plan_reference(beam=beam), **changes,
        )  # fmt: skip


def test_beam_doses_are_summed_when_chosen(tmp_path: Path) -> None:
    write_beams(tmp_path)
    case = read_dose_only(tmp_path, dose_choice=DoseChoice(sum_beams=True))
    assert np.allclose(case.dose.values_gy, 3 * dose_values())
    assert case.dose_summation == "sum of BEAM"


def test_sum_without_a_beam_of_the_plan_is_refused(tmp_path: Path) -> None:
    write_beams(tmp_path, (1, 3))
    write_plan(tmp_path / "RP.dcm", FractionGroupSequence=Items([fraction_group(1, (5, 5, 6))]))
    with pytest.raises(InputError, match="lack beam 2 of the plan 'SRS16'"):
        read_dose_only(tmp_path, dose_choice=DoseChoice(sum_beams=True))


def test_beams_on_different_grids_are_not_summed(tmp_path: Path) -> None:
    write_beams(tmp_path, (1,))
    write_beams(tmp_path, (2,), ImagePositionPatient=[-20.0, -18.0, 4.0])
    with pytest.raises(InputError, match="dose grids differ"):
        read_dose_only(tmp_path, dose_choice=DoseChoice(sum_beams=True))


def test_single_plane_fills_one_slice_thickness(tmp_path: Path) -> None:
    single = {"NumberOfFrames": None, "GridFrameOffsetVector": None, "FrameIncrementPointer": None}
    write_dose(tmp_path / "RD.dcm", dose_values(1), SliceThickness=2.0, **single)
    assert read_dose_only(tmp_path).dose.grid.spacing_mm[2] == pytest.approx(2.0)
    write_dose(tmp_path / "RD.dcm", dose_values(1), **single)
    with pytest.raises(InputError, match="single plane and no SliceThickness"):
        read_dose_only(tmp_path)


def test_whole_case_has_its_dose(tmp_path: Path) -> None:
    case = read_dicom_case(write_case(tmp_path))
    assert np.allclose(case.dose.values_gy, dose_values())
    assert case.dose_summation == "PLAN" and case.warnings == ()
