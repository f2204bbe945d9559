"""Structures as segmentation files of 3D Slicer (`.seg.nrrd`) and as plain label maps."""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from ..geometry import Grid, InputError, Layer, Structure, finest_lattice, layers_of
from .nrrd import nrrd_bytes
from .own_files import GENERATOR, OWNER_FIELD, write_own_bytes, write_own_file
from .values import LPS_TO_RAS, printable

SEGMENTATION_SUFFIX = ".seg.nrrd"
LABEL_MAP_SUFFIXES = (".nrrd", ".nii.gz", ".nii")
TERMINOLOGY_TAG = "TerminologyEntry"

_COLOURS = (
    (128, 174, 128), (241, 214, 145), (177, 122, 101), (111, 184, 210), (216, 101, 79),
    (221, 130, 101), (144, 238, 144), (192, 104, 88),
)  # fmt: skip
_PERPENDICULAR = 1e-4
"""Largest cosine between axes that are written as perpendicular ones."""


@dataclass(frozen=True, eq=False)
class Segment:
    """A structure with what 3D Slicer shows of it.

    Attributes
    ----------
    structure : Structure
    color : (int, int, int) or None
        0..255; None takes the structure's own, else one of eight.
    terminology : str
        Serialized as 3D Slicer does (`SegmentType.serialized`); "" for none.
    tags : mapping of str to str
        Further segment tags.
    """

    structure: Structure
    color: tuple[int, int, int] | None = None
    terminology: str = ""
    tags: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class WrittenSegment:
    """What became of a structure in the file.

    Attributes
    ----------
    name : str
    label, layer : int
        Value of its voxels and the layer that holds them; label 0 where it was empty and left out.
    volume_cc : float
        Of the structure, partial voxels counted by their share.
    written_cc : float
        Of the voxels written: those at least half occupied, counted whole.
    """

    name: str
    label: int
    layer: int
    volume_cc: float
    written_cc: float


def check_segmentation_name(path: str | os.PathLike[str]) -> Path:
    """Return the path when its ending is one that is written.

    Raises
    ------
    InputError
        Another ending.
    """
    file = Path(path)
    if not file.name.lower().endswith((SEGMENTATION_SUFFIX, *LABEL_MAP_SUFFIXES)):
        raise InputError(
            f"Output {file} has no ending that is written; "
            f"choose {SEGMENTATION_SUFFIX} or {', '.join(LABEL_MAP_SUFFIXES)}."
        )
    return file


def write_segmentation(
    path: str | os.PathLike[str],
    segments: Sequence[Segment | Structure],
    *,
    grid: Grid | None = None,
) -> tuple[WrittenSegment, ...]:
    """Write structures as a segmentation of 3D Slicer or as a label map, whole or not at all.

    A file holds whole voxels: those at least half occupied. `.seg.nrrd` keeps names, colours and
    terminology, and puts structures that overlap into layers; `.nrrd`, `.nii` and `.nii.gz` hold
    the labels 1, 2, ... in the order given, of structures that do not overlap.

    Parameters
    ----------
    path : path
        The ending decides; an existing file is replaced only if this program wrote it.
    segments : sequence of Segment or Structure
        Names must differ. Empty ones (a sector that a vertebra lacks) are left out.
    grid : Grid, optional
        Voxels of the file; by default the smallest of the structures' own, around all of them.

    Returns
    -------
    tuple of WrittenSegment
        In the order given, the empty ones too.

    Raises
    ------
    InputError
        Nothing to write, equal names, a structure without a whole voxel or outside `grid`, overlap
        in a label map, oblique voxel axes, or a file that cannot be written or is not ours.
    """
    file = check_segmentation_name(path)
    wanted = [s if isinstance(s, Segment) else Segment(s) for s in segments]
    _check_names(file, wanted)
    present = [s for s in wanted if s.structure.volume_cc > 0]
    if not present:
        raise InputError(f"Nothing to write into {file.name}: there is no structure with a volume.")
    structures = [s.structure for s in present]
    lattice = grid or finest_lattice(structures)
    _check_perpendicular(file, lattice)
    layers = layers_of(structures, lattice)
    written = _written(file, structures, layers, lattice)
    if file.name.lower().endswith(SEGMENTATION_SUFFIX):
        content = nrrd_bytes(
            _stacked(layers), lattice.ijk_to_ras, _fields(present, written, lattice)
        )
        write_own_bytes(file, content)
    else:
        _check_one_layer(file, written)
        _write_label_map(file, layers[0].labels, lattice)
    found = iter(written)
    return tuple(
        next(found)
        if s.structure.volume_cc > 0
        else WrittenSegment(s.structure.name, 0, 0, 0.0, 0.0)
        for s in wanted
    )


