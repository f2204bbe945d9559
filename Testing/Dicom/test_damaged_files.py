"""Files that were damaged or made to harm: each once ended a process, filled memory or lied."""

from __future__ import annotations

import shutil
import time
import zlib
from io import BytesIO
from pathlib import Path

import numpy as np
import pydicom
import pytest
from builders import (
    SET_CLASS,
    dose_values,
    item,
    write_case,
    write_dose,
    write_images,
    write_plan,
    write_structures,
)
from pydicom.dataelem import RawDataElement
from pydicom.sequence import Sequence as Items
from pydicom.tag import Tag
from pydicom.uid import RLELossless

from spine_radiosurgery.dicom import completeness, read_dicom_case, read_label_map, read_structure
from spine_radiosurgery.dicom.transforms import read_transform
from spine_radiosurgery.dicom.values import one_line
from spine_radiosurgery.geometry import InputError

sitk = pytest.importorskip("SimpleITK")
DEFLATED = "1.2.840.10008.1.2.1.99"


def read_one(folder: Path):
    return read_dicom_case(folder, need_dose=False, need_structures=False)


def nrrd(path: Path, **fields: str) -> Path:
    lines = {
        "type": "unsigned char", "dimension": "3", "space": "left-posterior-superior",
        "sizes": "2 2 2", "space directions": "(1,0,0) (0,1,0) (0,0,1)", "encoding": "raw",
        "space origin": "(0,0,0)",
    } | fields  # fmt: skip
    head = "NRRD0004\n" + "\n".join(
        f"{key}:={value}" if key.startswith("Segment") else f"{key}: {value}"
        for key, value in lines.items()
    )
    path.write_bytes(head.encode("latin-1") + b"\n\n" + b"\1" * 8)
    return path


def test_sequence_that_is_a_number_is_refused(tmp_path):
    path = write_plan(tmp_path / "RP.dcm")
    plan = pydicom.dcmread(path)
    group = plan.FractionGroupSequence[0]
    tag = Tag("ReferencedBeamSequence")
    group._dict[tag] = RawDataElement(tag, "FL", 4, b"\0\0\0\0", 0, False, True)
    plan.save_as(path)
    with pytest.raises(InputError, match="ReferencedBeamSequence is not a sequence"):
        read_one(tmp_path)


@pytest.mark.skipif(pydicom.__version__ < "3", reason="pydicom 2 cannot write such a file")
def test_contour_of_an_unknown_type_is_named_and_left_out(tmp_path):
    write_case(tmp_path)
    structures = pydicom.dcmread(tmp_path / "RS.dcm")
    contour = structures.ROIContourSequence[1].ContourSequence[0]
    tag = Tag("ContourData")
    contour._dict[tag] = RawDataElement(tag, "XX", 0, b"", 0, False, True)
    structures.save_as(tmp_path / "RS.dcm")
    assert "cannot be read" in read_dicom_case(tmp_path).unusable["CTV_L1"]


def test_two_broken_files_are_told_in_sentences(tmp_path):
    for name in ("CT1.dcm", "RD.dcm"):
        (tmp_path / name).write_bytes(b"no DICOM")
    with pytest.raises(InputError, match=r"or is corrupt \(8 bytes\)\. 1 more file is broken\.$"):
        read_dicom_case(tmp_path)


def test_value_that_cannot_be_written_is_told_by_its_kind():
    damaged, tag = pydicom.Dataset(), Tag("PatientComments")
    damaged._dict[tag] = RawDataElement(tag, "NO", 4, b"abcd", 0, False, True)
    value = Items([damaged])
    with pytest.raises(NotImplementedError):
        str(value)
    assert one_line(value) == "Sequence"


def test_zeros_in_a_file_take_no_time():
    data = b"\x08\0\5\0CS\2\0A " + b"\0" * 400_000 + b"\1"
    start = time.thread_time()
    with pytest.raises(InputError, match="truncated or corrupt"):
        completeness.check_complete(data, "x.dcm")
    assert time.thread_time() - start < 2


def test_compressed_file_that_unfolds_without_end_is_refused(tmp_path, monkeypatch):
    monkeypatch.setattr(completeness, "MOST_INFLATED_BYTES", 2**20)
    path = write_plan(tmp_path / "RP.dcm")
    data = path.read_bytes()
    meta = pydicom.filereader.read_file_meta_info(path)
    meta.TransferSyntaxUID = DEFLATED
    head = BytesIO()
    pydicom.filewriter.write_file_meta_info(head, meta)
    packing = zlib.compressobj(wbits=-zlib.MAX_WBITS)
    body = packing.compress(data[132:] + b"\0" * 2**22) + packing.flush()
    path.write_bytes(b"\0" * 128 + b"DICM" + head.getvalue() + body)
    with pytest.raises(InputError, match=r"RP\.dcm is compressed and unfolds into more than 1 MB"):
        read_one(tmp_path)


@pytest.mark.parametrize("change", [{"RescaleIntercept": 1e300}, {"RescaleSlope": 1e300}])
def test_absurd_rescale_is_refused(tmp_path, change):
    write_images(tmp_path, [0.0, 2.0], **change)
    with pytest.raises(InputError, match="export the image again"):
        read_one(tmp_path)


def test_compressed_pixels_of_another_number_are_refused(tmp_path):
    (path,) = write_images(tmp_path, [0.0])
    image = pydicom.dcmread(path)
    image.compress(RLELossless)
    image.NumberOfFrames, image.Rows = 1, 65_000
    image.Columns = 65_000
    image.save_as(path)
    with pytest.raises(InputError, match="65000 x 65000 compressed pixels"):
        read_one(tmp_path)


