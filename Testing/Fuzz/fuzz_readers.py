"""The readers: what each reads, how its input is changed, and what must hold of what it returns."""

from __future__ import annotations

import gzip
import hashlib
import itertools
import json
import math
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from random import Random
from typing import Any

import fuzz_bases
from fuzz_bytes import ODD_NUMBERS, ODD_TEXTS, changed_bytes, changed_words
from fuzz_dicom import changed_dicom
from fuzz_json import changed_json
from fuzz_sentences import sentence_problem

import spine_radiosurgery as sr
from spine_radiosurgery.assessment import record_row
from spine_radiosurgery.assessment.record.document import record_from_text, record_text
from spine_radiosurgery.cohort.manifest import read_manifest as cohort_manifest
from spine_radiosurgery.cohort.storing import read_result as stored_result
from spine_radiosurgery.dicom import read_label_map
from spine_radiosurgery.tolerance.canonical import protocol_text
from spine_radiosurgery.tolerance.reading import complaints_of_file, protocol_from_document

Files = dict[str, bytes]
"""Content by path below the folder of an input."""


class WrongResultError(Exception):
    """A reader took an input and made something of it that cannot be."""


@dataclass(frozen=True)
class Reader:
    """One reader.

    Attributes
    ----------
    name : str
    write_bases : callable
        Writes sound inputs, each in a folder of its own.
    change : callable
        Changes the files of one.
    read : callable
        Reads a folder; raises InputError or WrongResultError.
    share : int
        Inputs among 2,000.
    """

    name: str
    write_bases: Callable[[Path], None]
    change: Callable[[Files, Random], Files]
    read: Callable[[Path], None]
    share: int


def require(holds: bool, what: str) -> None:
    if not holds:
        raise WrongResultError(what)


def one_file_changed(change: Callable[[bytes, Random], bytes]) -> Callable[[Files, Random], Files]:
    def changed(files: Files, rng: Random) -> Files:
        name = rng.choice(sorted(files))
        return files | {name: change(files[name], rng)}

    return changed


def changed_case(files: Files, rng: Random) -> Files:
    """Change one object, seldom two; or lose, copy or rename a file."""
    kinds = ("RD.dcm", "RS.dcm", "RP.dcm", rng.choice(sorted(n for n in files if "CT_" in n)))
    found = dict(files)
    for _ in range(rng.choice((1, 1, 1, 2))):
        name = rng.choice(kinds)
        if name not in found:
            continue
        what = rng.randrange(24)
        if what == 0:
            del found[name]
        elif what == 1:
            found[f"copy/{Path(name).name}"] = changed_dicom(found[name], rng)
        elif what == 2:
            found[rng.choice(("x", "notes.txt", "DICOMDIR", "ü x.DCM"))] = found.pop(name)
        else:
            found[name] = changed_dicom(found[name], rng)
    return found


def changed_text(data: bytes, rng: Random) -> bytes:
    if rng.random() < 0.2:
        return changed_bytes(data, rng)
    return changed_words(data.decode("latin-1"), rng).encode("utf-8", "surrogatepass")


def changed_image(data: bytes, rng: Random) -> bytes:
    """Change the text of a header, or bytes of anything."""
    end = data.find(b"\n\n") if data.startswith(b"NRRD") else data.find(b"LOCAL")
    if end < 0 or rng.random() < 0.25:
        return changed_bytes(data, rng)
    head = changed_words(data[:end].decode("latin-1"), rng)
    return head.encode("utf-8") + data[end:]


def changed_transform(files: Files, rng: Random) -> Files:
    (name,) = files
    if name.endswith(".json"):
        return {name: changed_json(files[name], rng)}
    binary = name.endswith((".h5", ".mat"))
    return {name: (changed_bytes if binary else changed_text)(files[name], rng)}


def _only_file(folder: Path) -> Path:
    return next(path for path in sorted(folder.rglob("*")) if path.is_file())


def read_case(folder: Path) -> None:
    case = sr.read_dicom_case(folder)
    report = sr.evaluate(case, target=fuzz_bases.TARGET, cord=fuzz_bases.CORD, robustness=None)
    check_report(report)


