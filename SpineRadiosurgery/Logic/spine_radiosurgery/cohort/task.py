"""The work on one case as a worker does it: look, evaluate, store; only a few words come back."""

from __future__ import annotations

import shutil
from dataclasses import dataclass, replace
from pathlib import Path

from .. import __version__
from ..geometry import InputError
from .evaluating import REPORT, evaluate_row
from .fingerprints import (
    Inputs,
    parameters_digest,
    read_inputs,
    shipped_digest,
    stamps_of,
    study_digest,
)
from .folder import case_folder, is_occupied_by
from .reasons import reason_of
from .result import EVALUATED, FAILED
from .row import ManifestRow
from .settings import CohortSettings
from .storing import Stored, clear_case_folder, is_whole, read_state, write_result, write_state

CHANGED = "Its files changed while they were read; start again when nothing writes them any more."
NOT_SEEN = (
    "The worker does not see the output folder, or the run that it works for is over; give all "
    "machines the folder under the same path."
)


@dataclass(frozen=True)
class Task:
    """What a worker is to do.

    Attributes
    ----------
    row : ManifestRow
    settings : CohortSettings
    output : Path
        Of the cohort.
    run : str
        Token of the run (see `folder.occupied`).
    retry_failed, check_contents : bool
        As of `run_cohort`.
    """

    row: ManifestRow
    settings: CohortSettings
    output: Path
    run: str
    retry_failed: bool = False
    check_contents: bool = False


@dataclass(frozen=True)
class Outcome:
    """What became of a case, without its result.

    Attributes
    ----------
    status : str
        "evaluated" or "failed".
    reason : str
    seconds : float
    fingerprint : str
        Of the stored result; "" where none was stored.
    kept : bool
        The result of a former run holds.
    """

    status: str
    reason: str = ""
    seconds: float = 0.0
    fingerprint: str = ""
    kept: bool = False


def unlike_here(output: Path, run: str, version: str, protocols: str, study: str) -> str:
    """Say why this worker cannot work for a run; "" where it can.

    Parameters
    ----------
    output : Path
    run : str
    version, protocols, study : str
        The program's version, digest of its protocols, and code of the study's secret where the
        run was started.
    """
    if not is_occupied_by(output, run):
        return "it does not see the output folder; give it to all machines under the same path"
    if version != __version__:
        return f"it has version {__version__} of the program, not {version}"
    if protocols != shipped_digest():
        return "its program comes with other protocols"
    if study != study_digest():
        return "it has another secret of the study, so that patients would get other study codes"
    return ""


def kept_outcome(task: Task) -> Outcome | None:
    """Return the outcome of a former run if it holds, by looking at sizes and times only."""
    folder = case_folder(task.output, task.row.case)
    stored = read_state(folder, task.row.case)
    if stored is None or task.check_contents or not _serves(task, stored, folder):
        return None
    try:
        same = parameters_digest(task.row, task.settings) == stored.inputs.parameters
        if not same or not stored.inputs.unchanged(stamps_of(task.row, task.settings)):
            return None
    except InputError:
        return None
    return Outcome(stored.status, fingerprint=stored.inputs.fingerprint, kept=True)


def work(task: Task) -> Outcome:
    """Evaluate a case and store its result; what goes wrong becomes a failed case.

    Parameters
    ----------
    task : Task
    """
    if not is_occupied_by(task.output, task.run):
        return Outcome(FAILED, NOT_SEEN)
    try:
        return _work(task)
    except (OSError, InputError, MemoryError) as error:
        reason = reason_of(error, task.row, task.settings)
        if isinstance(error, OSError):
            reason = f"The result could not be written: {error.strerror or type(error).__name__}."
        return Outcome(FAILED, reason)


def _work(task: Task) -> Outcome:
    row, settings = task.row, task.settings
    folder = case_folder(task.output, row.case)
    stored = read_state(folder, row.case)
    before = stamps_of(row, settings)
    inputs = read_inputs(
        row, settings, stored.inputs if stored else None, check_contents=task.check_contents
    )
    if stored and _holds(task, stored, inputs, folder):
        write_state(folder, row.case, replace(stored, inputs=inputs))
        return Outcome(stored.status, fingerprint=inputs.fingerprint, kept=True)
    clear_case_folder(folder)
    result = evaluate_row(row, settings, fingerprint=inputs.fingerprint, folder=folder)
    if stamps_of(row, settings) != before:
        return Outcome(FAILED, CHANGED, result.seconds)
    if result.try_again:
        return Outcome(FAILED, result.reason, result.seconds)
    if not is_occupied_by(task.output, task.run):
        return Outcome(FAILED, NOT_SEEN, result.seconds)
    pages = settings.pages and result.status == EVALUATED
    if not pages:
        shutil.rmtree(folder / REPORT, ignore_errors=True)
    write_result(folder, result, inputs, pages=pages)
    return Outcome(result.status, result.reason, result.seconds, inputs.fingerprint)


def _holds(task: Task, stored: Stored, inputs: Inputs, folder: Path) -> bool:
    same = stored.inputs.fingerprint == inputs.fingerprint
    return same and _serves(task, stored, folder)


def _serves(task: Task, stored: Stored, folder: Path) -> bool:
    """Whether a stored result gives all that is asked for, whatever it was made of."""
    if stored.status == FAILED:
        return not task.retry_failed and is_whole(folder, stored)
    return (stored.pages or not task.settings.pages) and is_whole(folder, stored)
