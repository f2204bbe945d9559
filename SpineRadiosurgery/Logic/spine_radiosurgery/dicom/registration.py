"""Spatial registration (REG): rigid ways from one frame of reference to another."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from pydicom.dataset import Dataset

from ..geometry import InputError
from .scanning import LoadedFile, ScannedFile, load
from .values import FloatArray, items, numbers, text


@dataclass(frozen=True, eq=False)
class Passage:
    """A rigid way between two frames of reference.

    Attributes
    ----------
    matrix_lps : (4, 4) array
        Maps LPS points of the first frame into the second.
    names : tuple of str
        The REG files on the way.
    """

    matrix_lps: FloatArray
    names: tuple[str, ...]

    @property
    def matrix_ras(self) -> FloatArray:
        """The same way for RAS points."""
        flip = np.diag([-1.0, -1.0, 1.0, 1.0])
        result: FloatArray = flip @ self.matrix_lps @ flip
        return result


@dataclass(frozen=True, eq=False)
class Registrations:
    """All rigid registrations of a folder.

    Attributes
    ----------
    edges : tuple of (from_frame, to_frame, matrix_lps, file name)
    loaded : tuple of LoadedFile
    complaints : tuple of str
        Registrations that cannot be used, and why.
    """

    edges: tuple[tuple[str, str, FloatArray, str], ...] = ()
    loaded: tuple[LoadedFile, ...] = ()
    complaints: tuple[str, ...] = ()

    def passage(self, source: str, target: str) -> Passage | None:
        """Return the shortest way from one frame to another, None where there is none."""
        ways = {source: Passage(np.eye(4), ())}
        front = [source]
        while front and target not in ways:
            reached = []
            for frame in front:
                for start, end, matrix, name in self._both_ways():
                    if start == frame and end not in ways:
                        way = ways[frame]
                        ways[end] = Passage(matrix @ way.matrix_lps, (*way.names, name))
                        reached.append(end)
            front = reached
        return ways.get(target) if source and target else None

    def _both_ways(self) -> list[tuple[str, str, FloatArray, str]]:
        back: list[tuple[str, str, FloatArray, str]] = [
            (end, start, np.linalg.inv(m).astype(np.float64), name)
            for start, end, m, name in self.edges
        ]
        return [*self.edges, *back]


def read_registrations(files: Sequence[ScannedFile]) -> Registrations:
    """Read all spatial registration objects; those that are not rigid become complaints."""
    edges, loaded, complaints = [], [], []
    for file in files:
        try:
            whole_file = load(file)
            edges += _edges(whole_file.dataset, file.name)
        except InputError as error:
            complaints.append(str(error))
            continue
        loaded.append(whole_file)
    return Registrations(tuple(edges), tuple(loaded), tuple(complaints))


def _edges(dataset: Dataset, name: str) -> list[tuple[str, str, FloatArray, str]]:
    """Return the ways of one REG object: each item's frame into the object's own frame."""
    target = text(dataset, "FrameOfReferenceUID")
    edges = []
    for item in items(dataset, "RegistrationSequence", name):
        source = text(item, "FrameOfReferenceUID")
        matrix = np.eye(4)
        for registration in items(item, "MatrixRegistrationSequence", name):
            for step in items(registration, "MatrixSequence", name):
                matrix = _rigid(step, name) @ matrix
        if source and target and source != target:
            edges.append((source, target, matrix, name))
    return edges


def _rigid(step: Dataset, name: str) -> FloatArray:
    """Return a 4x4 matrix and refuse one that scales, shears or mirrors."""
    kind = text(step, "FrameOfReferenceTransformationMatrixType").upper() or "RIGID"
    values = numbers(step, "FrameOfReferenceTransformationMatrix", name, 16)
    if values is None:
        raise InputError(f"{name}: the registration has no matrix.")
    matrix = values.reshape(4, 4)
    rotation = matrix[:3, :3]
    rigid = np.allclose(rotation @ rotation.T, np.eye(3), atol=1e-3) and np.linalg.det(rotation) > 0
    if not rigid or not np.allclose(matrix[3], [0, 0, 0, 1], atol=1e-6):
        raise InputError(f"{name}: the registration is not rigid (type {kind}) and stays out.")
    return matrix
