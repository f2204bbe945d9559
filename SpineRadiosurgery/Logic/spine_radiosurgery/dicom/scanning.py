"""What a folder holds: its DICOM files by kind, and everything else by name."""

from __future__ import annotations

import hashlib
import os
import re
import warnings
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from io import BytesIO
from pathlib import Path

import pydicom
from pydicom.dataset import Dataset
from pydicom.tag import Tag

from ..case import PatientIdentity, Pseudonym
from ..geometry import InputError, report_progress, with_progress
from .completeness import check_complete, check_inflatable, has_preamble, looks_like_bare_dataset
from .foreign import DICOM_SUFFIXES, START_BYTES
from .identity import IDENTIFYING_TAGS, code_of, hide_texts, identity_in, pseudonym_in
from .values import one_line, text

MOST_FILES = 50_000
LARGEST_FILE_BYTES = 2 * 1024**3
FILES_BETWEEN = 8
"""Files between two checkpoints of the progress."""
IMAGE_KINDS = ("CT", "MR", "PT")

_KIND_OF_CLASS = {
    "1.2.840.10008.1.3.10": "DICOMDIR",
    "1.2.840.10008.5.1.4.1.1.2": "CT",
    "1.2.840.10008.5.1.4.1.1.2.1": "enhanced CT",
    "1.2.840.10008.5.1.4.1.1.4": "MR",
    "1.2.840.10008.5.1.4.1.1.4.1": "enhanced MR",
    "1.2.840.10008.5.1.4.1.1.128": "PT",
    "1.2.840.10008.5.1.4.1.1.66.1": "REG",
    "1.2.840.10008.5.1.4.1.1.66.3": "deformable REG",
    "1.2.840.10008.5.1.4.1.1.66.4": "SEG",
    "1.2.840.10008.5.1.4.1.1.481.1": "RTIMAGE",
    "1.2.840.10008.5.1.4.1.1.481.2": "RTDOSE",
    "1.2.840.10008.5.1.4.1.1.481.3": "RTSTRUCT",
    "1.2.840.10008.5.1.4.1.1.481.5": "RTPLAN",
    "1.2.840.10008.5.1.4.1.1.481.8": "RTPLAN",
}
_LABELS = {
    "RTSTRUCT": ("StructureSetLabel", "StructureSetName", "SeriesDescription"),
    "RTPLAN": ("RTPlanLabel", "RTPlanName", "SeriesDescription"),
    "RTDOSE": ("SeriesDescription", "DoseComment"),
}
_DATES = (
    "StructureSetDate", "RTPlanDate", "AcquisitionDate", "SeriesDate", "ContentDate",
    "InstanceCreationDate", "StudyDate",
)  # fmt: skip
_HEADER_TAGS = [*map(Tag, (
    "SpecificCharacterSet", "SOPClassUID", "SOPInstanceUID", "Modality", "StudyInstanceUID",
    "SeriesInstanceUID", "SeriesDescription", "FrameOfReferenceUID", "PatientID", "ImageType",
    "ImagePositionPatient", "ImageOrientationPatient", "PixelSpacing", "Rows", "Columns",
    "NumberOfFrames", "SliceThickness", "BitsAllocated", "PixelRepresentation", "PatientPosition",
    "DoseUnits", "DoseType", "DoseSummationType", "DoseComment", "DoseGridScaling",
    "GridFrameOffsetVector", "ReferencedRTPlanSequence", "StructureSetLabel", "StructureSetName",
    "RTPlanLabel", "RTPlanName", "ReferencedStructureSetSequence", "RegistrationSequence",
    "ReferencedFrameOfReferenceSequence", *_DATES, *IDENTIFYING_TAGS,
))]  # fmt: skip


@dataclass(frozen=True, eq=False)
class ScannedFile:
    """One DICOM file: where it is, what it is, and its header without pixels and contours.

    Attributes
    ----------
    path : Path
    name : str
        For sentences: kind and running number ("RTDOSE 1"); where the patient may be identified
        the relative one.
    kind : str
    header : Dataset
        With the patient hidden in its labels.
    relative : str
        Path below the scanned folder.
    pseudonym : Pseudonym
        What hides the patient in this file.
    """

    path: Path
    name: str
    kind: str
    header: Dataset
    relative: str
    pseudonym: Pseudonym = field(default_factory=Pseudonym)

    @property
    def uid(self) -> str:
        """SOP Instance UID (from the file meta information where the data set has none)."""
        meta = getattr(self.header, "file_meta", None)
        return self.text("SOPInstanceUID") or text(
            meta if meta is not None else Dataset(), "MediaStorageSOPInstanceUID"
        )

    @property
    def label(self) -> str:
        """What the planning system calls the object, else its file name."""
        keywords = _LABELS.get(self.kind, ("SeriesDescription",))
        return next((found for k in keywords if (found := self.text(k))), self.name)

    @property
    def date(self) -> str:
        """Date of the object as YYYY-MM-DD, empty where it has none."""
        found = next((d for k in _DATES if (d := self.text(k))), "")
        return f"{found[:4]}-{found[4:6]}-{found[6:8]}" if len(found) == 8 else found

    @property
    def frame_uid(self) -> str:
        """Frame of Reference UID, empty where absent."""
        return self.text("FrameOfReferenceUID")

    @property
    def patient(self) -> str:
        """Patient ID, to tell patients apart and never to be shown; empty where absent."""
        return self.text("PatientID")

    def text(self, keyword: str) -> str:
        """Return a header attribute as text, empty where absent."""
        return text(self.header, keyword)

    def described(self) -> str:
        """Name the object for a list from which the reader chooses."""
        kind = " ".join(filter(None, (self.kind, self.text("DoseSummationType"))))
        return f"{kind} '{self.label}' ({self.name}, UID {self.uid or 'none'})"


