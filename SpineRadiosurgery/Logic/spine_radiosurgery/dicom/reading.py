"""A DICOM-RT folder becomes a Case."""

from __future__ import annotations

import os
from collections.abc import Sequence
from typing import Any

from ..case import Case, ListedObject
from ..geometry import stage
from .assembly import (
    CaseReader,
    Choices,
    check_folder,
    planning_frame,
    planning_image,
    structure_set,
    structures_of,
)
from .dose_sums import dose_of
from .doses import DoseChoice
from .identity import identity_in
from .images import ImageSeries, group_series, read_volume
from .patients import one_patient
from .prescriptions import (
    plan_files_of,
    plans_of,
    plans_of_other_structures,
    prescription_of,
)
from .registration import read_registrations
from .scanning import FolderScan, ScannedFile, quiet_pydicom, scan_folder
from .selection import check_one_patient, choose, choose_doses, identifier, shown_choice
from .values import short_uid

END_CAPS = "half a slice is added beyond the first and last contour of every structure"


def read_dicom_case(
    folder: str | os.PathLike[str],
    *,
    dose: str | Sequence[str] | None = None,
    structures: str | None = None,
    plan: str | None = None,
    image: str | None = None,
    dose_choice: DoseChoice | None = None,
    need_dose: bool = True,
    need_structures: bool = True,
    identify: bool = False,
) -> Case:
    """Read one patient's plan from a folder of DICOM-RT files and its sub-folders.

    Parameters
    ----------
    folder : path
    dose, structures, plan : str, optional
        SOP Instance UID, label or file name of the object to use where there are several. Several
        doses are summed (see `dose.sum_doses`), those of beams or fractions to their plan's first.
    image : str, optional
        Series Instance UID or description of the planning image; by default the series that the
        structure set was drawn on, else the only one in its frame of reference.
    dose_choice : DoseChoice, optional
        What to make of doses that are not plainly the plan's dose in Gy.
    need_dose, need_structures : bool
        Whether a folder without them is refused.
    identify : bool
        Keep the patient's name, ID and birth date (`Case.identity`), and the texts and file names
        as they are. By default a study code stands for the patient, `Case.identifier`, wherever
        name or ID stand in labels and structure names; files are called by kind and number.

    Returns
    -------
    Case
        In RAS mm and Gy. Half a slice is added beyond the first and last contour of a structure, as
        planning systems do. Regions that cannot be used are in `Case.unusable` with the reason.

    Raises
    ------
    InputError
        If the folder holds no case, an object is corrupt or ambiguous, the dose is not the plan's
        dose in Gy, or structures or dose lie in another frame of reference than the planning image
        and no rigid registration (REG) leads there.
    """
    choices = Choices(
        dose, structures, plan, image, dose_choice or DoseChoice(), need_dose, need_structures
    )
    with quiet_pydicom():
        with stage("Looking through the folder", 0.0, 0.3):
            scan = scan_folder(folder, identify=identify)
        with stage("Reading the case", 0.3, 1.0), scan.naming_files():
            return assemble(scan, choices)


