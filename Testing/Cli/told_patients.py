"""A plan whose every text tells the patient, and the search for that in what is written."""

from __future__ import annotations

import gzip
import re
import sys
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pydicom

sys.path.insert(0, str(Path(__file__).parents[1] / "Dicom"))
import builders

NAME = "Müller-Lüdenscheidt^Annegret"
PATIENT_ID = "MRN-4711-ÄÖ"
BIRTH_DATE = "19561004"
STUDY_DATE = "20230517"
ACCESSION = "ACC0098123"
TARGET = "CTV_Mueller L1"
CORD = "SpinalCord"
FOLDER = "Müller-Lüdenscheidt Annegret MRN-4711"

# ASCII parts are the same in every encoding and escaped form.
TOLD = (
    b"annegret", b"denscheidt", b"mueller", b"ller-l", b"mrn-4711", b"98123",
    b"19561004", b"1956-10-04", b"4.10.1956", b"20230517", b"2023-05-17", b"17.05.2023",
)  # fmt: skip
_PICTURE = re.compile(rb"(base64,|\"base64\": *\")[A-Za-z0-9+/=]+")
_TEXTS: dict[str, dict[str, str]] = {
    "CT": {"SeriesDescription": "CT Müller-Lüdenscheidt 17.05.2023"},
    "RTSTRUCT": {"StructureSetLabel": "MRN4711 Annegret"},
    "RTDOSE": {"SeriesDescription": "Dose MUELLER-LUEDENSCHEIDT, Annegret"},
    "RTPLAN": {"RTPlanLabel": "Müller L1"},
}


def write_told_case(parent: Path, **names: str) -> Path:
    """Write a case; `names` gives structures other names."""
    folder = parent / FOLDER
    made = builders.write_case(parent / "made")
    builders.write_plan(
        made / "RP.dcm",
        DoseReferenceSequence=builders.Items([builders.dose_reference(16.0, "Boost Annegret")]),
    )
    for number, path in enumerate(sorted(made.rglob("*.dcm"))):
        dataset = pydicom.dcmread(path)
        _tell(dataset, names)
        new = folder / FOLDER / f"Annegret_{dataset.Modality}_{PATIENT_ID}_{number}.dcm"
        new.parent.mkdir(parents=True, exist_ok=True)
        dataset.save_as(new)
        path.unlink()
    (folder / "Annegret.txt").write_text("no DICOM")
    return folder


def _tell(dataset: Any, names: dict[str, str]) -> None:
    told = {
        "SpecificCharacterSet": "ISO_IR 100",
        "PatientName": NAME,
        "PatientID": PATIENT_ID,
        "PatientBirthDate": BIRTH_DATE,
        "AccessionNumber": ACCESSION,
        "StudyDate": STUDY_DATE,
        **_TEXTS[dataset.Modality],
    }
    for keyword, value in told.items():
        setattr(dataset, keyword, value)
    for region in dataset.get("StructureSetROISequence", ()):
        own = TARGET if "CTV" in region.ROIName else region.ROIName
        region.ROIName = names.get(region.ROIName, own)


def told(folder: Path, *words: bytes) -> list[str]:
    """What of the patient, or which further words, the files below a folder hold."""
    sought = [form for word in (*TOLD, *words) for form in _forms(word)]
    return [
        f"{name}: {word!r}"
        for name, content in _contents(folder)
        for word in sought
        if word in name.lower().encode() or word in content
    ]


def _forms(word: bytes) -> tuple[bytes, bytes]:
    return word.lower(), word.lower().decode().encode("utf-16-le")


def _contents(folder: Path) -> Iterator[tuple[str, bytes]]:
    for path in sorted(folder.rglob("*")):
        name = str(path.relative_to(folder))
        if not path.is_file():
            continue
        content = path.read_bytes()
        yield name, _PICTURE.sub(b"", content).lower()
        if zipfile.is_zipfile(path):
            with zipfile.ZipFile(path) as archive:
                for member in archive.namelist():
                    yield f"{name}/{member}", _unpacked(archive.read(member)).lower()
        elif name.endswith(".pdf"):
            import pypdf  # Only where a PDF was written.

            read = pypdf.PdfReader(path)
            texts = [page.extract_text() for page in read.pages]
            yield name, f"{read.metadata} {' '.join(texts)}".lower().encode()
        elif name.endswith(".nrrd"):
            yield name, _unpacked(content).lower()


def _unpacked(content: bytes) -> bytes:
    """An NRRD's header and its voxels, which are compressed."""
    head, _, voxels = content.partition(b"\n\n")
    if content.startswith(b"NRRD") and b"gzip" in head:
        return head + gzip.decompress(voxels)
    return _PICTURE.sub(b"", content)
