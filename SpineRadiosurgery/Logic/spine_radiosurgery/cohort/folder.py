"""The folder of a cohort: whose it is, who works in it, where its cases lie."""

from __future__ import annotations

import hashlib
import json
import os
import uuid
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import asdict
from pathlib import Path
from typing import Any

from ..geometry import InputError, whole_file
from ..report.versions import GENERATOR, generated_by
from .fingerprints import is_file_name
from .row import Manifest, ManifestRow
from .settings import CohortSettings
from .storing import case_folder_name, remove_scratch

COHORT, RUNNING, LOCK, CASES = "cohort.json", "running.json", ".lock", "cases"
SCHEMA_VERSION = "1.0"
_LARGEST_BYTES = 64 * 1024**2


def case_folder(output: Path, case: str) -> Path:
    """Return where a case's result lies."""
    return output / CASES / case_folder_name(case)


def check_cohort_folder(output: Path, manifest: Manifest) -> None:
    """Refuse a folder that cannot be written, holds others' files, or lies in a case's folder.

    Raises
    ------
    InputError
    """
    if output.exists() and not output.is_dir():
        raise InputError(f"Output {output} is a file; name a folder.")
    if output.is_dir() and _holds_files(output) and not _is_ours(output):
        raise InputError(
            f"Output folder {output} holds other files and no cohort of ours; "
            "name an empty or a new folder."
        )
    parent = next(folder for folder in (output, *output.parents) if folder.exists())
    if not parent.is_dir():
        raise InputError(
            f"Output {output} lies under {parent}, which is a file; name another folder."
        )
    if not os.access(parent, os.W_OK | os.X_OK):
        raise InputError(f"Output folder {output} cannot be written: no permission in {parent}.")
    _check_apart(output, manifest)


@contextmanager
def occupied(output: Path) -> Iterator[str]:
    """Keep other runs out of a folder while this one works in it.

    The system frees the lock when the process ends, however it ends.

    Yields
    ------
    str
        The run's own token, which is in `running.json`: a worker that does not find it there looks
        at another folder, or works for a run that is over.

    Raises
    ------
    InputError
        Another run works in the folder.
    OSError
        It cannot be written.
    """
    from filelock import FileLock, Timeout  # not in 3D Slicer

    output.mkdir(parents=True, exist_ok=True)
    lock = FileLock(output / LOCK)
    try:
        lock.acquire(timeout=0)
    except Timeout as error:
        raise InputError(
            f"Another run works in {output}; wait until it has ended, or name another folder."
        ) from error
    except NotImplementedError as error:
        raise InputError(
            f"The file system of {output} knows no locks, so that two runs could meet there; "
            "name a folder on another one."
        ) from error
    token = uuid.uuid4().hex
    try:
        remove_scratch(output)
        _write(output / RUNNING, {"run": token})
        yield token
    finally:
        (output / RUNNING).unlink(missing_ok=True)
        lock.release()


def is_occupied_by(output: Path, token: str) -> bool:
    """Whether this machine sees the folder in which a run works, and the run still does."""
    found = _read(output / RUNNING)
    return found is not None and found.get("run") == token


def write_cohort(
    output: Path,
    manifest: Manifest,
    settings: CohortSettings,
    *,
    counts: Mapping[str, int] | None = None,
    left: tuple[str, ...] = (),
) -> None:
    """Write `cohort.json`, which marks the folder as ours.

    Parameters
    ----------
    output : Path
    manifest : Manifest
    settings : CohortSettings
    counts : mapping of str to int, optional
        Of cases; None while they are not known.
    left : tuple of str
        Folders of cases that are not in the manifest.

    Raises
    ------
    OSError
    """
    asked: dict[str, Any] = asdict(settings)
    if is_file_name(settings.protocol):
        asked["protocol"] = Path(settings.protocol).name
    document = {
        "schema_version": SCHEMA_VERSION,
        "generated_by": generated_by(),
        "research_use_only": True,
        "state": "unfinished" if counts is None else "finished",
        "manifest": {
            "sha256": manifest_digest(manifest),
            "cases": len(manifest.rows),
            "columns": list(manifest.columns),
        },
        "settings": asked,
        "counts": None if counts is None else dict(counts),
        "not_in_manifest": list(left),
    }
    _write(output / COHORT, document)


def manifest_digest(manifest: Manifest) -> str:
    """Return the SHA-256 of what a manifest says."""
    digest = hashlib.sha256()
    for row in manifest.rows:
        said = {**asdict(row), "folder": str(row.folder), "assessment": str(row.assessment or "")}
        digest.update(json.dumps(said, sort_keys=True).encode())
    return digest.hexdigest()


def not_in_manifest(output: Path, rows: Mapping[str, ManifestRow]) -> tuple[str, ...]:
    """Return the folders of results whose rows left the manifest; they are kept.

    Parameters
    ----------
    output : Path
    rows : mapping of str to ManifestRow
        By the names of their folders.
    """
    cases = output / CASES
    if not cases.is_dir():
        return ()
    with os.scandir(cases) as entries:
        return tuple(sorted(e.name for e in entries if e.is_dir() and e.name not in rows))


def _holds_files(output: Path) -> bool:
    # A run that was killed at its very start leaves its lock and unfinished files.
    try:
        names = [entry.name for entry in output.iterdir()]
    except OSError as error:
        raise InputError(
            f"Output folder {output} cannot be read: {error.strerror or error}."
        ) from error
    ours = (LOCK, RUNNING)
    return any(n not in ours and not n.startswith((f".{COHORT}-", f".{RUNNING}-")) for n in names)


def _is_ours(output: Path) -> bool:
    document = _read(output / COHORT) or {}
    return str(document.get("generated_by", "")).startswith(GENERATOR) and "manifest" in document


def _check_apart(output: Path, manifest: Manifest) -> None:
    # `Path.resolve` stumbles over links in a circle.
    real = Path(os.path.realpath(output))
    above = {real, *real.parents}
    for row in manifest.rows:
        if not row.problem and Path(os.path.realpath(row.folder)) in above:
            raise InputError(
                f"Output folder {output} lies in the folder of case {row.case} (line {row.line}), "
                "whose files it would change; name another folder."
            )


def _read(path: Path) -> dict[str, Any] | None:
    try:
        with path.open("rb") as stream:
            document = json.loads(stream.read(_LARGEST_BYTES))
    except (OSError, ValueError, RecursionError):
        return None
    return document if isinstance(document, dict) else None


def _write(path: Path, document: Mapping[str, Any]) -> None:
    text = json.dumps(document, indent=1, ensure_ascii=True, allow_nan=False)
    with whole_file(path) as unfinished:
        unfinished.write_text(f"{text}\n", encoding="utf-8", newline="\n")
