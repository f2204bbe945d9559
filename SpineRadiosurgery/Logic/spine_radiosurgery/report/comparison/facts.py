"""What two plans have in common, and what tells them apart."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from ..page.formats import format_volume
from ..page.language import Translate, format_date, mark, translator
from ..page.words import word_of
from ..presentation import Presentation
from .comparable import other_contours, other_cord_volumes
from .pairing import paired

Row = dict[str, Any]
Document = Mapping[str, Any]
Both = tuple[Document, Document]

NUMERIC_SETTINGS = ("dose_interpolation", "between_contours", "end_caps", "dose_grid_end")
"""Parameters that move every number a little."""
DEEPEST = 4
"""Brackets within brackets of a parameter that are shown."""
_HASH_DIGITS = 12


def fact_rows(both: Both, presentation: Presentation) -> list[Row]:
    """The header: one row a fact, with one text where both plans share it."""
    translate = translator(presentation.language)
    facts: list[tuple[str, Callable[[Document], str]]] = [
        (mark("Plan"), _plan),
        (mark("Prescription"), lambda d: _prescription(d, translate)),
        (mark("Largest dose"), _largest_dose),
        (mark("Target"), _targets),
        (mark("Cord"), lambda d: str(d["cord"])),
        (mark("Cord volume"), lambda d: _cord_volumes(d, translate)),
        (mark("Protocol"), _protocol),
        (mark("Setup errors"), lambda d: _setup(d, translate)),
        (mark("Evaluated"), lambda d: _evaluated(d, presentation)),
    ]
    if any(document["case"]["patient"] for document in both):
        facts.insert(0, (mark("Patient"), lambda d: _patient(d, presentation)))
    rows = []
    for words, text in facts:
        texts = [text(document) for document in both]
        rows.append({"name": translate(words), "texts": texts, "is_same": texts[0] == texts[1]})
    return rows + _file_rows(both, translate)


def _patient(document: Document, presentation: Presentation) -> str:
    """What a report with `--identify` says of the patient."""
    patient = document["case"]["patient"]
    if patient is None:
        return "–"
    born = format_date(patient["birth_date"], presentation)
    return ", ".join(
        text for text in (patient["patient_name"], patient["patient_id"], born) if text
    )


def _plan(document: Document) -> str:
    dose = document["case"]["dose"]
    return "–" if dose is None else str(dose["label"] or dose["summation"])


def _prescription(document: Document, translate: Translate) -> str:
    plan = document["prescription"]
    dose = f"{plan['dose_gy']:g}"
    if plan["fractions"] == 1:
        return translate("%(dose)s Gy in 1 fraction") % {"dose": dose}
    text = translate("%(dose)s Gy in %(count)s fractions")
    return text % {"dose": dose, "count": plan["fractions"]}


def _largest_dose(document: Document) -> str:
    dose = document["case"]["dose"]
    return "–" if dose is None else f"{dose['maximum_gy']:.2f} Gy"


def _targets(document: Document) -> str:
    return ", ".join(
        f"{t['name']} ({format_volume(t['volume_cc'])} cc)" for t in document["targets"]
    )


def _cord_volumes(document: Document, translate: Translate) -> str:
    word = word_of(translate)
    return ", ".join(
        f"{v['name']} ({format_volume(v['volume_cc'])} cc, {v['margin_mm']:g} mm, "
        f"{word(v['mode'])}, {v['target']})"
        for v in document["cord_volumes"]
    )


def _protocol(document: Document) -> str:
    protocol = document["provenance"]["protocol"]
    digits = protocol["sha256"][:_HASH_DIGITS]
    return f"{protocol['identifier']}, {protocol['version']} ({digits})"


def _setup(document: Document, translate: Translate) -> str:
    robustness = document["robustness"]
    if robustness is None:
        return translate("not evaluated")
    errors = robustness["monte_carlo"]
    sigmas = [", ".join(f"{v:g}" for v in errors[key]) for key in ("sigma_mm", "sigma_deg")]
    return f"{errors['count']} × σ ({sigmas[0]}) mm, ({sigmas[1]})°"


def _evaluated(document: Document, presentation: Presentation) -> str:
    day = format_date(document["generated_at"], presentation)
    return f"{day}, {document['generated_by']}"


def _file_rows(both: Both, translate: Translate) -> list[Row]:
    """Which kinds of input files are the very same, and which are not."""
    a, b = (file_hashes(document) for document in both)
    same = [kind for kind in a if a[kind] == b.get(kind)]
    other = [kind for kind in dict.fromkeys([*a, *b]) if kind not in same]
    rows = []
    if other:
        texts = [", ".join(f"{kind} {len(h.get(kind, ()))}" for kind in other) for h in (a, b)]
        rows.append({"name": translate("Other files"), "texts": texts, "is_same": False})
    if same:
        text = ", ".join(f"{kind} {len(a[kind])}" for kind in same)
        rows.append({"name": translate("Same files"), "texts": [text, text], "is_same": True})
    return rows


def file_hashes(document: Document) -> dict[str, frozenset[str]]:
    """Hashes of the input files by kind."""
    found: dict[str, set[str]] = {}
    for row in document["provenance"]["input_files"]:
        found.setdefault(row["kind"], set()).add(row["sha256"])
    return {kind: frozenset(hashes) for kind, hashes in found.items()}


def notes(both: Both, translate: Translate) -> list[str]:
    """Sentences that say what of two plans cannot be compared, and why."""
    found = [
        _patients(both, translate),
        *_doses(both, translate),
        _target_names(both, translate),
        _contours(both, translate),
        _cords(both, translate),
        _protocols(both, translate),
        _numeric_settings(both, translate),
        _images(both, translate),
    ]
    return [text for text in found if text]


def _patients(both: Both, translate: Translate) -> str:
    codes = [d["case"]["identifier"] for d in both]
    if codes[0] == codes[1]:
        return ""
    return translate("Plan A is of %(a)s, plan B of %(b)s: these are different patients.") % {
        "a": codes[0],
        "b": codes[1],
    }


def _doses(both: Both, translate: Translate) -> list[str]:
    a, b = (d["prescription"] for d in both)
    if a["fractions"] != b["fractions"]:
        text = translate(
            "Fractions differ (A %(a)s, B %(b)s): doses stand side by side and are not subtracted."
        ) % {"a": a["fractions"], "b": b["fractions"]}
        if all(d["biology"] for d in both):
            return [f"{text} {translate('BED and EQD2 are compared below.')}"]
        more = translate("BED and EQD2 need both plans evaluated with an alpha/beta.")
        return [f"{text} {more}"]
    if a["dose_gy"] != b["dose_gy"]:
        text = translate(
            "Prescriptions differ (A %(a)s Gy, B %(b)s Gy): metrics in percent of the prescription "
            "refer to different doses and are not subtracted."
        )
        return [text % {"a": f"{a['dose_gy']:g}", "b": f"{b['dose_gy']:g}"}]
    return []


def _target_names(both: Both, translate: Translate) -> str:
    names = [[t["name"] for t in d["targets"]] for d in both]
    if names[0] == names[1]:
        return ""
    text = translate(
        "Targets differ (A %(a)s, B %(b)s): indices and fall-off refer to different volumes and "
        "are not subtracted."
    )
    return text % {"a": ", ".join(names[0]), "b": ", ".join(names[1])}


def _contours(both: Both, translate: Translate) -> str:
    found = other_contours(*both)
    if not found:
        return ""
    listed = ", ".join(f"{name} ({_cc(a)}, {_cc(b)})" for name, (a, b) in found.items())
    text = translate(
        "Structures of the same name differ in volume and are not subtracted: %(names)s."
    )
    return text % {"names": listed}


def _cc(volume_cc: float | None) -> str:
    return "–" if volume_cc is None else f"{format_volume(volume_cc)} cc"


def _cords(both: Both, translate: Translate) -> str:
    found = other_cord_volumes(*both)
    if not found:
        return ""
    text = translate(
        "Cord volumes were cut in different ways (%(names)s): their percentages refer to different "
        "volumes and are not subtracted."
    )
    return text % {"names": ", ".join(found)}


def _protocols(both: Both, translate: Translate) -> str:
    a, b = (d["provenance"]["protocol"] for d in both)
    if a["sha256"] == b["sha256"]:
        return ""
    return translate("Protocols differ: each verdict and each limit is by the plan's own protocol.")


def _numeric_settings(both: Both, translate: Translate) -> str:
    a, b = (d["provenance"]["parameters"] for d in both)
    names = [key for key in NUMERIC_SETTINGS if a.get(key) != b.get(key)]
    if not names:
        return ""
    text = translate("Settings of the computation differ, which moves all numbers: %(names)s.")
    return text % {"names": ", ".join(names)}


def _images(both: Both, translate: Translate) -> str:
    a, b = (_image_hashes(d) for d in both)
    if not a or not b or a == b:
        return ""
    return translate("The planning images are not the same files.")


def _image_hashes(document: Document) -> frozenset[str]:
    image = document["case"]["image"]
    kind = "" if image is None else image["modality"]
    return file_hashes(document).get(kind, frozenset())


def provenance(both: Both, translate: Translate) -> list[Row]:
    """Versions, parameters and files of both: what differs first."""
    tables = []
    for title, key in (
        (mark("Program versions"), "versions"),
        (mark("Parameters"), "parameters"),
    ):
        values = [d["provenance"][key] for d in both]
        tables.append(_table(translate(title), values))
    hashes = [_files_by_kind(d) for d in both]
    tables.append(_table(translate("Files (SHA-256)"), hashes))
    return tables


def _table(title: str, values: Sequence[Mapping[str, Any]]) -> Row:
    rows = []
    for name in (a or b or "" for a, b in paired(values[0], values[1], lambda key: key)):
        texts = [_text(v[name]) if name in v else "–" for v in values]
        rows.append({"name": name, "texts": texts, "is_same": texts[0] == texts[1]})
    return {"title": title, "rows": sorted(rows, key=lambda r: r["is_same"])}


def _text(value: Any, level: int = 0) -> str:
    """Write a parameter; a file may hold anything, in any number of brackets."""
    if isinstance(value, list | tuple | dict) and level == DEEPEST:
        return "…"
    if isinstance(value, dict):
        return ", ".join(f"{key}: {_text(item, level + 1)}" for key, item in value.items())
    if isinstance(value, list | tuple):
        return ", ".join(_text(item, level + 1) for item in value)
    return f"{value:g}" if isinstance(value, float) else str(value)


def _files_by_kind(document: Document) -> dict[str, str]:
    """One hash a kind of files; of several files, how many and what they are together."""
    return {
        kind: next(iter(hashes)) if len(hashes) == 1 else f"{len(hashes)}: {_joint(hashes)}"
        for kind, hashes in file_hashes(document).items()
    }


def _joint(hashes: frozenset[str]) -> str:
    return hashlib.sha256("".join(sorted(hashes)).encode("ascii")).hexdigest()
