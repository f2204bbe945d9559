"""What lies in a folder tree: DICOM objects by their UIDs, with all copies of each."""

from __future__ import annotations

import hashlib
from array import array
from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path

from ...case import Pseudonym
from ...dicom.completeness import check_complete
from ...dicom.identity import identifying_in
from ...dicom.relations import Relations, relations_of
from ...dicom.scanning import IMAGE_KINDS, ScannedFile, read_bytes
from ...dicom.tree import NOT_DICOM, TreeFile, walk_tree
from ...geometry import InputError

NEEDED_KINDS = ("RTDOSE", "RTSTRUCT", "RTPLAN", "REG")
NOT_NEEDED = "no case needs objects of this kind"


@dataclass(frozen=True)
class Unmatched:
    """What is no part of a case, or lacks something.

    Attributes
    ----------
    path : str
        A file or a folder, below the root.
    kind : str
        "" where it is not known.
    files : int
        That are meant: of this kind in the folder.
    reason : str
    """

    path: str
    kind: str
    files: int
    reason: str


@dataclass(eq=False, slots=True)
class ImageSet:
    """The slices of a series that a patient has in one frame of reference.

    Attributes
    ----------
    kind, uid, patient, study, frame : str
    folders : dict of str to (names, hashes)
        The files in each folder, and a number that tells the slice of each.
    """

    kind: str
    uid: str
    patient: str
    study: str
    frame: str
    folders: dict[str, tuple[list[str], array[int]]] = field(default_factory=dict)

    def slices(self, folder: str | None = None) -> set[int]:
        """Return the slices in a folder and below, or all."""
        return {
            number
            for own, (_, numbers) in self.folders.items()
            if folder is None or is_below(own, folder)
            for number in numbers
        }

    @property
    def files(self) -> int:
        """Files, copies too."""
        return sum(len(names) for names, _ in self.folders.values())


@dataclass(eq=False, slots=True)
class Instance:
    """One object and where it lies.

    Attributes
    ----------
    relations : Relations
    paths : list of str
        Files with the same bytes, below the root.
    other_versions : list of str
        Files that carry its UID and differ.
    digest : str
        SHA-256 of the bytes, once there was a second file to compare with.
    """

    relations: Relations
    paths: list[str]
    other_versions: list[str] = field(default_factory=list)
    digest: str = ""


@dataclass(eq=False)
class TreeIndex:
    """Everything in a tree that a case may be made of.

    Attributes
    ----------
    root : Path
    images : dict
    objects : dict of kind to dict of UID to Instance
    identifying : dict of patient ID to names, IDs and dates
        To hide them.
    files_in : Counter
        Files in each folder, not below.
    patients_in : dict of folder to patient IDs
    unmatched : list of Unmatched
    """

    root: Path
    images: dict[tuple[str, str, str, str], ImageSet] = field(default_factory=dict)
    objects: dict[str, dict[str, Instance]] = field(
        default_factory=lambda: {kind: {} for kind in NEEDED_KINDS}
    )
    identifying: dict[str, tuple[set[str], set[str], set[str]]] = field(
        default_factory=lambda: defaultdict(lambda: (set(), set(), set()))
    )
    files_in: Counter[str] = field(default_factory=Counter)
    patients_in: dict[str, set[str]] = field(default_factory=lambda: defaultdict(set))
    unmatched: list[Unmatched] = field(default_factory=list)

    def pseudonym(self, patient: str, code: str) -> Pseudonym:
        """Return what hides a patient behind a study code."""
        return Pseudonym.of(code, *self.identifying[patient])

    def miss(self, path: str, kind: str, reason: str, files: int = 1) -> None:
        """Note what could not be matched."""
        self.unmatched.append(Unmatched(path or ".", kind, files, reason))


def index_tree(root: Path) -> TreeIndex:
    """Read all headers below a folder; what is kept of an image is its name and a number.

    Raises
    ------
    InputError
        The folder is none or cannot be listed.
    """
    index = TreeIndex(root)
    counted: Counter[tuple[str, str, str]] = Counter()
    for found in walk_tree(root):
        index.files_in[found.folder] += bool(found.name)
        if found.file is None:
            if found.reason == NOT_DICOM:
                counted[found.folder, "", found.reason] += 1
            else:
                index.miss(joined(found.folder, found.name), "", found.reason.rstrip("."))
        elif found.file.kind in IMAGE_KINDS:
            _add_image(index, found, found.file)
        elif found.file.kind in NEEDED_KINDS:
            _add_object(index, found, found.file)
        else:
            counted[found.folder, found.file.kind, NOT_NEEDED] += 1
    for (folder, kind, reason), files in counted.items():
        index.miss(folder, kind, reason, files)
    return index


def joined(folder: str, name: str) -> str:
    """Return the path of a file or folder below the root."""
    return f"{folder}/{name}" if folder and name else folder or name


def parent_of(path: str) -> str:
    """Return the folder that a path below the root lies in; "" is the root."""
    return path.rpartition("/")[0]


def is_below(folder: str, other: str) -> bool:
    """Whether a folder is another or lies below it."""
    return not other or folder == other or folder.startswith(f"{other}/")


def ancestors(folders: Iterable[str]) -> set[str]:
    """Return folders with all that they lie in, down to the root."""
    found = {""}
    for start in folders:
        folder = start
        while folder not in found:
            found.add(folder)
            folder = parent_of(folder)
    return found


def _add_image(index: TreeIndex, found: TreeFile, file: ScannedFile) -> None:
    series, patient, frame = file.text("SeriesInstanceUID"), file.patient, file.frame_uid
    key = (file.kind, series, patient, frame)
    images = index.images.get(key)
    if images is None:
        study = file.text("StudyInstanceUID")
        images = index.images[key] = ImageSet(file.kind, series, patient, study, frame)
    if found.folder not in images.folders:
        images.folders[found.folder] = ([], array("q"))
        _learn(index, found.folder, file)
    names, numbers = images.folders[found.folder]
    names.append(found.name)
    # A slice without UID is told by its file: it has no copies.
    numbers.append(hash(file.uid or joined(found.folder, found.name)))


def _add_object(index: TreeIndex, found: TreeFile, file: ScannedFile) -> None:
    _learn(index, found.folder, file)
    path = joined(found.folder, found.name)
    relations = relations_of(file)
    if not relations.uid:
        index.miss(path, relations.kind, relations.problem)
        return
    known = index.objects[relations.kind]
    first = known.get(relations.uid)
    if first is None:
        known[relations.uid] = Instance(relations, [path])
        return
    first.digest = first.digest or _digest(index.root / first.paths[0])
    digest = _digest(index.root / path)
    if digest == first.digest:
        first.paths.append(path)
    elif _is_whole(index.root / first.paths[0]):
        first.other_versions.append(path)
    else:
        torn = [*first.other_versions, *first.paths]
        known[relations.uid] = Instance(relations, [path], torn, digest)


def _learn(index: TreeIndex, folder: str, file: ScannedFile) -> None:
    index.patients_in[folder].add(file.patient)
    new = identifying_in([file.header])
    for known, found in zip(index.identifying[file.patient], new, strict=True):
        known.update(found)


def _is_whole(path: Path) -> bool:
    try:
        check_complete(read_bytes(path, path.name), path.name)
    except InputError:
        return False
    return True


def _digest(path: Path) -> str:
    digest = hashlib.sha256()
    try:
        with path.open("rb") as stream:
            while chunk := stream.read(1 << 20):
                digest.update(chunk)
    except OSError:
        return f"unreadable {path}"
    return digest.hexdigest()
