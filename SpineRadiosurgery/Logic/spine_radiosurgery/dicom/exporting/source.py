"""The planning image that exported objects refer to, its headers read again."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

import numpy as np
import pydicom
from numpy.typing import NDArray
from pydicom.dataset import Dataset

from ...case import Case, PatientIdentity, Pseudonym
from ...geometry import InputError, stage, with_progress
from ..identity import identity_in
from ..images import ImageSeries, group_series
from ..scanning import FolderScan, ScannedFile, quiet_pydicom, scan_folder
from ..selection import choose_image
from ..values import LPS_TO_RAS, number, one_line, short_uid
from .planes import ImagePlanes

FloatArray = NDArray[np.float64]

PATIENT = (
    "PatientName", "PatientID", "IssuerOfPatientID", "PatientBirthDate", "PatientSex",
)  # fmt: skip
STUDY = (
    "StudyDate", "StudyTime", "StudyID", "AccessionNumber", "StudyDescription",
    "ReferringPhysicianName",
)  # fmt: skip
_GEOMETRY = (
    "SpecificCharacterSet", "SOPClassUID", "SOPInstanceUID", "Modality", "StudyInstanceUID",
    "SeriesInstanceUID", "FrameOfReferenceUID", "PositionReferenceIndicator", "InstanceNumber",
    "ImagePositionPatient", "ImageOrientationPatient", "PixelSpacing", "SliceThickness", "Rows",
    "Columns",
)  # fmt: skip


@dataclass(frozen=True, eq=False)
class ExportSource:
    """The planning image of a case as its files tell it.

    Attributes
    ----------
    code : str
        Study code that stands for the patient.
    planes : ImagePlanes
    study_uid, frame_uid, series_uid : str
    class_uid : str
        SOP class of the images.
    image_uids : tuple of str
        SOP instances, in the order of `planes`.
    structure_set : ScannedFile or None
        The case's own, to be merged with.
    digest : str
        SHA-256 of what the case was read from.
    pseudonym : Pseudonym
        What hides the patient in texts that are copied.
    headers : tuple of Dataset
        Geometry, patient and study of every image; nothing of it is written as it is.
    """

    code: str
    planes: ImagePlanes
    study_uid: str
    frame_uid: str
    series_uid: str
    class_uid: str
    image_uids: tuple[str, ...]
    structure_set: ScannedFile | None
    digest: str
    pseudonym: Pseudonym = field(default_factory=Pseudonym, repr=False)
    headers: tuple[Dataset, ...] = field(default=(), repr=False)

    @property
    def identity(self) -> PatientIdentity:
        """Who the patient is, for an export that a person wants identified."""
        return identity_in(self.headers)


def read_export_source(
    folder: str | os.PathLike[str] | Sequence[str | os.PathLike[str]],
    case: Case,
    slices: Iterable[str] = (),
) -> ExportSource:
    """Read the headers of a case's planning image again.

    Parameters
    ----------
    folder : path, or several
        That the case was read from.
    case : Case
        Its UIDs say which series, frame of reference and structure set it was read from.
    slices : iterable of str
        SOP Instance UIDs of the planning image, for a case that does not know its series.

    Raises
    ------
    InputError
        The planning image is not there or is another one.
    """
    folders = [folder] if isinstance(folder, str | os.PathLike) else list(folder)
    with quiet_pydicom():
        with stage("Looking for the planning image", 0.0, 0.5):
            scans = [scan_folder(one) for one in folders]
        series = _series(scans, case, frozenset(slices))
        with stage("Reading the image's headers", 0.5, 1.0):
            headers = tuple(_header(file) for file in with_progress(series.files))
    first = series.files[0]
    study, frame = first.text("StudyInstanceUID"), series.frame_uid
    if not (study and frame and series.uid and all(file.uid for file in series.files)):
        raise InputError(
            f"The planning image {series.label} lacks UIDs (study, series, frame of reference or"
            " slice); nothing can refer to it."
        )
    wanted = case.uids.get("frame_of_reference", frame)
    if wanted != frame:
        raise InputError(
            f"The planning image lies in frame of reference {short_uid(frame)}, the case in"
            f" {short_uid(wanted)}; export from the folder that the case was read from."
        )
    hashes = sorted(f"{s.name} {s.sha256}" for s in case.sources) or [f.uid for f in series.files]
    return ExportSource(
        code=case.identifier if case.uids else scans[0].pseudonym.code or case.identifier,
        planes=_planes(series),
        study_uid=study,
        frame_uid=frame,
        series_uid=series.uid,
        class_uid=first.text("SOPClassUID"),
        image_uids=tuple(file.uid for file in series.files),
        structure_set=_structure_set(scans, case),
        digest=hashlib.sha256("\n".join(hashes).encode()).hexdigest(),
        pseudonym=scans[0].pseudonym,
        headers=headers,
    )


def _series(scans: Sequence[FolderScan], case: Case, slices: frozenset[str]) -> ImageSeries:
    found = [series for scan in scans for series in group_series(scan)[0]]
    wanted = case.uids.get("image_series")
    frame = case.uids.get("frame_of_reference")
    named = [s for s in found if s.uid == wanted] if wanted else found
    if slices and not wanted:
        named = [s for s in found if slices & {file.uid for file in s.files}]
    if not named:
        raise InputError(
            f"The planning image of case {case.identifier} (series {short_uid(wanted or '')}) is"
            f" not in {', '.join(scan.folder.name for scan in scans)}; export from the folder that"
            " the case was read from."
        )
    chosen = choose_image(
        named,
        None,
        series_uids=(wanted,) if wanted else (),
        image_uids=frozenset(),
        frame_uids=(frame,) if frame else (),
    )
    if chosen is None:
        raise InputError("There is no planning image in the folder; nothing can refer to it.")
    keep = _first_at_each_height(chosen)
    return ImageSeries(
        chosen.kind,
        chosen.uid,
        tuple(chosen.files[n] for n in keep),
        chosen.origins[keep],
        chosen.along_row,
        chosen.along_column,
        chosen.pixel_spacing_mm,
        chosen.shape,
    )


def _first_at_each_height(series: ImageSeries) -> list[int]:
    """Slices without second copies of one position."""
    keep = [0]
    for n in range(1, len(series.files)):
        if series.positions_mm[n] - series.positions_mm[keep[-1]] > 1e-2:
            keep.append(n)
    return keep


def _planes(series: ImageSeries) -> ImagePlanes:
    flip = LPS_TO_RAS[:3, :3]
    axes = np.array([series.along_row, series.along_column, series.normal]) @ flip
    first = series.files[0]
    between_rows, between_columns = series.pixel_spacing_mm
    return ImagePlanes(
        axes,
        series.origins @ flip,
        (between_columns, between_rows),
        (series.shape[1], series.shape[0]),
        number(first.header, "SliceThickness", first.name) or 1.0,
    )


def _structure_set(scans: Sequence[FolderScan], case: Case) -> ScannedFile | None:
    listed = [file for scan in scans for file in scan.of_kind("RTSTRUCT")]
    wanted = case.uids.get("structure_set")
    if wanted is None:
        return listed[0] if len(listed) == 1 else None
    return next((file for file in listed if file.uid == wanted), None)


def _header(file: ScannedFile) -> Dataset:
    tags = [*_GEOMETRY, *PATIENT, *STUDY]
    try:
        return pydicom.dcmread(file.path, stop_before_pixels=True, force=True, specific_tags=tags)
    except Exception as error:  # pydicom raises many kinds of errors on malformed bytes
        raise InputError(f"{file.name} cannot be read ({one_line(error)}).") from error
