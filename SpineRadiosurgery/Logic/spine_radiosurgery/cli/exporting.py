"""DICOM objects beside a report: what `--export` writes."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from ..dicom.exporting import read_export_source
from ..geometry import InputError
from ..report import Report
from ..report.writing import ExportWriter
from ..scene.exported import check_kinds, write_exports


def export_writer(
    kinds: Sequence[str], case_dir: Path, *, merge: bool, identify: bool
) -> ExportWriter | None:
    """Return what writes the objects asked for into a folder; None without any.

    Parameters
    ----------
    kinds : sequence of str
        "rtstruct", "seg", "sr"; twice is once.
    case_dir : Path
        That the case is read from: the objects refer to its planning image.
    merge : bool
        The RTSTRUCT holds the structures of the case's own, too.
    identify : bool
        Keep who the patient is.

    Raises
    ------
    InputError
        A kind is not known, or a package that it needs is missing.
    """
    wanted = tuple(dict.fromkeys(kinds))
    check_kinds(wanted)
    if merge and "rtstruct" not in wanted:
        raise InputError("--merge is about the RTSTRUCT; add --export rtstruct.")
    if not wanted:
        return None

    def write(report: Report, folder: Path) -> None:
        source = read_export_source(case_dir, report.case)
        identity = source.identity if identify else None
        write_exports(report, source, folder, wanted, merge=merge, identity=identity)

    return write