def _check_names(file: Path, segments: Sequence[Segment]) -> None:
    for name, count in Counter(s.structure.name for s in segments).items():
        if count > 1:
            raise InputError(
                f"{count} structures for {file.name} are called {name}; rename all but one."
            )


def _check_perpendicular(file: Path, grid: Grid) -> None:
    cosines = grid.directions.T @ grid.directions - np.eye(3)
    if np.abs(cosines).max() > _PERPENDICULAR:
        raise InputError(
            f"{file.name} cannot hold voxels whose axes are not perpendicular "
            f"(cosine {np.abs(cosines).max():.3f}); resample the mask first."
        )


def _written(
    file: Path, structures: Sequence[Structure], layers: Sequence[Layer], grid: Grid
) -> list[WrittenSegment]:
    found = []
    for number, structure in enumerate(structures):
        at = next(n for n, layer in enumerate(layers) if number in layer.members)
        label = layers[at].members[number]
        count = int(np.count_nonzero(layers[at].labels == label))
        if not count:
            raise InputError(
                f"{structure.name} ({structure.volume_cc:.3f} cc) fills no voxel of {file.name} at "
                "least half; choose smaller voxels or a grid that covers it."
            )
        written_cc = count * grid.voxel_volume_mm3 / 1000
        found.append(WrittenSegment(structure.name, label, at, structure.volume_cc, written_cc))
    return found


def _check_one_layer(file: Path, written: Sequence[WrittenSegment]) -> None:
    above = [w.name for w in written if w.layer > 0]
    if above:
        raise InputError(
            f"{file.name} is a label map and cannot hold structures that overlap "
            f"({', '.join(above)}); write them into a {SEGMENTATION_SUFFIX} file."
        )


def _stacked(layers: Sequence[Layer]) -> NDArray[np.uint8]:
    if len(layers) == 1:
        return layers[0].labels
    return np.stack([layer.labels for layer in layers], axis=-1)


def _fields(
    segments: Sequence[Segment], written: Sequence[WrittenSegment], grid: Grid
) -> dict[str, str]:
    """Return the fields of 3D Slicer's segmentation format, ours first."""
    k, j, i = grid.shape_kji
    extent = f"0 {i - 1} 0 {j - 1} 0 {k - 1}"
    fields = {OWNER_FIELD: GENERATOR}
    for number, (segment, place) in enumerate(zip(segments, written, strict=True)):
        colour = segment.color or segment.structure.color or _COLOURS[number % len(_COLOURS)]
        tags = dict(segment.tags)
        if segment.terminology:
            tags[TERMINOLOGY_TAG] = segment.terminology
        own = {
            "Color": " ".join(f"{value / 255:.6g}" for value in colour),
            "ColorAutoGenerated": "0",
            "Extent": extent,
            "ID": printable(place.name),
            "LabelValue": str(place.label),
            "Layer": str(place.layer),
            "Name": printable(place.name),
            "NameAutoGenerated": "0",
            "Tags": "".join(f"{key}:{tags[key]}|" for key in sorted(tags)),
        }
        fields |= {f"Segment{number}_{key}": value for key, value in own.items()}
    matrix = "".join(f"{value + 0.0:.17g};" for value in grid.ijk_to_ras.ravel().tolist())
    geometry = matrix + extent.replace(" ", ";") + ";"
    return fields | {
        "Segmentation_ContainedRepresentationNames": "Binary labelmap|Closed surface|",
        "Segmentation_ConversionParameters": f"Reference image geometry|{geometry}|Of this file&",
        "Segmentation_MasterRepresentation": "Binary labelmap",
        "Segmentation_ReferenceImageExtentOffset": "0 0 0",
    }


def _write_label_map(file: Path, labels: NDArray[np.uint8], grid: Grid) -> None:
    if file.name.lower().endswith(".nrrd"):
        content = nrrd_bytes(labels, grid.ijk_to_ras, {OWNER_FIELD: GENERATOR})
        write_own_bytes(file, content)
        return
    try:
        import SimpleITK as sitk
    except ImportError as error:
        raise InputError(
            f"{file.name}: writing NIfTI files needs the package SimpleITK; install it."
        ) from error
    lps = LPS_TO_RAS @ grid.ijk_to_ras
    image = sitk.GetImageFromArray(labels)
    image.SetSpacing(grid.spacing_mm.tolist())
    image.SetDirection((lps[:3, :3] / grid.spacing_mm).ravel().tolist())
    image.SetOrigin(lps[:3, 3].tolist())
    # The header's description.
    image.SetMetaData("ITK_FileNotes", GENERATOR)

    def write(scratch: Path) -> None:
        try:
            sitk.WriteImage(image, str(scratch), useCompression=file.name.lower().endswith(".gz"))
        except RuntimeError as error:
            raise OSError(printable(error)[-120:]) from error

    write_own_file(file, write)
