"""Exported SEG and SR as highdicom and pydicom read them."""

from __future__ import annotations

import sys
from datetime import datetime
from pathlib import Path

import numpy as np
import pydicom
import pytest
from builders import CT_SERIES, FRAME, STUDY
from exporting import SHAPES, case_of, exported, shape, write_image

from spine_radiosurgery.dicom.exporting import (
    export_rtstruct,
    export_seg,
    export_sr,
    read_export_source,
    why_no_highdicom,
)
from spine_radiosurgery.dicom.exporting.report_codes import metric_code
from spine_radiosurgery.geometry import InputError

if why_no_highdicom():
    pytest.skip(why_no_highdicom(), allow_module_level=True)

import highdicom

MOMENT = datetime(2026, 1, 2, 3, 4, 5)
NAMES = ("Sphere", "Cube", "Donut", "Plate")
DOCUMENT = {
    "generated_by": "spine-radiosurgery test",
    "prescription": {"dose_gy": 16.0, "fractions": 1},
    "verdict": {"status": "pass", "reason": "V10Gy = 2.7 %"},
    "provenance": {
        "protocol": {
            "identifier": "ryu-2015",
            "version": "1",
            "title": "Ryu 2015",
            "sha256": "ab" * 32,
        }
    },
    "metrics": [
        {"structure": s, "metric": m, "value": v, "unit": u, "reason": r}
        for s in ("Sphere", "Heart")
        for m, v, u, r in (
            ("Volume[cc]", 7.25, "cc", ""),
            ("Mean[Gy]", 4.5, "Gy", ""),
            ("D10%[Gy]", 8.2, "Gy", ""),
            ("D1.2cc[Gy]", None, "Gy", "too small"),
        )
    ],
    "constraints": [
        {
            "structure": "Sphere",
            "protocol": "ryu-2015",
            "metric": "V10Gy[%]",
            "comparator": "<=",
            "limit": 10.0,
            "unit": "%",
            "status": "pass",
        }
    ],
}


@pytest.fixture(scope="module")
def source(tmp_path_factory):
    return read_export_source(write_image(tmp_path_factory.mktemp("image")), case_of())


@pytest.fixture(scope="module")
def structures():
    return [exported(shape(name), modifier=("255609007", "SCT", "Partial")) for name in NAMES]


@pytest.fixture(scope="module")
def segmented(source, structures, tmp_path_factory):
    path = tmp_path_factory.mktemp("seg") / "seg.dcm"
    return export_seg(path, structures, source, moment=MOMENT)


@pytest.fixture(scope="module")
def reported(source, structures, segmented, tmp_path_factory):
    folder = tmp_path_factory.mktemp("sr")
    contours = export_rtstruct(folder / "rtstruct.dcm", structures, source, moment=MOMENT)
    return export_sr(
        folder / "sr.dcm",
        DOCUMENT,
        structures,
        source,
        segmentation=segmented,
        structure_set=contours,
        moment=MOMENT,
    )


def test_segments_hold_the_volumes_of_the_shapes(segmented) -> None:
    found = highdicom.seg.segread(segmented.path)
    voxels = found.get_volume(combine_segments=False)
    voxel_cc = float(np.prod(voxels.spacing)) / 1000
    for n, name in enumerate(NAMES):
        volume_cc = float(voxels.array[..., n].sum()) * voxel_cc
        assert volume_cc == pytest.approx(SHAPES[name][1], rel=0.005)
        assert segmented.structures[n].written_cc == pytest.approx(volume_cc, rel=1e-6)


def test_segments_lie_where_the_shapes_do(segmented, structures) -> None:
    voxels = highdicom.seg.segread(segmented.path).get_volume(combine_segments=False)
    index = np.argwhere(voxels.array[..., 0])
    middle = voxels.map_indices_to_reference(index).mean(axis=0) * [-1, -1, 1]
    assert np.allclose(middle, [1.3, 0.7, 39.4], atol=0.1)


def test_a_segmentation_is_binary_coded_and_belongs_to_the_original(segmented) -> None:
    found = highdicom.seg.segread(segmented.path)
    assert found.segmentation_type.value == "BINARY"
    assert (found.StudyInstanceUID, found.FrameOfReferenceUID) == (STUDY, FRAME)
    assert found.ReferencedSeriesSequence[0].SeriesInstanceUID == CT_SERIES
    segment = found.get_segment_description(1)
    assert (segment.segment_label, segment.tracking_id) == ("Sphere", "Sphere")
    kind = found.SegmentSequence[0].SegmentedPropertyTypeCodeSequence[0]
    assert kind.CodeValue == "2748008"
    assert kind.SegmentedPropertyTypeModifierCodeSequence[0].CodeMeaning == "Partial"
    assert str(found.PatientName) == found.PatientID == "SRS-TESTCODE"


