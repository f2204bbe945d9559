"""Structures that a command line names: `FILE`, `FILE:LABEL`, or `DICOM_FOLDER:ROI`."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

from .. import read_vertebrae
from ..anatomy import levels_in_name
from ..case import Case
from ..dicom import read_dicom_case, read_structure
from ..geometry import InputError, Structure

_ENDINGS = ("seg.nrrd", "nrrd", "nii.gz", "nii", "dcm")
HELP = "FILE, FILE:LABEL (number or segment name), or DICOM_FOLDER:ROI"


@dataclass(frozen=True)
class Reference:
    """Where a structure lies.

    Attributes
    ----------
    path : Path
        A file, or a folder with DICOM files.
    label : str or None
        Label number, segment or ROI; None where the file holds one structure only.
    """

    path: Path
    label: str | None = None

    @classmethod
    def parsed(cls, text: str) -> Reference:
        """Read `PATH` or `PATH:LABEL`; a colon may also belong to the path.

        Raises
        ------
        InputError
            There is no such file or folder.
        """
        if Path(text).exists():
            return cls(Path(text))
        path, _, label = text.rpartition(":")
        if path and label and Path(path).exists():
            return cls(Path(path), label)
        raise InputError(f"The structure {path or text} does not exist; name it as {HELP}.")

    def structure(self) -> Structure:
        """Read it.

        Raises
        ------
        InputError
            It cannot be read, or the label is missing, unknown or ambiguous.
        """
        if not self.path.is_dir():
            return read_structure(self.path, self.label)
        if self.label is None:
            raise InputError(
                f"{self.path} is a folder; name one of its regions as {self.path}:ROI."
            )
        return _case(self.path).structure(self.label)

    def shown_label(self) -> str:
        """Return the label; where a DICOM folder tells the patient, without name and ID."""
        label = self.label or ""
        return _case(self.path).shown_name(label) if self.path.is_dir() else label

    def sha256(self) -> str | None:
        """Digest of the file; None for a folder."""
        if self.path.is_dir():
            return None
        return hashlib.sha256(self.path.read_bytes()).hexdigest()


@lru_cache(maxsize=4)
def _case(folder: Path) -> Case:
    return read_dicom_case(folder, need_dose=False)


class InputReader:
    """Reads structures and keeps account of where they came from."""

    def __init__(self) -> None:
        self.read: list[dict[str, Any]] = []
        """What was read: role, structure, file, label and SHA-256 of each."""
        self._numbers: dict[str, dict[Path, int]] = {}

    def structure(self, role: str, text: str) -> Structure:
        """Read the structure that a text names (see `Reference`)."""
        reference = Reference.parsed(text)
        return self._noted(role, reference, reference.structure())

    def optional(self, role: str, text: str | None) -> Structure | None:
        """Read a structure if one is named."""
        return None if text is None else self.structure(role, text)

    def vertebrae(
        self, texts: Sequence[str], labels: Sequence[str], levels: Sequence[str], scheme: str
    ) -> list[tuple[Structure, str | None]]:
        """Read vertebrae, with their levels where these are given.

        Labels choose within one file, or one label for each file. Levels without labels choose
        among the vertebrae of one file that holds several, by its naming scheme; else they say
        which level each vertebra is.

        Raises
        ------
        InputError
            A structure cannot be read, or labels or levels do not go with the vertebrae.
        """
        found = _vertebrae([Reference.parsed(text) for text in texts], labels, levels, scheme)
        return [
            (_named(self._noted("vertebra", reference, structure), level), level)
            for reference, structure, level in found
        ]

    def _file_name(self, reference: Reference) -> str:
        """Name a file by kind and running number: names of files may tell the patient."""
        kind = "DICOM folder" if reference.path.is_dir() else _kind(reference.path)
        seen = self._numbers.setdefault(kind, {})
        number = seen.setdefault(reference.path.absolute(), len(seen) + 1)
        return f"{kind} {number}"

    def _noted(self, role: str, reference: Reference, structure: Structure) -> Structure:
        self.read.append(
            {
                "role": role,
                "structure": structure.name,
                "file": self._file_name(reference),
                "label": reference.shown_label() or None,
                "sha256": reference.sha256(),
            }
        )
        return structure


def _kind(path: Path) -> str:
    """Return how a file ends, such as "seg.nrrd"."""
    return next((e for e in _ENDINGS if path.name.lower().endswith(f".{e}")), "file")


def _named(vertebra: Structure, level: str | None) -> Structure:
    """Let a vertebra of a given level be called after it, not after a file and a number."""
    if level is None or levels_in_name(vertebra.name) == (level,):
        return vertebra
    return vertebra.renamed(f"vertebrae_{level}")


Found = list[tuple[Reference, Structure, str | None]]


def _vertebrae(
    references: Sequence[Reference], labels: Sequence[str], levels: Sequence[str], scheme: str
) -> Found:
    named = _with_labels(references, labels)
    only = named[0]
    if len(named) == 1 and levels and only.label is None and not only.path.is_dir():
        alone = _alone(only.path)
        if alone is None:
            return _by_level(only.path, levels, scheme)
    if levels and len(levels) != len(named):
        raise InputError(
            f"{len(levels)} --level for {len(named)} vertebra(e); give one for each, or none."
        )
    known: list[str | None] = [*levels] or [None] * len(named)
    return [
        (reference, reference.structure(), level)
        for reference, level in zip(named, known, strict=True)
    ]


def _with_labels(references: Sequence[Reference], labels: Sequence[str]) -> list[Reference]:
    if not labels:
        return list(references)
    if any(reference.label is not None for reference in references):
        raise InputError("Give labels either as FILE:LABEL or with --label, not both.")
    if len(references) == 1:
        return [Reference(references[0].path, label) for label in labels]
    if len(labels) != len(references):
        raise InputError(
            f"{len(labels)} --label for {len(references)} files; give one for each file."
        )
    return [Reference(r.path, label) for r, label in zip(references, labels, strict=True)]


def _alone(path: Path) -> Structure | None:
    """The only structure of a file; None where it holds several or cannot be read."""
    try:
        return read_structure(path)
    except InputError:
        return None


def _by_level(path: Path, levels: Sequence[str], scheme: str) -> Found:
    found = read_vertebrae(path, scheme)
    missing = [level for level in levels if level not in found]
    if missing:
        raise InputError(
            f"{path.name} holds no {', '.join(missing)}; there is: {', '.join(found)}."
        )
    return [(Reference(path, level), found[level], level) for level in levels]
