"""Results on disk: one folder a case, each file whole or not there."""

from __future__ import annotations

import gzip
import hashlib
import json
import re
import shutil
import zlib
from dataclasses import asdict, dataclass
from io import BytesIO
from pathlib import Path
from typing import Any

from ..geometry import InputError, whole_file
from .evaluating import REPORT
from .fingerprints import InputFile, Inputs
from .reasons import PROBLEM_LOG
from .result import EVALUATED, FAILED, CaseResult
from .row import ManifestRow

RESULT, STATE = "result.json.gz", "state.json"
SCHEMA = "1"
LARGEST_BYTES = 512 * 1024**2
"""Of an unpacked result; a real one has some hundred kilobytes."""
LONGEST_NAME = 48
_HASH_CHARACTERS = 10
_PLAIN = re.compile(r"[a-z0-9][a-z0-9._-]*[a-z0-9]|[a-z0-9]")
_LIKE_A_HASHED_ONE = re.compile(rf".*-[0-9a-f]{{{_HASH_CHARACTERS}}}")
TABLES = ("cases", "metrics", "constraints", "assessments")
_RESERVED = re.compile(r"(?:con|prn|aux|nul|conin\$|conout\$|(?:com|lpt)[0-9¹²³])(?:\..*)?")

_WRITTEN = (
    *(RESULT, STATE, REPORT, "cohort.json", "running.json", "summary.json", "summary.html"),
    *(f"{table}.{ending}" for table in TABLES for ending in ("csv", "parquet")),
)
_SCRATCH = re.compile(rf"\.(?:{'|'.join(map(re.escape, _WRITTEN))})-.+")


@dataclass(frozen=True)
class Stored:
    """What is kept beside a result, to tell without reading it whether it still holds.

    Attributes
    ----------
    inputs : Inputs
        That it was made of.
    status : str
        "evaluated" or "failed".
    pages : bool
        Whether the report is there, too.
    metrics : tuple of str
        Further ones that it was evaluated with (see `further`).
    sha256 : str
        Of the file of the result.
    """

    inputs: Inputs
    status: str
    pages: bool
    metrics: tuple[str, ...]
    sha256: str


def case_folder_name(case: str) -> str:
    """Return a name for a case's folder that every file system takes.

    Different cases have different names also where capitals do not count: a case whose name is not
    plain (small letters, digits, dots, hyphens, underscores) gets a part of its SHA-256.

    Parameters
    ----------
    case : str
        Any text.
    """
    plain = _PLAIN.fullmatch(case) and len(case) <= LONGEST_NAME
    if plain and not _RESERVED.fullmatch(case) and not _LIKE_A_HASHED_ONE.fullmatch(case):
        return case
    code = hashlib.sha256(case.encode("utf-8", "surrogatepass")).hexdigest()[:_HASH_CHARACTERS]
    readable = re.sub(r"[^A-Za-z0-9_-]+", "_", case)[:LONGEST_NAME].strip("_-") or "case"
    return f"{readable}-{code}"


def write_result(
    folder: Path,
    result: CaseResult,
    inputs: Inputs,
    *,
    pages: bool = False,
    metrics: tuple[str, ...] = (),
) -> None:
    """Store a result; the same one gives the same bytes.

    Parameters
    ----------
    folder : Path
        Of the case; made where it is missing.
    result : CaseResult
    inputs : Inputs
        That it was made of.
    pages : bool
        Whether the report is in the folder.
    metrics : tuple of str
        Further ones that it was evaluated with.

    Raises
    ------
    OSError
        The former result is then as it was, or counts as missing.
    """
    folder.mkdir(parents=True, exist_ok=True)
    document = {"schema": SCHEMA, **asdict(result)}
    packed = gzip.compress(_json(document), compresslevel=6, mtime=0)
    with whole_file(folder / RESULT) as unfinished:
        unfinished.write_bytes(packed)
    # The state comes last: a result without its own state counts as missing.
    digest = hashlib.sha256(packed).hexdigest()
    write_state(folder, result.case, Stored(inputs, result.status, pages, metrics, digest))