def test_the_same_content_gives_the_same_bytes(source, structures, segmented, tmp_path) -> None:
    again = export_seg(tmp_path / "seg.dcm", structures, source, moment=MOMENT)
    assert again.path.read_bytes() == segmented.path.read_bytes()


def groups_of(reported):
    report = highdicom.sr.srread(reported.path)
    return report, report.content.get_volumetric_roi_measurement_groups()


def test_measurements_have_codes_units_and_their_segment(reported, segmented) -> None:
    _, groups = groups_of(reported)
    assert len(groups) == 1
    group = groups[0]
    assert group.tracking_identifier == "Sphere"
    assert group.tracking_uid == pydicom.dcmread(segmented.path).SegmentSequence[0].TrackingUID
    segment = group.referenced_segment
    assert segment.referenced_sop_instance_uid == segmented.uid
    found = {m.name.meaning: (m.name.scheme_designator, m.value, m.unit.value)
             for m in group.get_measurements()}  # fmt: skip
    assert found == {
        "Volume": ("SCT", 7.25, "cm3"),
        "Mean Absorbed Radiation Dose": ("DCM", 4.5, "Gy"),
        "Dose to the hottest 10 % (D10%[Gy])": ("99SPINESRS", 8.2, "Gy"),
    }


def test_a_number_that_is_not_known_is_open_with_its_reason(reported) -> None:
    _, groups = groups_of(reported)
    answers = {a.name.value: a.value.meaning for a in groups[0].get_qualitative_evaluations()}
    assert answers["D1.2cc[Gy]"] == "Value unknown"
    texts = [str(item.get("TextValue", "")) for item in groups[0][0].ContentSequence]
    assert "D1.2cc[Gy]: too small" in texts


def test_limits_are_answered_and_the_protocol_is_named(reported) -> None:
    report, groups = groups_of(reported)
    answers = {a.name.meaning: a.value.value for a in groups[0].get_qualitative_evaluations()}
    assert answers["V10Gy[%] <= 10 %, ryu-2015"] == "PASS"
    texts = [str(item.get("TextValue", "")) for item in report.ContentSequence]
    assert "ab" * 32 in texts and "pass: V10Gy = 2.7 %" in texts
    schemes = report.CodingSchemeIdentificationSequence
    assert schemes[0].CodingSchemeDesignator == "99SPINESRS"


def test_a_structure_that_is_not_exported_is_measured_without_a_segment(reported) -> None:
    report, _ = groups_of(reported)
    others = report.content.get_image_measurement_groups()
    assert [group.tracking_identifier for group in others] == ["Heart"]


def test_the_report_refers_to_the_objects_of_its_export(reported, segmented) -> None:
    report = pydicom.dcmread(reported.path)
    listed = {
        item.ReferencedSOPInstanceUID
        for study in report.CurrentRequestedProcedureEvidenceSequence
        for series in study.ReferencedSeriesSequence
        for item in series.ReferencedSOPSequence
    }
    assert segmented.uid in listed and len(listed) == 2
    assert report.StudyInstanceUID == STUDY and str(report.PatientName) == "SRS-TESTCODE"


def test_a_report_without_other_objects_stands_on_the_image(source, structures, tmp_path) -> None:
    result = export_sr(tmp_path / "sr.dcm", DOCUMENT, structures, source, moment=MOMENT)
    report = highdicom.sr.srread(result.path)
    assert len(report.content.get_image_measurement_groups()) == 2


@pytest.mark.parametrize(
    "name", ["V100%[cc]", "CV12.5Gy[cc]", "gEUD-12.5[Gy]", "D0.0350001cc[Gy]", "Max[Gy]"]
)
def test_every_metric_has_a_code_that_fits(name: str) -> None:
    value, _, meaning = metric_code(name)
    assert len(value) <= 16 and len(meaning) <= 64


def test_without_highdicom_a_sentence_says_so(
    monkeypatch, source, structures, tmp_path: Path
) -> None:
    monkeypatch.setitem(sys.modules, "highdicom", None)
    with pytest.raises(InputError, match="need the package highdicom with pydicom 3"):
        export_seg(tmp_path / "seg.dcm", structures, source)
    assert not list(tmp_path.iterdir())


def test_an_old_pydicom_is_named(monkeypatch) -> None:
    monkeypatch.setattr(pydicom, "__version_info__", ("2", "4", "4"))
    assert "not on 3D Slicer 5.10, whose pydicom 2.4 is too old" in why_no_highdicom()
