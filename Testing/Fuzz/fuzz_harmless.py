"""Changes of a case that mean nothing: every number must stay."""

from __future__ import annotations

import shutil
from pathlib import Path

import builders
import fuzz_bases
import numpy as np
import pydicom
from fuzz_dicom import set_raw
from fuzz_editing import Change, contours, edit, every_file, slices
from pydicom.dataset import Dataset
from pydicom.sequence import Sequence as Items
from pydicom.uid import (
    DeflatedExplicitVRLittleEndian,
    ExplicitVRBigEndian,
    ImplicitVRLittleEndian,
)


def private_elements(folder: Path) -> None:
    def change(dataset: Dataset) -> None:
        block = dataset.private_block(0x3001, "Somebody", create=True)
        block.add_new(1, "LO", "a remark")
        block.add_new(2, "DS", "12.5")
        block.add_new(3, "SQ", Items([Dataset()]))

    for path in every_file(folder):
        edit(path, change)


def zeros_after_the_end(folder: Path) -> None:
    for path in every_file(folder):
        path.write_bytes(path.read_bytes() + b"\0" * 4096)


def trailing_padding(folder: Path) -> None:
    for path in every_file(folder):
        edit(path, lambda d: d.add_new(0xFFFCFFFC, "OB", b"\xff" * 64))


def other_dates_and_comments(folder: Path) -> None:
    def change(dataset: Dataset) -> None:
        dataset.StudyDate, dataset.SeriesDate, dataset.ContentTime = "19991231", "20300101", "1200"
        dataset.StudyDescription, dataset.OperatorsName = "another study", "Other^Person"
        dataset.Manufacturer, dataset.InstitutionName = "Maker", "Clinic"

    for path in every_file(folder):
        edit(path, change)


def another_patient_throughout(folder: Path) -> None:
    for path in every_file(folder):
        edit(path, lambda d: d.update({"PatientName": "Other^One", "PatientID": "X-77"}))


def copies(folder: Path) -> None:
    (folder / "copies").mkdir()
    for path in every_file(folder):
        shutil.copyfile(path, folder / "copies" / path.name)


def other_names(folder: Path) -> None:
    for n, path in enumerate(every_file(folder)):
        (folder / f"ä {n % 3}").mkdir(exist_ok=True)
        path.rename(folder / f"ä {n % 3}" / f"{97 * n % 31}")


def other_files(folder: Path) -> None:
    (folder / "notes.txt").write_text("not DICOM")
    (folder / "picture.png").write_bytes(fuzz_bases.PICTURE)
    builders.save(
        folder / "RI.dcm", "1.2.840.10008.5.1.4.1.1.481.1", "1.2.3.99", {}, Modality="RTIMAGE"
    )


def reencoded(syntax: str, is_big: bool = False) -> Change:
    def change(dataset: Dataset) -> None:
        for element in dataset.iterall():
            _ = element.value
        if is_big and "PixelData" in dataset:
            words = np.frombuffer(dataset.PixelData, "<u2")
            dataset.PixelData = words.astype(">u2").tobytes()
        dataset.file_meta.TransferSyntaxUID = syntax
        dataset._read_little = dataset._read_implicit = None

    def all_files(folder: Path) -> None:
        for path in every_file(folder):
            dataset = pydicom.dcmread(path)
            change(dataset)
            dataset.save_as(
                path, implicit_vr=syntax == ImplicitVRLittleEndian, little_endian=not is_big
            )

    return all_files


def undefined_lengths(folder: Path) -> None:
    def change(dataset: Dataset) -> None:
        for element in dataset.iterall():
            if element.VR == "SQ":
                element.is_undefined_length = True
                for item in element.value:
                    item.is_undefined_length_sequence_item = True

    edit(folder / "RS.dcm", change)


def without_preamble(folder: Path) -> None:
    for name in ("RD.dcm", "RS.dcm"):
        data = (folder / name).read_bytes()
        length = int.from_bytes(data[140:144], "little")
        (folder / name).write_bytes(data[144 + length :])


