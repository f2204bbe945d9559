"""The parts of a case, each read from the objects chosen for it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from ..case import Prescription, SourceFile
from ..geometry import InputError
from .contours import StructureSet, read_structure_set
from .doses import DoseChoice, ReadDose, read_dose, referenced_plans
from .images import ImageSeries
from .plans import ReadPlan, read_plan
from .registration import Registrations
from .scanning import FolderScan, LoadedFile, ScannedFile, load
from .selection import choose_image, choose_plan, own_series, without_copies
from .structures import BuiltStructures, build_structures
from .values import FloatArray, short_uid

NOT_USED = " (not used)"
"""Ends the warning about a structure that cannot be used."""


@dataclass(frozen=True)
class Choices:
    """What the caller chose, by SOP or Series Instance UID or by label."""

    dose: str | None = None
    structures: str | None = None
    plan: str | None = None
    image: str | None = None
    dose_choice: DoseChoice = field(default_factory=DoseChoice)
    need_dose: bool = True
    need_structures: bool = True


@dataclass(eq=False)
class CaseReader:
    """What is used, what is said and where it came from while a case is put together."""

    scan: FolderScan
    choices: Choices
    warnings: list[str] = field(default_factory=list)
    sources: list[SourceFile] = field(default_factory=list)
    used: set[str] = field(default_factory=set)

    def of_kind(self, kind: str) -> tuple[ScannedFile, ...]:
        """Return the files of a kind without copies."""
        files, warnings = without_copies(self.scan.of_kind(kind))
        self.warnings += warnings
        return files

    def load(self, file: ScannedFile) -> LoadedFile:
        """Read a whole file and note it as used."""
        loaded = load(file)
        self.use(file.kind, loaded)
        return loaded

    def use(self, kind: str, loaded: LoadedFile) -> None:
        """Note a file as used."""
        self.sources.append(SourceFile(loaded.name, loaded.sha256, kind))
        self.used.add(loaded.name)

    def use_registrations(self, registrations: Registrations, names: Sequence[str]) -> None:
        """Note the REG files on a way between frames as used."""
        for loaded in registrations.loaded:
            if loaded.name in names and loaded.name not in self.used:
                self.use("REG", loaded)


def check_folder(scan: FolderScan, choices: Choices) -> None:
    """Refuse a folder with broken files, without DICOM files or without what is needed."""
    if scan.broken:
        more = f" ({len(scan.broken) - 1} more files are broken)" if len(scan.broken) > 1 else ""
        raise InputError(scan.broken[0] + more)
    if not scan.files:
        found = f"{len(scan.ignored)} other file(s)" if scan.ignored else "nothing"
        raise InputError(f"The folder {scan.folder} holds no DICOM file (found: {found}).")
    complaints = lacking(scan, need_dose=choices.need_dose, need_structures=choices.need_structures)
    if complaints:
        raise InputError(complaints[0])


def lacking(scan: FolderScan, *, need_dose: bool, need_structures: bool) -> list[str]:
    """Say which of the needed kinds of objects are not in the folder."""
    kinds = ", ".join(sorted({file.kind for file in scan.files}))
    wanted = (("RTDOSE", need_dose, "dose"), ("RTSTRUCT", need_structures, "structure set"))
    return [
        f"The folder {scan.folder} holds no {what} ({kind}), only {kinds}; export it as well."
        for kind, needed, what in wanted
        if needed and not scan.of_kind(kind)
    ]


def structure_set(reader: CaseReader, file: ScannedFile | None) -> StructureSet | None:
    """Read the chosen structure set."""
    if file is None:
        return None
    return read_structure_set(reader.load(file).dataset, file.label, file.name)


def planning_image(
    reader: CaseReader,
    series: Sequence[ImageSeries],
    contents: StructureSet | None,
    dose_files: Sequence[ScannedFile],
) -> ImageSeries | None:
    """Choose the planning image; None where the folder holds no images."""
    frames = [file.frame_uid for file in dose_files if file.frame_uid]
    if not any(s.frame_uid in frames for s in series):
        frames = list(contents.frame_uids) if contents else frames
    chosen = choose_image(
        series,
        reader.choices.image,
        series_uids=contents.series_uids if contents else (),
        image_uids=contents.image_uids if contents else frozenset(),
        frame_uids=tuple(dict.fromkeys(frames)),
    )
    if chosen is None and not series:
        reader.warnings.append("There is no planning image; pictures show dose and contours only.")
    elif chosen is None:
        raise InputError(
            "No image series lies in the frame of reference of the structures or dose"
            f" ({', '.join(short_uid(f) for f in frames if f)}); there is: "
            + "; ".join(f"{s.described()} in {short_uid(s.frame_uid)}" for s in series)
            + ". Remove them or name one as the planning image."
        )
    return chosen


def planning_frame(
    image: ImageSeries | None, contents: StructureSet | None, doses: Sequence[ScannedFile]
) -> str:
    """Return the planning image's frame of reference, else the structures' or the dose's."""
    if image is not None:
        return image.frame_uid
    frames = contents.frame_uids if contents else ()
    return next(iter((*frames, *(d.frame_uid for d in doses))), "")


