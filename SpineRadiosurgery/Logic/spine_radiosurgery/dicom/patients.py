"""One patient out of a folder with the files of several."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from .assembly import Choices
from .scanning import FolderScan, ScannedFile
from .selection import fitting_names


def one_patient(scan: FolderScan, choices: Choices) -> tuple[FolderScan, tuple[str, ...]]:
    """Leave out the files of other patients than the one whose plan was chosen.

    The patient is told by the objects that were chosen, or that are there only once. Where they do
    not tell one, the folder stays as it is. What lies in a frame of reference of the patient's plan
    and dose is never left out: under another patient ID it is a contradiction, not a stranger.

    Parameters
    ----------
    scan : FolderScan
    choices : Choices

    Returns
    -------
    scan, warnings
        Broken files become warnings in a folder of several patients: whose they are is not known.
    """
    patients = {file.patient for file in scan.files} - {""}
    chosen = _patients_of(scan, choices)
    if len(patients) < 2 or len(chosen) != 1:
        return scan, ()
    (patient,) = chosen
    own = [file for file in scan.files if file.patient == patient]
    frames = {file.frame_uid for file in own if file.kind in ("RTDOSE", "RTPLAN")} - {""}
    kept = [f for f in scan.files if f.patient in ("", patient) or f.frame_uid in frames]
    left_out = len(scan.files) - len(kept)
    if not left_out:
        return scan, ()
    said = [f"The folder holds {left_out} file(s) of other patients, which were left out."]
    if scan.broken:
        # Without their names, which may tell a patient: warnings go into reports.
        said.append(
            f"{len(scan.broken)} broken file(s) of a folder with several patients were left out;"
            " `inspect` names them, whose they are is not known."
        )
    narrowed = replace(scan, files=tuple(kept), broken=(), pseudonym=own[0].pseudonym)
    return narrowed, tuple(said)


def _patients_of(scan: FolderScan, choices: Choices) -> set[str]:
    """Return the patients that the chosen dose, structure set and plan may be of."""
    wanted: tuple[tuple[str, Sequence[str | None]], ...] = (
        ("RTDOSE", choices.doses or (None,)),
        ("RTSTRUCT", (choices.structures,)),
        ("RTPLAN", (choices.plan,)),
    )
    found = {file.patient for file in scan.files} - {""}
    for kind, names in wanted:
        for name in names:
            possible = {file.patient for file in _possible(scan, kind, name)} - {""}
            found = found & possible if possible else found
    return found


def _possible(scan: FolderScan, kind: str, name: str | None) -> Sequence[ScannedFile]:
    files = scan.of_kind(kind)
    return files if name is None else fitting_names(files, name)