def write_state(folder: Path, case: str, stored: Stored) -> None:
    """Store what tells whether a result still holds.

    Raises
    ------
    OSError
    """
    document = {
        "schema": SCHEMA,
        "case": case,
        "status": stored.status,
        "fingerprint": stored.inputs.fingerprint,
        "parameters": stored.inputs.parameters,
        "pages": stored.pages,
        "metrics": list(stored.metrics),
        "result_sha256": stored.sha256,
        "files": [[f.name, f.size, f.mtime_ns, f.sha256] for f in stored.inputs.files],
    }
    with whole_file(folder / STATE) as unfinished:
        unfinished.write_bytes(_json(document))


def read_state(folder: Path, case: str) -> Stored | None:
    """Return what is kept beside a case's result; None where it is missing, damaged or foreign."""
    try:
        document = json.loads((folder / STATE).read_bytes())
        if document["schema"] != SCHEMA or document["case"] != case:
            return None
        files = tuple(
            InputFile(str(name), int(size), int(mtime_ns), str(sha256))
            for name, size, mtime_ns, sha256 in document["files"]
        )
        inputs = Inputs(files, str(document["parameters"]))
        if inputs.fingerprint != document["fingerprint"]:
            return None
        if document["status"] not in (EVALUATED, FAILED):
            return None
        return Stored(
            inputs,
            document["status"],
            document["pages"] is True,
            tuple(map(str, document["metrics"])),
            str(document["result_sha256"]),
        )
    except (OSError, OverflowError, ValueError, TypeError, KeyError, RecursionError):
        return None


def is_whole(folder: Path, stored: Stored) -> bool:
    """Whether the result that a state tells of is there as it was written."""
    if stored.pages and not (folder / REPORT / "report.json").is_file():
        return False
    try:
        return hashlib.sha256((folder / RESULT).read_bytes()).hexdigest() == stored.sha256
    except OSError:
        return False


def read_result(folder: Path, case: str) -> CaseResult | None:
    """Return a case's result; None where it is missing, damaged or another case's."""
    stored = read_state(folder, case)
    if stored is None:
        return None
    try:
        packed = (folder / RESULT).read_bytes()
        if hashlib.sha256(packed).hexdigest() != stored.sha256:
            return None
        with gzip.GzipFile(fileobj=BytesIO(packed)) as stream:
            content = stream.read(LARGEST_BYTES + 1)
        document = json.loads(content) if len(content) <= LARGEST_BYTES else None
        return _result(document, case)
    except (OSError, EOFError, zlib.error, ValueError, RecursionError, MemoryError):
        return None


def _result(document: Any, case: str) -> CaseResult | None:
    if not isinstance(document, dict) or document.pop("schema", None) != SCHEMA:
        return None
    fields = CaseResult.__dataclass_fields__
    if set(document) != set(fields) or document["case"] != case:
        return None
    if document["status"] not in (EVALUATED, FAILED) or not isinstance(document["reason"], str):
        return None
    if document["status"] == EVALUATED and not isinstance(document["document"], dict):
        return None
    return CaseResult(**document)


def clear_case_folder(folder: Path) -> None:
    """Remove what belongs to a former result: nothing counts until the new one is written.

    Raises
    ------
    OSError
    """
    for name in (STATE, PROBLEM_LOG):
        (folder / name).unlink(missing_ok=True)
    shutil.rmtree(folder / REPORT, ignore_errors=True)


def remove_scratch(folder: Path) -> None:
    """Remove the unfinished files and folders that a killed run left behind (see `whole_files`)."""
    for entry in folder.iterdir():
        if _SCRATCH.fullmatch(entry.name) and entry.is_dir() and not entry.is_symlink():
            shutil.rmtree(entry, ignore_errors=True)


def rows_by_folder(rows: tuple[ManifestRow, ...]) -> dict[str, ManifestRow]:
    """Return the rows by the names of their folders.

    Raises
    ------
    InputError
        Two cases have one name.
    """
    found: dict[str, ManifestRow] = {}
    for row in rows:
        name = case_folder_name(row.case)
        if name in found:
            raise InputError(
                f"Case {row.case} is in lines {found[name].line} and {row.line} of the manifest; "
                "give each case a name of its own."
            )
        found[name] = row
    return found


def _json(document: dict[str, Any]) -> bytes:
    return json.dumps(document, allow_nan=False, separators=(",", ":")).encode("ascii")