def check_report(report: sr.Report) -> None:
    """What holds of every plan's numbers, whatever they are."""
    highest = report.case.dose.max_gy if report.case.dose else 0.0
    values: dict[tuple[str, str], float] = {}
    for row in report.metrics:
        metric, name = row.metric, f"{row.structure} {row.metric.name}"
        if not math.isfinite(metric.value):
            require(math.isnan(metric.value) and bool(metric.reason), f"{name} = {metric.value}")
            continue
        values[row.structure, metric.name] = metric.value
        most = {"%": 100.0, "Gy": highest}.get(metric.unit, math.inf)
        require(-1e-9 <= metric.value <= most * (1 + 1e-6) + 1e-6, f"{name} = {metric.value:g}")
    for structure in {structure for structure, _ in values}:
        order = [
            values[structure, name]
            for name in ("Max[Gy]", "D0.03cc[Gy]", "D0.035cc[Gy]", "D0.35cc[Gy]", "D1.2cc[Gy]")
            if (structure, name) in values
        ]
        # Each is exact to what its sampling moved it by, far below a thousandth of the dose.
        require(
            all(b <= a * 1.001 + 1e-3 for a, b in itertools.pairwise(order)),
            f"doses to growing volumes of {structure} rise: {order}",
        )


def inspect_case(folder: Path) -> None:
    """The list and the reader must agree on whether there is a case."""
    inspection = sr.inspect_folder(folder)
    json.dumps(inspection.to_dict(), allow_nan=False)
    try:
        sr.read_dicom_case(folder)
        readable = True
    except sr.InputError as error:
        readable, reason = False, str(error)
    if inspection.readable != readable:
        raise WrongResultError(
            f"listed as {'' if inspection.readable else 'not '}readable, and is not so: "
            + ("; ".join(inspection.problems) if readable else reason)
        )
    require(inspection.readable or bool(inspection.problems), "not readable, and no problem named")


def read_object(folder: Path) -> None:
    case = sr.read_dicom_case(folder, need_dose=False, need_structures=False)
    for structure in case.structures:
        require(0 <= structure.volume_cc < math.inf, f"volume {structure.volume_cc}")
    if case.dose is not None:
        require(0 < case.dose.max_gy < math.inf, f"dose {case.dose.max_gy}")
    if case.prescription is not None:
        require(0 < case.prescription.dose_gy < 1000, f"dose {case.prescription.dose_gy}")


def read_image(folder: Path) -> None:
    path = _only_file(folder)
    refused: list[Exception] = []
    for read in (
        lambda: sr.read_structure(path).volume_cc,
        lambda: sr.read_structure(path, 1).volume_cc,
        lambda: sr.read_structure(path, "GTV").volume_cc,
        lambda: sum(int(one.values.sum()) for one in read_label_map(path).regions),
    ):
        try:
            require(0 < read() < math.inf, "an empty or endless volume")
        except sr.InputError as error:
            refused.append(error)
    if len(refused) == 4:
        raise refused[0]


def read_transform(folder: Path) -> None:
    matrix = sr.read_transform(_only_file(folder))
    gram = matrix[:3, :3] @ matrix[:3, :3].T
    require(bool(abs(gram - [[1, 0, 0], [0, 1, 0], [0, 0, 1]]).max() < 1e-9), "not a rotation")


def read_protocol(folder: Path) -> None:
    path = _only_file(folder)
    complaints = complaints_of_file(path)
    try:
        protocol = sr.read_protocol(path)
    except sr.InputError:
        require(bool(complaints), "refused without a complaint")
        raise
    require(not complaints, "taken in spite of complaints")
    again = protocol_from_document(json.loads(protocol_text(protocol)))
    require(again == protocol, "written and read again it is another protocol")


def read_record(folder: Path) -> None:
    record = sr.read_record(_only_file(folder))
    again = record_from_text(record_text(record, identify=True))
    require(again == record, "written and read again it is another record")
    json.dumps(record_row(record), allow_nan=False)


def read_report(folder: Path) -> None:
    check_page(sr.render_report(sr.read_report_document(_only_file(folder))))


def check_page(page: str) -> None:
    page.encode("utf-8")
    require("<script>alert" not in page, "a script of the input stands in the page")
    require("Content-Security-Policy" in page, "the page has no content security policy")


