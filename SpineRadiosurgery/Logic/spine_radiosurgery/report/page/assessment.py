"""What the page shows of the patient's record: assessment before treatment, and follow-up."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from ...assessment.followup.failure import PATTERN_CITATION
from .language import Translate, mark

Row = dict[str, Any]
Document = Mapping[str, Any]
Numbering = Callable[[str], int]

SCALES = (
    ("radiographic", mark("Radiographic grade (0 to V)")),
    ("neurological", mark("Neurological grade (a to e)")),
    ("escc", mark("ESCC (Bilsky)")),
)
ELIGIBILITY_MARKS = {"met": "✓", "not_met": "✕", "not_evaluable": "?"}
ELIGIBILITY_WORDS = {
    "met": mark("met"),
    "not_met": mark("not met"),
    "not_evaluable": mark("open"),
}
SOURCE_WORDS = {
    "measured": mark("measured"),
    "person": mark("as recorded"),
    "levels": mark("by level"),
    "open": "",
}
PAIN = ("rtog", "consensus")
RANGE_WORDS = {"within": mark("within"), "outside": mark("outside"), "open": mark("open")}


def assessment_content(
    document: Document, number: Numbering, translate: Translate
) -> dict[str, Any]:
    """Return what the template needs for the two sections of the record.

    Parameters
    ----------
    document : mapping
        What `report.json` holds.
    number : callable
        Gives a citation its footnote.
    translate : callable
        Gives a fixed text in the reader's language.
    """
    record = document["assessment"]
    if record is None:
        return {"assessment": None, "follow_up": None}
    found = record["derived"]
    return {
        "assessment": {
            "levels": ", ".join(record["levels"]),
            "index_level": record["index_level"],
            "scenario": found["scenario"] and _noted(found["scenario"]["decided"], number),
            "decision": _noted(found["decision"], number),
            "grades": _grades(record, number, translate),
            "proposal": record["grades"]["proposal"],
            "sins": _noted(found["sins"], number),
            "eligibility": [_item(item, number, translate) for item in found["eligibility"]],
            "noms": found["noms"],
            "ranges": [
                _range(one, number, translate)
                for one in found["prescription"]["ranges"]
                if one["status"] in RANGE_WORDS
            ],
            "cautions": [_noted(c, number) for c in found["prescription"]["cautions"]],
            "remarks": [_noted(remark, number) for remark in found["remarks"]],
        },
        "follow_up": _follow_up(record, number),
    }


def _noted(part: Mapping[str, Any], number: Numbering) -> Row:
    return {**part, "footnote": number(part["citation"]) if part["citation"] else None}


def _grades(record: Document, number: Numbering, translate: Translate) -> list[Row]:
    """The three scales: what was decided, its words, and what segmentations proposed."""
    proposal = record["grades"]["proposal"]
    rows = []
    for key, title in SCALES:
        decided = record["derived"]["grades"][key]
        proposed = proposal.get(key, ()) if proposal else ()
        rows.append(
            {
                "title": translate(title),
                "code": decided["code"] if decided else "",
                "words": decided["criterion"] if decided else "",
                "proposed": proposed,
                "footnote": number(decided["citation"]) if decided else None,
            }
        )
    return rows


def _item(item: Mapping[str, Any], number: Numbering, translate: Translate) -> Row:
    status = item["status"]
    return {
        **_noted(item, number),
        "mark": ELIGIBILITY_MARKS[status],
        "status_words": translate(ELIGIBILITY_WORDS[status]),
        "source_words": translate(SOURCE_WORDS[item["source"]]),
        # The mark says it already.
        "text": item["text"].removeprefix("Met: ").removeprefix("Not met: "),
    }


def _range(one: Mapping[str, Any], number: Numbering, translate: Translate) -> Row:
    return {
        **_noted(one, number),
        "status_words": translate(RANGE_WORDS[one["status"]]),
        # Its words stand before it already.
        "text": one["text"].removeprefix(f"{one['words']}: "),
    }


def _follow_up(record: Document, number: Numbering) -> Row | None:
    """The follow-up; None where nothing was recorded after treatment."""
    recorded, found = record["follow_up"], record["derived"]["follow_up"]
    kept = ("volumes", "failures", "complications")
    is_seen = any(visit["day"] > 0 for visit in recorded["visits"])
    if not is_seen and not any(recorded[key] for key in kept) and recorded["last_day"] is None:
        return None
    pain, neurology = found["pain"], found["neurology"]
    measured = [failure["measured"] for failure in recorded["failures"]]
    classes = [visit[key] for visit in pain["visits"] for key in PAIN]
    complications = {finding["text"] for finding in found["complications"]}
    return {
        "lines": [line for line in found["lines"] if line not in complications],
        "failures": [
            {**failure, "measured": numbers}
            for failure, numbers in zip(found["failures"], measured, strict=True)
        ],
        "volumes": [
            {**course, "footnote": number(course["citation"]) if course["reference"] else None}
            for course in found["volumes"]
        ],
        "failure_source": number(PATTERN_CITATION) if any(measured) else None,
        "pain": pain["visits"],
        "pain_before": pain,
        "pain_remarks": pain["remarks"],
        "pain_sources": sorted({number(found["citation"]) for found in classes}),
        "pain_unverified": not all(found["verified"] for found in classes),
        "neurology": {**neurology, "footnote": number(neurology["citation"])},
        "complications": [_noted(finding, number) for finding in found["complications"]],
        "risk_factors": found["risk_factors"],
    }