@dataclass(frozen=True, eq=False)
class LoadedFile:
    """A whole data set and the SHA-256 of its file."""

    name: str
    dataset: Dataset
    sha256: str


@dataclass(frozen=True, eq=False)
class FolderScan:
    """What is below a folder.

    Attributes
    ----------
    folder : Path
    files : tuple of ScannedFile
        DICOM objects.
    broken : tuple of str
        A sentence for each that cannot be read.
    ignored : tuple of (str, str)
        Names of others, with the reason.
    identity : PatientIdentity or None
        None where the patient is hidden.
    pseudonym : Pseudonym
    """

    folder: Path
    files: tuple[ScannedFile, ...]
    broken: tuple[str, ...]
    ignored: tuple[tuple[str, str], ...]
    identity: PatientIdentity | None = None
    pseudonym: Pseudonym = field(default_factory=Pseudonym)

    def of_kind(self, *kinds: str) -> tuple[ScannedFile, ...]:
        """Return the files of these kinds, by name."""
        return tuple(file for file in self.files if file.kind in kinds)

    def with_file_names(self, sentence: str) -> str:
        """Return a sentence with the files' own names, for the eyes of who has the files."""
        own: Mapping[str, str] = {file.name: file.relative for file in self.files}
        kinds = sorted({file.kind for file in self.files}, key=len, reverse=True)
        if not kinds:
            return sentence
        named = rf"(?<!\w)(?:{'|'.join(map(re.escape, kinds))}) \d+(?!\w)"
        return re.sub(named, lambda found: own.get(found[0], found[0]), sentence)

    @contextmanager
    def naming_files(self) -> Iterator[None]:
        """Let errors name files as they are called on this machine: they stay on its screen.

        Raises
        ------
        InputError
        """
        try:
            yield
        except InputError as error:
            raise InputError(self.with_file_names(self.pseudonym.hide(str(error)))) from error


def scan_folder(folder: str | os.PathLike[str], *, identify: bool = False) -> FolderScan:
    """Read the headers of every DICOM file in a folder and its sub-folders.

    Links are not followed out of the folder; files that are not DICOM are listed as ignored.

    Parameters
    ----------
    folder : path
    identify : bool
        Keep the patient's name and ID; by default they are hidden in all texts.

    Raises
    ------
    InputError
        If the folder does not exist, cannot be listed or holds more than `MOST_FILES` files.
    """
    root = Path(folder)
    if not os.path.isdir(root):
        what = "is a file, not a folder" if os.path.exists(root) else "does not exist"
        raise InputError(f"The case folder {root} {what}.")
    files: list[ScannedFile] = []
    broken: list[str] = []
    ignored: list[tuple[str, str]] = []
    paths = with_progress(_paths(root), "Looking through the folder", every=FILES_BETWEEN)
    for path in paths:
        name = path.relative_to(root).as_posix()
        reason = reason_to_ignore(path, root)
        if reason:
            ignored.append((name, reason))
            continue
        try:
            found = scan_file(path, name)
        except InputError as error:
            broken.append(str(error))
            continue
        if found is None or found.kind == "DICOMDIR":
            ignored.append((name, "DICOMDIR" if found else "not a DICOM file"))
        else:
            files.append(found)
    scan = FolderScan(root, tuple(files), tuple(broken), tuple(ignored))
    if identify:
        return replace(scan, identity=identity_in(file.header for file in files))
    return _hidden(scan)


def _hidden(scan: FolderScan) -> FolderScan:
    """Hide the patient in the labels, each of several behind a code of their own."""
    folder = scan.folder.resolve().name
    everybody = _pseudonym_of(scan.files, folder)
    patients = {file.patient for file in scan.files} - {""}
    own = {}
    if len(patients) > 1:
        for patient in patients:
            theirs = [file for file in scan.files if file.patient == patient]
            own[patient] = _pseudonym_of(theirs, folder)
    counted: Counter[str] = Counter()
    files = []
    for file in scan.files:
        pseudonym = own.get(file.patient, everybody)
        hide_texts(file.header, pseudonym)
        counted[file.kind] += 1
        name = f"{file.kind} {counted[file.kind]}"
        files.append(replace(file, name=name, pseudonym=pseudonym))
    return replace(scan, files=tuple(files), pseudonym=everybody)