def dose_of(
    reader: CaseReader, files: Sequence[ScannedFile], frame: str, registrations: Registrations
) -> tuple[ReadDose | None, FloatArray | None]:
    """Return the dose and the RAS matrix into the planning image's frame (None: it lies there)."""
    if not files:
        return None, None
    read, loaded = read_dose(files, reader.choices.dose_choice)
    for file in loaded:
        reader.use("RTDOSE", file)
    reader.warnings += read.warnings
    if not read.frame_uid:
        reader.warnings.append(
            f"{files[0].name} does not name its frame of reference; it is taken to be the planning"
            " image's."
        )
        return read, None
    if not frame or read.frame_uid == frame:
        return read, None
    passage = registrations.passage(read.frame_uid, frame)
    if passage is None:
        raise InputError(
            f"{files[0].name}: the dose lies in frame of reference {short_uid(read.frame_uid)}, the"
            f" planning image in {short_uid(frame)}, and no registration leads from one to the"
            " other."
        )
    reader.use_registrations(registrations, passage.names)
    reader.warnings.append(
        f"{files[0].name}: the dose was moved into the planning image's frame of reference by"
        f" {', '.join(passage.names)}."
    )
    return read, passage.matrix_ras


def structures_of(
    reader: CaseReader,
    *,
    file: ScannedFile | None,
    contents: StructureSet | None,
    series: Sequence[ImageSeries],
    frame: str,
    registrations: Registrations,
) -> BuiltStructures:
    """Build the structures in the planning image's frame."""
    if file is None or contents is None:
        return BuiltStructures(())
    images = own_series(series, contents.series_uids, contents.image_uids)
    if images is None and series:
        reader.warnings.append(
            f"{file.name}: the images that the structures were drawn on are not in the folder;"
            " whether their contours lie on slices was not checked."
        )
    built = build_structures(
        contents,
        file.name,
        drawn_on=images,
        planning_frame=frame,
        passage_from=lambda source: registrations.passage(source, frame),
    )
    for source in contents.frame_uids:
        passage = registrations.passage(source, frame)
        if passage is not None:
            reader.use_registrations(registrations, passage.names)
    reader.warnings += built.warnings
    reader.warnings += [note for s in built.structures for note in s.warnings]
    reader.warnings += [f"{reason}{NOT_USED}" for reason in built.unusable.values()]
    return built


def plan_files_of(reader: CaseReader, doses: Sequence[ScannedFile]) -> tuple[ScannedFile, ...]:
    """Choose the plan that the dose belongs to."""
    wanted = dict.fromkeys(uid for d in doses for uid in referenced_plans(d.header, d.name))
    files, warnings = choose_plan(reader.of_kind("RTPLAN"), reader.choices.plan, tuple(wanted))
    reader.warnings += warnings
    return files


def prescription_of(
    reader: CaseReader,
    *,
    files: Sequence[ScannedFile],
    contents: StructureSet | None,
    frame: str,
    registrations: Registrations,
    dose: ReadDose | None,
) -> tuple[Prescription | None, dict[str, Any]]:
    """Return the prescription and facts on the plans for the provenance."""
    roi_names = {r.number: r.name for r in contents.regions} if contents else {}
    plans = []
    for file in files:
        own = file.frame_uid
        if own and frame and own != frame and registrations.passage(own, frame) is None:
            raise InputError(
                f"{file.name}: the plan lies in frame of reference {short_uid(own)}, the planning"
                f" image in {short_uid(frame)}, and no registration leads from one to the other."
            )
        plan = read_plan(reader.load(file).dataset, file.label, file.name, roi_names)
        reader.warnings += plan.warnings
        plans.append(plan)
    if not plans:
        return None, {}
    facts = {"plan_fractions": [plan.fractions for plan in plans]}
    if len(plans) > 1:
        reader.warnings.append(_several_plans(plans))
        return None, facts
    if dose is not None:
        _check_summed_beams(dose, plans[0], files[0].name)
    prescription, warnings = plans[0].prescription(files[0].name)
    reader.warnings += warnings
    return prescription, facts


def _check_summed_beams(dose: ReadDose, plan: ReadPlan, file: str) -> None:
    """Refuse a sum of BEAM doses that lacks a beam of the plan."""
    if dose.summation != "sum of BEAM" or not plan.beam_numbers or not dose.beam_numbers:
        return
    lacking = sorted(set(plan.beam_numbers) - set(dose.beam_numbers))
    if lacking:
        listed = ", ".join(str(number) for number in lacking)
        raise InputError(
            f"The summed BEAM doses lack beam {listed} of the plan '{plan.label}' ({file});"
            " export the"
            " doses of all beams."
        )


def _several_plans(plans: Sequence[ReadPlan]) -> str:
    listed = ", ".join(f"'{p.label}' in {p.fractions or '?'} fractions" for p in plans)
    different = len({p.fractions for p in plans}) > 1
    return (
        f"The dose is the sum of {len(plans)} plans ({listed})"
        + (" of different fractionation" if different else "")
        + "; the prescription must be given."
    )