def assemble(scan: FolderScan, choices: Choices) -> Case:
    """Put a case together from a scanned folder."""
    scan, strangers = one_patient(scan, choices)
    check_folder(scan, choices)
    reader = CaseReader(scan, choices, list(strangers))
    with stage("Sorting images", 0.0, 0.05):
        series, complaints = group_series(scan)
    reader.warnings += complaints
    dose_files = choose_doses(reader.of_kind("RTDOSE"), choices.doses, choices.dose_choice)
    set_file = choose(reader.of_kind("RTSTRUCT"), choices.structures, "structure set")
    with stage("Reading structures", 0.05, 0.3):
        contents = structure_set(reader, set_file)
    image_series = planning_image(reader, series, contents, dose_files)
    image_files = image_series.files if image_series else ()
    plan_files = plan_files_of(reader, dose_files)
    in_use = [*image_files, *([set_file] if set_file else []), *dose_files, *plan_files]
    check_one_patient(in_use)
    frame = planning_frame(image_series, contents, dose_files)
    registrations = read_registrations(scan.of_kind("REG"))
    reader.warnings += registrations.complaints
    plans = plans_of(reader, plan_files, contents, frame, registrations)
    reader.warnings += plans_of_other_structures(plan_files, set_file)
    with stage("Reading the dose", 0.3, 0.4):
        dose = dose_of(reader, dose_files, plans, frame, registrations)
    with stage("Building structures", 0.4, 0.65):
        built = structures_of(
            reader,
            file=set_file,
            contents=contents,
            series=series,
            frame=frame,
            registrations=registrations,
        )
    prescription, plan_facts = prescription_of(reader, plans, dose_files)
    image = None
    if image_series is not None:
        with stage("Reading the image", 0.65, 1.0):
            image, sources, warnings = read_volume(image_series)
        reader.warnings += warnings
        reader.sources += sources
    reader.used |= {file.name for file in image_files}
    labels = [*(file.label for file in in_use), *(contents.names if contents else ())]
    reader.warnings += scan.pseudonym.warnings_about(labels)
    parameters: dict[str, Any] = {
        "end_caps": END_CAPS,
        **_chosen(scan, choices),
        **plan_facts,
        **(dose.facts if dose else {}),
    }
    return Case(
        identifier=identifier(scan, in_use),
        structures=built.structures,
        dose=dose.grid if dose else None,
        image=image,
        prescription=prescription,
        dose_label=dose.label if dose else "",
        dose_summation=dose.summation if dose else "",
        warnings=tuple(dict.fromkeys(reader.warnings)),
        sources=tuple(sorted(reader.sources, key=lambda s: (s.kind, len(s.name), s.name))),
        listing=_listing(reader, series, image_series),
        unusable=built.unusable,
        parameters=parameters,
        uids=_uids(
            image_series, set_file, () if len(choices.doses) > 1 else dose_files, plan_files, frame
        ),
        identity=scan.identity and identity_in(file.header for file in in_use),
        pseudonym=scan.pseudonym,
    )


def _chosen(scan: FolderScan, choices: Choices) -> dict[str, Any]:
    """Return the caller's choices for the provenance."""

    def shown(wanted: str | None) -> str | None:
        return None if wanted is None else shown_choice(scan, wanted)

    dose_choice = choices.dose_choice
    doses = [shown_choice(scan, dose) for dose in choices.doses]
    chosen = {
        "dose": doses[0] if len(doses) == 1 else doses or None,
        "structures": shown(choices.structures),
        "plan": shown(choices.plan),
        "image": shown(choices.image),
        "relative_dose_gy": dose_choice.relative_dose_gy,
        "sum_beams": dose_choice.sum_beams or None,
        "dose_scale": dose_choice.scale,
        "summation_type": dose_choice.summation_type or None,
    }
    return {f"chosen_{key}": value for key, value in chosen.items() if value is not None}


def _listing(
    reader: CaseReader, series: Sequence[ImageSeries], image: ImageSeries | None
) -> tuple[ListedObject, ...]:
    """List every object of the folder, used or not, with the reason why it stays out."""
    frame = image.frame_uid if image else ""
    listed = []
    in_series: set[str] = set()
    for one in series:
        in_series |= {file.name for file in one.files}
        used = one is image
        note = f"{len(one.files)} slices" if used else _why_out(one, frame)
        listed.append(ListedObject(one.kind, one.uid, one.label, used, note))
    for file in reader.scan.files:
        if file.name in in_series:
            continue
        used = file.name in reader.used
        note = "" if used else "not chosen" if file.kind in _CHOSEN_KINDS else "not needed"
        listed.append(ListedObject(file.kind, file.uid, file.label, used, note))
    return tuple(listed)


_CHOSEN_KINDS = ("RTDOSE", "RTSTRUCT", "RTPLAN")


def _why_out(series: ImageSeries, frame: str) -> str:
    if series.frame_uid == frame:
        return f"{len(series.files)} slices; not the image that the structures were drawn on"
    return (
        f"{len(series.files)} slices; lies in frame of reference"
        f" {short_uid(series.frame_uid)}, not the"
        f" planning image's {short_uid(frame)}"
    )


def _uids(
    image: ImageSeries | None,
    set_file: ScannedFile | None,
    doses: Sequence[ScannedFile],
    plans: Sequence[ScannedFile],
    frame: str,
) -> dict[str, str]:
    files = [*(image.files[:1] if image else ()), *([set_file] if set_file else []), *doses, *plans]
    uids = {
        "study": next((uid for f in files if (uid := f.text("StudyInstanceUID"))), ""),
        "frame_of_reference": frame,
        "image_series": image.uid if image else "",
        "structure_set": set_file.uid if set_file else "",
        "dose": doses[0].uid if doses else "",
        "plan": plans[0].uid if plans else "",
    }
    return {key: uid for key, uid in uids.items() if uid}