def _pseudonym_of(files: Sequence[ScannedFile], folder_name: str) -> Pseudonym:
    code = code_of(preferred_headers(files), folder_name)
    return pseudonym_in((file.header for file in files), code)


def preferred_headers(files: Sequence[ScannedFile]) -> list[Dataset]:
    """Return the headers, those of doses, structure sets and plans first."""
    return [file.header for file in sorted(files, key=lambda file: not file.kind.startswith("RT"))]


def load(file: ScannedFile) -> LoadedFile:
    """Read a whole file once: bytes, SHA-256, completeness, data set.

    Raises
    ------
    InputError
        If the file cannot be read or is truncated.
    """
    data = read_bytes(file.path, file.name)
    check_complete(data, file.name)
    dataset = parse(data, file.name)
    if text(dataset, "SOPInstanceUID") != file.text("SOPInstanceUID"):
        raise InputError(f"{file.name} was replaced while the case was being read; start again.")
    hide_texts(dataset, file.pseudonym)
    return LoadedFile(file.name, dataset, hashlib.sha256(data).hexdigest())


def read_bytes(path: Path, name: str) -> bytes:
    """Return a file's bytes or raise an InputError that names it."""
    try:
        return path.read_bytes()
    except OSError as error:
        raise InputError(f"{name} cannot be read: {error.strerror}.") from error


def parse(data: bytes, name: str, tags: list[str] | None = None) -> Dataset:
    """Parse a data set (or only some of its attributes) from bytes."""
    try:
        with quiet_pydicom():
            return pydicom.dcmread(BytesIO(data), force=True, specific_tags=tags)
    except Exception as error:  # pydicom raises many kinds of errors on malformed bytes
        raise InputError(
            f"{name} is a truncated or corrupt DICOM file ({one_line(error)})."
        ) from error


@contextmanager
def quiet_pydicom() -> Iterator[None]:
    """Silence pydicom's remarks on values that break the standard in ways that do no harm."""
    with warnings.catch_warnings():
        warnings.filterwarnings("ignore", module=r"pydicom\b")
        yield


def _paths(root: Path) -> list[Path]:
    found: list[Path] = []

    def refuse(error: OSError) -> None:
        raise InputError(f"The folder {error.filename} cannot be listed: {error.strerror}.")

    for parent, folders, names in os.walk(root, onerror=refuse, followlinks=False):
        folders.sort()
        report_progress()
        found += [Path(parent) / name for name in sorted(names)]
        if len(found) > MOST_FILES:
            raise InputError(
                f"The folder {root} holds more than {MOST_FILES} files: name one patient's folder."
            )
    return found


def reason_to_ignore(path: Path, root: Path) -> str:
    """Say why a file is not looked into; "" where it is."""
    if path.is_symlink() and not Path(os.path.realpath(path)).is_relative_to(
        os.path.realpath(root)
    ):
        return "a link out of the folder"
    if not path.is_file():
        return "not a regular file"
    if path.stat().st_size > LARGEST_FILE_BYTES:
        return f"larger than {LARGEST_FILE_BYTES // 1024**3} GiB"
    return ""


def scan_file(path: Path, name: str) -> ScannedFile | None:
    """Return the file's header with the patient in it, or None where it is no DICOM file.

    Raises
    ------
    InputError
        If it is a DICOM file that cannot be read.
    """
    part10 = False
    try:
        with path.open("rb") as stream:
            start = stream.read(START_BYTES)
            part10 = has_preamble(start)
            if part10 or looks_like_bare_dataset(start):
                check_inflatable(stream, name)
                with quiet_pydicom():
                    header = pydicom.dcmread(
                        stream, stop_before_pixels=True, force=True, specific_tags=_HEADER_TAGS
                    )
                kind = _kind(header)
            else:
                kind = ""
    except InputError:
        raise
    except Exception as error:  # pydicom raises many kinds of errors on malformed bytes
        if isinstance(error, OSError) and error.errno is not None:
            raise InputError(f"{name} cannot be read: {error.strerror}.") from error
        if not part10 and path.suffix.lower() not in DICOM_SUFFIXES:
            return None
        raise InputError(
            f"{name} is a truncated or corrupt DICOM file ({one_line(error)})."
        ) from error
    if kind:
        file = ScannedFile(path, name, kind, header, name)
        if kind in IMAGE_KINDS and not file.text("Rows"):
            check_complete(read_bytes(path, name), name)
        return file
    if part10:
        check_complete(read_bytes(path, name), name)
        raise InputError(f"{name} is a DICOM file that does not say what it is (no SOP class).")
    if path.suffix.lower() in DICOM_SUFFIXES:
        raise InputError(
            f"{name} is named like a DICOM file but is none, or is corrupt"
            f" ({path.stat().st_size} bytes)."
        )
    return None


def _kind(header: Dataset) -> str:
    """Name the object's kind by its SOP class, else by its modality."""
    meta = getattr(header, "file_meta", Dataset())
    sop_class = text(header, "SOPClassUID") or text(meta, "MediaStorageSOPClassUID")
    modality = text(header, "Modality")
    return _KIND_OF_CLASS.get(sop_class, modality or (f"class {sop_class}" if sop_class else ""))