def test_every_slice_twice_changes_no_volume(tmp_path):
    write_case(tmp_path / "case")
    before = {s.name: s.volume_cc for s in read_dicom_case(tmp_path / "case").structures}
    shutil.copytree(tmp_path / "case" / "CT", tmp_path / "case" / "CT again")
    after = {s.name: s.volume_cc for s in read_dicom_case(tmp_path / "case").structures}
    assert after == pytest.approx(before, rel=1e-12)


def test_plan_of_another_structure_set_is_said(tmp_path):
    write_case(tmp_path)
    reference = item(ReferencedSOPClassUID=SET_CLASS, ReferencedSOPInstanceUID="1.2.3.555")
    write_plan(tmp_path / "RP.dcm", ReferencedStructureSetSequence=Items([reference]))
    assert any("another structure set" in w for w in read_dicom_case(tmp_path).warnings)


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"BitsStored": 8, "HighBit": 7}, "BitsStored = 8, but its values take more bits"),
        ({"DoseGridScaling": 1e300}, "no plan does"),
    ],
)
def test_dose_that_cannot_be_is_refused(tmp_path, changes, sentence):
    write_dose(tmp_path / "RD.dcm", dose_values(), **changes)
    with pytest.raises(InputError, match=sentence):
        read_one(tmp_path)


def test_name_of_a_patient_in_a_field_of_another_is_not_told(tmp_path):
    write_structures(tmp_path / "RS.dcm", BitsAllocated=16)
    path = write_dose(tmp_path / "RD.dcm")
    dose = pydicom.dcmread(path)
    tag = Tag("DoseGridScaling")
    dose._dict[tag] = RawDataElement(tag, "DS", 14, b"Secret^Patient", 0, False, True)
    dose.save_as(path)
    with pytest.raises(InputError) as caught:
        read_dicom_case(tmp_path)
    assert "Secret" not in str(caught.value)


def test_name_of_thousands_of_parts_takes_no_time(tmp_path):
    path = write_plan(tmp_path / "RP.dcm")
    plan = pydicom.dcmread(path)
    tag = Tag("PatientName")
    names = "\\".join(f"Name{n:05d}^X" for n in range(4000)).encode()
    plan._dict[tag] = RawDataElement(tag, "PN", len(names), names, 0, False, True)
    plan.save_as(path)
    start = time.thread_time()
    read_one(tmp_path)
    assert time.thread_time() - start < 3


def test_folder_of_a_name_too_long_does_not_exist():
    with pytest.raises(InputError, match="does not exist"):
        read_dicom_case("a" * 5000)


@pytest.mark.parametrize(
    ("fields", "sentence"),
    [
        ({"space origin" + "a" * 5000: "(0,0,0)"}, "its header is damaged"),
        ({"dimension": "-3"}, "its header is damaged"),
        ({"sizes": "3000 3000 3000"}, "announces 3000 x 3000 x 3000 voxels"),
        ({"sizes": "600 600 600"}, "more than it can hold"),
        ({"Segment0_LabelValue": "one"}, "Segment0_LabelValue is 'one' instead of a whole"),
        ({"Segment0_LabelValue": "1", "Segment0_Layer": "3"}, "a layer that the file does not"),
    ],
)
def test_damaged_header_of_a_mask_is_refused(tmp_path, fields, sentence):
    with pytest.raises(InputError, match=sentence):
        read_structure(nrrd(tmp_path / "m.nrrd", **fields))


def test_layer_that_is_not_there_holds_no_label(tmp_path):
    path = nrrd(tmp_path / "m.seg.nrrd", Segment0_LabelValue="1", Segment0_Layer="3")
    with pytest.raises(InputError, match="no label"):
        read_label_map(path)


def test_field_that_is_no_text_is_left_out(tmp_path):
    path = nrrd(tmp_path / "m.nrrd", **{"Segment\xff": "\xfe"})
    assert read_structure(path).volume_cc == pytest.approx(0.008)


@pytest.mark.parametrize(
    ("line", "instead", "sentence"),
    [
        (b"NDims = 3", b"NDims = -3", "its header is damaged"),
        (b"DimSize = 2 2 2", b"DimSize = 2 2 0", "holds no voxels"),
        (b"= 1 0 0 0 1 0 0 0 1", b"= 1 0 0 0 1 0 -1e308 0 1", "directions of its axes"),
        (b"Offset = 0 0 0", b"Offset = 0 1e99 0", "as no patient does"),
    ],
)
def test_damaged_meta_image_is_refused(tmp_path, line, instead, sentence):
    image = sitk.GetImageFromArray(np.ones((2, 2, 2), np.uint8))
    sitk.WriteImage(image, str(tmp_path / "m.mha"))
    data = (tmp_path / "m.mha").read_bytes()
    (tmp_path / "m.mha").write_bytes(data.replace(line, instead))
    with pytest.raises(InputError, match=sentence):
        read_structure(tmp_path / "m.mha")


def test_matrix_of_a_number_too_large_is_refused(tmp_path):
    (tmp_path / "t.json").write_text("[" + ",".join(["[1,0,0,1" + "0" * 400 + "]"] * 4) + "]")
    with pytest.raises(InputError, match="no number"):
        read_transform(tmp_path / "t.json")


def test_damaged_transforms_are_refused_whatever_itk_does_at_them(tmp_path):
    for name in ("t.h5", "t.mat", "t.tfm"):
        sitk.WriteTransform(sitk.AffineTransform(3), str(tmp_path / name))
        data = bytearray((tmp_path / name).read_bytes())
        data[len(data) // 8 :: 7] = b"\xff" * len(data[len(data) // 8 :: 7])
        (tmp_path / name).write_bytes(bytes(data))
        with pytest.raises(InputError, match="t\\."):
            read_transform(tmp_path / name)
