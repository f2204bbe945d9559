"""Writing a case as DICOM: CT series, RTSTRUCT, RTDOSE and RTPLAN in one folder."""

from __future__ import annotations

import os
from pathlib import Path

from ..case import Case, InputError
from ..geometry import report_progress, stage, whole_folder, with_progress
from .writing_common import Study, save
from .writing_dose import dose_dataset
from .writing_image import image_datasets
from .writing_plan import plan_dataset
from .writing_structures import structure_dataset


def write_dicom_case(
    case: Case,
    folder: str | os.PathLike[str],
    *,
    seed: int = 0,
    patient_name: str = "Phantom^Spine",
    date: str = "20200101",
    time: str = "120000",
) -> None:
    """Write a case as DICOM files, whole or not at all.

    The CT is written in axial slices whatever the array's index order; the plan holds nine dummy
    beams. Equal case and parameters give equal bytes: UIDs are derived from the content.

    Parameters
    ----------
    case : Case
        With a CT image, structures, dose and prescription.
    folder : path
        New or empty; it gets `CT/CT0001.dcm` ..., `RS.dcm`, `RD.dcm` and `RP.dcm`.
    seed : int
        Enters the UIDs: the same content with another seed is another study.
    patient_name, date, time : str
        DICOM person name (PN), date (DA, YYYYMMDD) and time (TM, HHMMSS).

    Raises
    ------
    InputError
        Something of the case is missing, the folder holds files, or it cannot be written.
    """
    target = Path(folder)
    study = Study.of(case, seed=seed, patient_name=patient_name, date=date, time=time)
    if target.exists() and (not target.is_dir() or any(target.iterdir())):
        raise InputError(
            f"{target.name} is not an empty folder; choose a new one for the DICOM files."
        )
    try:
        with whole_folder(target) as unfinished:
            _write_all(study, unfinished)
    except OSError as error:
        reason = error.strerror or str(error)
        raise InputError(f"The DICOM folder {target.name} cannot be written: {reason}.") from error


def _write_all(study: Study, folder: Path) -> None:
    (folder / "CT").mkdir()
    with stage("Preparing the DICOM files", 0.0, 0.3):
        images = image_datasets(study)
    with stage("", 0.3, 0.6):
        for number, image in enumerate(with_progress(images, "Writing the image"), start=1):
            save(image, folder / "CT" / f"CT{number:04d}.dcm")
    with stage("Writing structures", 0.6, 0.9):
        structures = structure_dataset(study, images)
    save(structures, folder / "RS.dcm")
    report_progress("Writing dose and plan", 0.95)
    save(dose_dataset(study), folder / "RD.dcm")
    save(plan_dataset(study), folder / "RP.dcm")
