from __future__ import annotations

import hashlib
from pathlib import Path

import numpy as np
import pydicom
import pytest
from builders import dose_values, write_case, write_dose

from spine_radiosurgery.case import study_code
from spine_radiosurgery.dicom import inspect_folder, read_dicom_case
from spine_radiosurgery.geometry import InputError


def refused(folder: Path) -> str:
    with pytest.raises(InputError) as caught:
        read_dicom_case(folder)
    assert "\n" not in str(caught.value)
    return str(caught.value)


def test_missing_folder_is_named(tmp_path: Path) -> None:
    assert "nowhere does not exist" in refused(tmp_path / "nowhere")


def test_empty_folder_is_refused(tmp_path: Path) -> None:
    assert "holds no DICOM file" in refused(tmp_path)


@pytest.mark.parametrize(("file", "kind"), [("RD.dcm", "RTDOSE"), ("RS.dcm", "RTSTRUCT")])
def test_folder_without_a_needed_object_is_refused(tmp_path: Path, file: str, kind: str) -> None:
    (write_case(tmp_path) / file).unlink()
    assert f"({kind})" in refused(tmp_path)


@pytest.mark.parametrize("file", ["RD.dcm", "RS.dcm", "RP.dcm", "CT/CT_38.dcm"])
@pytest.mark.parametrize("share", [0.1, 0.5, 0.95])
def test_truncated_file_is_refused_by_name(tmp_path: Path, file: str, share: float) -> None:
    path = write_case(tmp_path) / file
    data = path.read_bytes()
    path.write_bytes(data[: int(share * len(data))])
    assert file in refused(tmp_path)
    assert any(file in problem for problem in inspect_folder(tmp_path).problems)


@pytest.mark.parametrize("length", [0, 1, 131, 132, 140, 200, 300, 700])
def test_stump_of_a_file_is_refused_by_name(tmp_path: Path, length: int) -> None:
    path = write_case(tmp_path) / "RS.dcm"
    path.write_bytes(path.read_bytes()[:length])
    assert "RS.dcm" in refused(tmp_path)


def test_corrupt_bytes_never_end_in_anything_but_an_input_error(tmp_path: Path) -> None:
    path = write_case(tmp_path) / "RS.dcm"
    data = bytearray(path.read_bytes())
    rng = np.random.default_rng(5)
    for _ in range(20):
        broken = bytearray(data)
        for place in rng.integers(132, len(data), 8):
            broken[place] = rng.integers(0, 256)
        path.write_bytes(bytes(broken))
        try:
            read_dicom_case(tmp_path)
        except InputError as error:
            assert "\n" not in str(error)
        inspect_folder(tmp_path)


def test_undefined_length_sequences_are_read_and_their_truncation_seen(tmp_path: Path) -> None:
    path = write_case(tmp_path) / "RS.dcm"
    dataset = pydicom.dcmread(path)
    for keyword in ("StructureSetROISequence", "ROIContourSequence"):
        dataset[keyword].is_undefined_length = True
        for entry in dataset[keyword].value:
            entry.is_undefined_length_sequence_item = True
    dataset.save_as(path)
    assert read_dicom_case(tmp_path).has("SpinalCord")
    data = path.read_bytes()
    path.write_bytes(data[: data.rindex(b"\xfe\xff\xdd\xe0")])
    assert "RS.dcm is a truncated" in refused(tmp_path)


def test_file_without_preamble_is_read(tmp_path: Path) -> None:
    path = write_case(tmp_path) / "RD.dcm"
    path.write_bytes(path.read_bytes()[132:])
    assert np.allclose(read_dicom_case(tmp_path).dose.values_gy, dose_values())


def test_other_files_are_ignored_and_listed(tmp_path: Path) -> None:
    write_case(tmp_path)
    for name in ("README", "Thumbs.db", "dose.nrrd", "notes.json"):
        (tmp_path / name).write_bytes(b"\0\0\0\0 something else")
    assert read_dicom_case(tmp_path).has("SpinalCord")
    ignored = {name for name, _ in inspect_folder(tmp_path).ignored}
    assert ignored == {"README", "Thumbs.db", "dose.nrrd", "notes.json"}


def test_links_out_of_the_folder_are_not_followed(tmp_path: Path) -> None:
    outside = write_dose(tmp_path / "outside" / "RD.dcm")
    folder = write_case(tmp_path / "case")
    (folder / "link.dcm").symlink_to(outside)
    (folder / "linked").symlink_to(outside.parent, target_is_directory=True)
    assert read_dicom_case(folder).dose is not None
    assert ("link.dcm", "a link out of the folder") in inspect_folder(folder).ignored


def test_sources_carry_the_hash_of_every_file_used(tmp_path: Path) -> None:
    case = read_dicom_case(write_case(tmp_path), identify=True)
    assert len(case.sources) == 20 + 3
    for source in case.sources:
        assert source.sha256 == hashlib.sha256((tmp_path / source.name).read_bytes()).hexdigest()


def test_patient_name_and_id_are_kept_nowhere(tmp_path: Path) -> None:
    case = read_dicom_case(write_case(tmp_path))
    everything = repr(
        (case.identifier, case.listing, case.sources, case.warnings, case.uids, case.parameters)
    )
    assert "secret" not in (everything + repr(inspect_folder(tmp_path))).lower()
    assert case.identifier == read_dicom_case(tmp_path).identifier
    assert case.identifier == study_code("SECRET-1")


def test_copy_of_an_object_is_used_once(tmp_path: Path) -> None:
    path = write_case(tmp_path) / "RD.dcm"
    (tmp_path / "copy of RD.dcm").write_bytes(path.read_bytes())
    assert any("is a copy of" in w for w in read_dicom_case(tmp_path).warnings)


def test_different_objects_of_one_uid_are_refused(tmp_path: Path) -> None:
    write_case(tmp_path)
    write_dose(tmp_path / "RD2.dcm", 2 * dose_values())
    assert "carry the same UID" in refused(tmp_path)