def changed_manifest(files: Files, rng: Random) -> Files:
    """Change a cell, a row, the header, or the table as bytes."""
    name = "manifest.csv"
    text = files[name].decode("utf-8")
    what = rng.randrange(5)
    if what == 0:
        return files | {name: changed_bytes(files[name], rng)}
    if what == 1:
        changed = changed_words(text, rng)
        encoding = rng.choice(("utf-8", "utf-8-sig", "utf-16", "utf-16-le", "latin-1"))
        return files | {name: changed.encode(encoding, "replace")}
    separator = ";" if text.startswith("case;") else ","
    table = [line.split(separator) for line in text.split("\r\n")]
    for _ in range(rng.choice((1, 1, 2, 3))):
        row = rng.choice(table)
        column = rng.randrange(len(row))
        cells = (
            *ODD_TEXTS,
            *ODD_NUMBERS,
            '"',
            'a"b',
            '"a\nb"',
            row[column] * 500,
            "-16",
            "16 Gy",
            "1e3",
        )
        row[column] = rng.choice(cells)
        if rng.random() < 0.2:
            changes = (row.pop, lambda: row.append("x"), lambda: table.append(rng.choice(table)))  # noqa: B023
            rng.choice(changes)()
    written = rng.choice(("\r\n", "\n", "\r")).join(separator.join(row) for row in table)
    return files | {name: written.encode("utf-8", "surrogatepass")}


def read_manifest(folder: Path) -> None:
    """Every row is usable or says in a sentence why not."""
    manifest = cohort_manifest(folder / "manifest.csv")
    names = [row.case for row in manifest.rows]
    require(len({name.casefold() for name in names}) == len(names), "two rows of one name")
    for row in manifest.rows:
        if row.problem:
            problem = sentence_problem(row.problem.replace(str(folder), "folder"))
            require(not problem, f"a row's problem {problem}")
            continue
        require(row.folder.is_absolute(), "a folder that is not absolute")
        dose_gy = row.prescription_gy
        require(dose_gy is None or 0 < dose_gy < math.inf, f"a row of {dose_gy} Gy is taken")
        require(row.fractions is None or row.fractions >= 1, f"{row.fractions} fractions")


def changed_result(files: Files, rng: Random) -> Files:
    """Change the state, the packed result, or what is in it with a state that fits."""
    state, result = files["state.json"], files["result.json.gz"]
    what = rng.randrange(3)
    if what == 0:
        return files | {"state.json": changed_json(state, rng)}
    if what == 1:
        return files | {"result.json.gz": changed_bytes(result, rng)}
    packed = gzip.compress(changed_json(gzip.decompress(result), rng), mtime=0)
    document = json.loads(state) | {"result_sha256": hashlib.sha256(packed).hexdigest()}
    return {"state.json": json.dumps(document).encode(), "result.json.gz": packed}


def read_result(folder: Path) -> None:
    """A result that is damaged counts as missing; one that is not is the case's."""
    found = stored_result(folder, "c")
    if found is None:
        raise sr.InputError("The result is missing or damaged.")
    require(found.case == "c", "another case's result")
    is_evaluated = found.status == "evaluated"
    require(not is_evaluated or isinstance(found.document, dict), "half a result")


_REPORT: dict[str, Any] = {}


def compare(folder: Path) -> None:
    changed = sr.read_report_document(_only_file(folder))
    if not _REPORT:
        _REPORT.update(sr.read_report_document(_base_report()))
    check_page(sr.compare_reports(_REPORT, changed))
    check_page(sr.compare_reports(changed, _REPORT, allow_different_patients=True))


def _base_report() -> Path:
    """Workers run in their scratch folder, beside which the bases lie."""
    return bases_folder() / "comparison" / "report" / "report.json"


_BASES: list[Path] = []


def bases_folder() -> Path:
    return _BASES[0]


def use_bases(folder: Path) -> None:
    _BASES[:] = [folder]


_json = one_file_changed(changed_json)
_dicom = one_file_changed(changed_dicom)
READERS = {
    reader.name: reader
    for reader in (
        Reader("dicom", fuzz_bases.write_cases, changed_case, read_case, 80),
        Reader("inspection", fuzz_bases.write_cases, changed_case, inspect_case, 80),
        Reader("object", fuzz_bases.write_objects, _dicom, read_object, 580),
        Reader(
            "structure", fuzz_bases.write_images, one_file_changed(changed_image), read_image, 240
        ),
        Reader("transform", fuzz_bases.write_transforms, changed_transform, read_transform, 170),
        Reader("protocol", fuzz_bases.write_protocols, _json, read_protocol, 250),
        Reader("record", fuzz_bases.write_records, _json, read_record, 250),
        Reader("report", fuzz_bases.write_reports, _json, read_report, 100),
        Reader("manifest", fuzz_bases.write_manifests, changed_manifest, read_manifest, 150),
        Reader("result", fuzz_bases.write_results, changed_result, read_result, 50),
        Reader("comparison", fuzz_bases.write_reports, _json, compare, 50),
    )
}
