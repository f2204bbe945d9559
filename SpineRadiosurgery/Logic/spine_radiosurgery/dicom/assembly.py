"""The parts of a case, each read from the objects chosen for it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from ..case import SourceFile
from ..geometry import InputError
from .contours import StructureSet, read_structure_set
from .doses import DoseChoice
from .images import ImageSeries
from .registration import Registrations
from .scanning import FolderScan, LoadedFile, ScannedFile, load
from .selection import choose_image, own_series, without_copies
from .structures import BuiltStructures, build_structures
from .values import short_uid

NOT_USED = " (not used)"
"""Ends the warning about a structure that cannot be used."""


@dataclass(frozen=True)
class Choices:
    """What the caller chose, by SOP or Series Instance UID or by label."""

    dose: str | Sequence[str] | None = None
    structures: str | None = None
    plan: str | None = None
    image: str | None = None
    dose_choice: DoseChoice = field(default_factory=DoseChoice)
    need_dose: bool = True
    need_structures: bool = True

    @property
    def doses(self) -> tuple[str, ...]:
        """Every dose that was named."""
        if self.dose is None:
            return ()
        return (self.dose,) if isinstance(self.dose, str) else tuple(self.dose)


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
        others = len(scan.broken) - 1
        more = f" {others} more {'file is' if others == 1 else 'files are'} broken."
        raise InputError(scan.broken[0] + (more if others else ""))
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
