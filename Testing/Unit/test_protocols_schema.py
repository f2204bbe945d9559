"""The published schema and the program's own checks are of one opinion."""

from __future__ import annotations

import copy
import json
from typing import Any

import jsonschema
from hypothesis import given, settings
from hypothesis import strategies as st

from spine_radiosurgery import resources
from spine_radiosurgery.case import InputError
from spine_radiosurgery.report import load_protocol
from spine_radiosurgery.tolerance import (
    copied_as,
    protocol_complaints,
    protocol_document,
    protocol_from_document,
    protocol_text,
)
from spine_radiosurgery.tolerance.checking import CONSTRAINT_KEYS, PROTOCOL_KEYS, SOURCE_KEYS

SCHEMA = json.loads(resources.path("Protocols/protocol.schema.json").read_text("utf-8"))
VALIDATOR = jsonschema.Draft202012Validator(SCHEMA)
# What a schema cannot say, as its description tells.
BEYOND = (
    "is there twice; keep one", "any_of needs two", "must be stricter than",
    "is not in the calendar",
)  # fmt: skip

COPY = protocol_document(
    copied_as(load_protocol("hytec-cord", 1), "clinic", "Clinic", center="X", date="2026-01-31")
)
GROUPED = protocol_document(load_protocol("rtog-0631", 1)) | {
    "constraints": protocol_document(load_protocol("rtog-0631", 1))["constraints"][:4]
}
VALUES = st.one_of(
    st.none(), st.booleans(), st.integers(-3, 200), st.just(10**400), st.just(1.0), st.just(-0.0),
    st.floats(allow_nan=False, allow_infinity=False), st.just([]), st.just({}), st.just([1, 1]),
    st.lists(st.one_of(st.integers(-1, 6), st.sampled_from([1.0, 2.5, "1", True])), max_size=3),
    st.sampled_from([
        "", " ", "x", "1.0", "1.1", "2.0", "any_of", "decisive_rows", "decides", "organ", "<=",
        "=<", ">=", "Gy", "%", "cc", "V10Gy[%]", "V10Gy[cc]", "V10[%]", "D10%[Gy]", "D101%[Gy]",
        "D100.0%[Gy]", "D0100%[Gy]", "D100.5%[Gy]", "D0.035cc[Gy]", "gEUD4[Gy]", "gEUD0[Gy]",
        "gEUD-0.0[Gy]", "gEUD-10[Gy]", "gEUD0.5[Gy]", "V\u0661Gy[%]", "Mean[Gy]", "Volume[cc]",
        "CV7Gy[cc]", "2026-01-31", "2026-13-31", "31.1.2026", "0" * 64, "cord any_of",
    ]),
)  # fmt: skip
KEYS = st.sampled_from(sorted({*PROTOCOL_KEYS, *CONSTRAINT_KEYS, *SOURCE_KEYS, "limitt", ""}))


@st.composite
def documents(draw: st.DrawFn) -> dict[str, Any]:
    """A protocol in which a few values were changed, added or removed."""
    document = copy.deepcopy(draw(st.sampled_from([COPY, GROUPED])))
    for _ in range(draw(st.integers(1, 3))):
        rows = document.get("constraints")
        places: list[Any] = [document, document.get("based_on")]
        places += rows[:4] if isinstance(rows, list) else []
        place = draw(st.sampled_from([p for p in places if isinstance(p, dict)]))
        key = draw(st.one_of(st.sampled_from(sorted(place) or ["x"]), KEYS))
        if draw(st.integers(0, 4)) == 0:
            place.pop(key, None)
        else:
            place[key] = draw(VALUES)
    return document


@settings(max_examples=250, deadline=None)
@given(documents())
def test_schema_and_program_agree(document: dict[str, Any]) -> None:
    complaints = protocol_complaints(document)
    within = [c for c in complaints if not any(text in c.text for text in BEYOND)]
    assert VALIDATOR.is_valid(document) is (not within), complaints


@settings(max_examples=100, deadline=None)
@given(documents())
def test_what_can_be_used_is_kept_whole_and_what_cannot_is_refused(
    document: dict[str, Any],
) -> None:
    if protocol_complaints(document):
        try:
            protocol_from_document(document)
        except InputError as error:
            assert str(error).startswith("Protocol")
        else:
            raise AssertionError("a protocol with complaints was taken")
        return
    protocol = protocol_from_document(document)
    assert protocol_from_document(json.loads(protocol_text(protocol))) == protocol
    assert VALIDATOR.is_valid(protocol_document(protocol))


def test_all_complaints_are_told_with_row_and_field() -> None:
    document = copy.deepcopy(COPY)
    document["title"] = 3
    document["constraints"][0] |= {"limit": "14", "limitt": 3, "role": "decide"}
    document["constraints"][2] |= {"unit": "cc", "limit": -4}
    found = [(c.row, c.field) for c in protocol_complaints(document)]
    assert found == [
        (0, "title"), (1, "limit"), (1, "limitt"), (1, "role"), (3, "unit"), (3, "limit"),
    ]  # fmt: skip
    sentence = protocol_complaints(document)[1].sentence("Protocol file x.json")
    assert sentence == (
        "Protocol file x.json, constraint 1 (SpinalCord_Partial D0.035cc[Gy]): "
        'limit must be a number, not "14".'
    )


def test_the_new_keys_need_the_new_version() -> None:
    document = {**COPY, "schema_version": "1.0"}
    assert [c.field for c in protocol_complaints(document)] == ["center", "date", "based_on"]
    assert not VALIDATOR.is_valid(document)


def test_every_key_is_described_in_the_schema() -> None:
    row, source = SCHEMA["$defs"]["constraint"], SCHEMA["properties"]["based_on"]
    for keys, part in ((PROTOCOL_KEYS, SCHEMA), (CONSTRAINT_KEYS, row), (SOURCE_KEYS, source)):
        assert list(part["properties"]) == list(keys)
        assert {k for k, (_, _, needed) in keys.items() if needed} == set(part["required"])
    for part in (SCHEMA, row, source):
        assert all(entry.get("description") for entry in part["properties"].values())