def structures_in_other_order(folder: Path) -> None:
    def change(dataset: Dataset) -> None:
        for keyword in (
            "StructureSetROISequence",
            "ROIContourSequence",
            "RTROIObservationsSequence",
        ):
            setattr(dataset, keyword, Items(reversed(dataset[keyword].value)))

    edit(folder / "RS.dcm", change)


def contours_in_other_order(folder: Path) -> None:
    def change(dataset: Dataset) -> None:
        for roi in dataset.ROIContourSequence:
            roi.ContourSequence = Items(roi.ContourSequence[::-1])

    edit(folder / "RS.dcm", change)


def contours_begun_elsewhere(folder: Path) -> None:
    def change(dataset: Dataset) -> None:
        for contour in contours(dataset):
            points = np.roll(np.reshape(contour.ContourData, (-1, 3)).astype(float), 5, axis=0)
            contour.ContourData = [float(v) for v in points[::-1].ravel()]

    edit(folder / "RS.dcm", change)


def numbers_written_otherwise(folder: Path) -> None:
    def change(dataset: Dataset) -> None:
        for contour in contours(dataset):
            text = "\\".join(f" {float(v):+.6E} " for v in contour.ContourData)
            set_raw(contour, 0x30060050, "DS", text.encode())

    edit(folder / "RS.dcm", change)


def wider_pixels(folder: Path) -> None:
    def change(dataset: Dataset) -> None:
        dataset.PixelData = np.frombuffer(dataset.PixelData, "<u2").astype("<u4").tobytes()
        dataset.BitsAllocated = dataset.BitsStored = 32
        dataset.HighBit = 31

    edit(folder / "RD.dcm", change)


def planes_by_their_own_z(folder: Path) -> None:
    def change(dataset: Dataset) -> None:
        z = float(dataset.ImagePositionPatient[2])
        dataset.GridFrameOffsetVector = [float(v) + z for v in dataset.GridFrameOffsetVector]

    edit(folder / "RD.dcm", change)


def dose_upside_down(folder: Path) -> None:
    def change(dataset: Dataset) -> None:
        planes = np.frombuffer(dataset.PixelData, "<u2").reshape(int(dataset.NumberOfFrames), -1)
        offsets = [float(v) for v in dataset.GridFrameOffsetVector]
        x, y, z = (float(v) for v in dataset.ImagePositionPatient)
        dataset.PixelData = planes[::-1].tobytes()
        dataset.ImagePositionPatient = [x, y, z + offsets[-1]]
        dataset.GridFrameOffsetVector = [-v for v in offsets]

    edit(folder / "RD.dcm", change)


def other_images(folder: Path) -> None:
    for path in slices(folder):
        edit(path, lambda d: setattr(d, "PixelData", d.PixelData[::-1]))


MEANS_NOTHING: dict[str, Change] = {
    "private elements": private_elements,
    "zeros after the end": zeros_after_the_end,
    "trailing padding": trailing_padding,
    "other dates and comments": other_dates_and_comments,
    "another patient throughout": another_patient_throughout,
    "every file twice": copies,
    "other names": other_names,
    "other files": other_files,
    "implicit VR": reencoded(ImplicitVRLittleEndian),
    "big endian": reencoded(ExplicitVRBigEndian, is_big=True),
    "deflated": reencoded(DeflatedExplicitVRLittleEndian),
    "undefined lengths": undefined_lengths,
    "without preamble": without_preamble,
    "structures in other order": structures_in_other_order,
    "contours in other order": contours_in_other_order,
    "contours begun elsewhere": contours_begun_elsewhere,
    "numbers written otherwise": numbers_written_otherwise,
    "wider pixels": wider_pixels,
    "planes by their own z": planes_by_their_own_z,
    "dose upside down": dose_upside_down,
    "other images": other_images,
}
