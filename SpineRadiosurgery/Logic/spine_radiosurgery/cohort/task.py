"""The work on one case as a worker does it: look, evaluate, store; only a few words come back."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from ..geometry import InputError
from .evaluating import REPORT, evaluate_row
from .fingerprints import (
    Inputs,
    Program,
    Stamp,
    parameters_digest,
    read_inputs,
    stamps_of,
    this_program,
)
from .folder import case_folder, is_occupied_by
from .further import further_metrics
from .reasons import PROBLEM_LOG, reason_of
from .result import EVALUATED, FAILED, CaseResult
from .row import ManifestRow
from .settings import CohortSettings
from .storing import (
    Stored,
    clear_case_folder,
    is_whole,
    read_state,
    remove_scratch,
    write_result,
    write_state,
)

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
    program : Program
        Of the machine where the run was started.
    """

    row: ManifestRow
    settings: CohortSettings
    output: Path
    run: str
    retry_failed: bool = False
    check_contents: bool = False
    program: Program = field(default_factory=this_program)


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
    assessment : mapping
        Cells of the patient's record where a result was not stored.
    """

    status: str
    reason: str = ""
    seconds: float = 0.0
    fingerprint: str = ""
    kept: bool = False
    assessment: Mapping[str, Any] = field(default_factory=dict)


def unlike_here(output: Path, run: str, program: Program) -> str:
    """Say why this worker cannot work for a run; "" where it can.

    Parameters
    ----------
    output : Path
    run : str
    program : Program
        Of the machine where the run was started.
    """
    if not is_occupied_by(output, run):
        return "it does not see the output folder; give it to all machines under the same path"
    return _other_program(program)


def _other_program(program: Program) -> str:
    here = this_program()
    if program.version != here.version:
        return f"it has version {here.version} of the program, not {program.version}"
    if program.protocols != here.protocols:
        return "its program comes with other protocols"
    if program.study != here.study:
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
        # It may have joined after the run asked all workers.
        if unlike := _other_program(task.program):
            return Outcome(FAILED, f"Its worker cannot work for this run: {unlike}.")
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
    folder.mkdir(parents=True, exist_ok=True)
    remove_scratch(folder)
    # The former result stays as it is until there is another one.
    with TemporaryDirectory(
        prefix=f".{REPORT}-", dir=folder, ignore_cleanup_errors=True
    ) as scratch:
        made = Path(scratch)
        result = evaluate_row(row, settings, fingerprint=inputs.fingerprint, folder=made)
        if reason := _why_not_stored(task, result, inputs, before):
            return Outcome(FAILED, reason, result.seconds, assessment=result.assessment)
        _store(task, result, inputs, made)
    return Outcome(result.status, result.reason, result.seconds, inputs.fingerprint)


def _why_not_stored(
    task: Task, result: CaseResult, inputs: Inputs, before: Mapping[str, Stamp]
) -> str:
    if stamps_of(task.row, task.settings) != before:
        return CHANGED
    if result.try_again or not inputs.are_there(task.row, task.settings):
        return result.reason
    return "" if is_occupied_by(task.output, task.run) else NOT_SEEN


def _store(task: Task, result: CaseResult, inputs: Inputs, made: Path) -> None:
    """Put a result, and the report and log that were made of it, in the former one's place."""
    folder = case_folder(task.output, result.case)
    clear_case_folder(folder)
    for name in (REPORT, PROBLEM_LOG):
        if (made / name).exists():
            (made / name).rename(folder / name)
    pages = task.settings.pages and result.status == EVALUATED
    metrics = further_metrics(task.settings.metrics)
    write_result(folder, result, inputs, pages=pages, metrics=metrics)


def _holds(task: Task, stored: Stored, inputs: Inputs, folder: Path) -> bool:
    same = stored.inputs.fingerprint == inputs.fingerprint
    return same and _serves(task, stored, folder)


def _serves(task: Task, stored: Stored, folder: Path) -> bool:
    """Whether a stored result gives all that is asked for, whatever it was made of."""
    if stored.status == FAILED:
        return not task.retry_failed and is_whole(folder, stored)
    has_all = set(further_metrics(task.settings.metrics)) <= set(stored.metrics)
    return has_all and (stored.pages or not task.settings.pages) and is_whole(folder, stored)
