"""The shipped limits against a table typed from the sources, and against the fact base."""

from __future__ import annotations

import csv
from pathlib import Path

import pytest

from spine_radiosurgery.tolerance import (
    Constraint,
    Protocol,
    choose_protocol,
    protocol_files,
    read_protocol,
)

PROTOCOLS = Path(__file__).parents[2] / "SpineRadiosurgery" / "Resources" / "Protocols"
PARTIAL = "SpinalCord_Partial"

# protocol, fractions, structure, metric, comparator, limit
TYPED = [
    ("ryu-2015", 1, PARTIAL, "V10Gy[%]", "<=", 10),
    ("ryu-2015", 1, PARTIAL, "V10Gy[cc]", "<=", 0.35),
    ("ryu-2015", 1, "SpinalCord", "V10Gy[cc]", "<=", 0.35),
    ("rtog-0631", 1, PARTIAL, "V10Gy[%]", "<=", 10),
    ("rtog-0631", 1, PARTIAL, "V10Gy[cc]", "<", 0.35),
    ("tg-101", 1, PARTIAL, "V10Gy[%]", "<=", 10),
    ("tg-101", 3, PARTIAL, "V18Gy[%]", "<=", 10),
    ("tg-101", 5, PARTIAL, "V23Gy[%]", "<=", 10),
    ("tg-101", 1, "SpinalCord", "V10Gy[cc]", "<=", 0.35),
    ("tg-101", 3, "SpinalCord", "V18Gy[cc]", "<=", 0.35),
    ("tg-101", 5, "SpinalCord", "V23Gy[cc]", "<=", 0.35),
    ("tg-101", 1, "SpinalCord", "V7Gy[cc]", "<=", 1.2),
    ("tg-101", 3, "SpinalCord", "V12.3Gy[cc]", "<=", 1.2),
    ("tg-101", 5, "SpinalCord", "V14.5Gy[cc]", "<=", 1.2),
    ("tg-101", 1, "SpinalCord", "D0.035cc[Gy]", "<=", 14),
    ("tg-101", 3, "SpinalCord", "D0.035cc[Gy]", "<=", 21.9),
    ("tg-101", 5, "SpinalCord", "D0.035cc[Gy]", "<=", 30),
    ("tg-101", 1, "CaudaEquina", "V14Gy[cc]", "<=", 5),
    ("tg-101", 3, "CaudaEquina", "D0.035cc[Gy]", "<=", 24),
    ("tg-101", 3, "Esophagus", "V17.7Gy[cc]", "<=", 5),
    ("tg-101", 5, "BrachialPlex_R", "V27Gy[cc]", "<=", 3),
    ("tg-101", 1, "Lungs", "CV7Gy[cc]", ">=", 1500),
    ("tg-101", 3, "Kidney_Cortex", "CV16Gy[cc]", ">=", 200),
    ("hytec-cord", 1, PARTIAL, "D0.035cc[Gy]", "<=", 14),
    ("hytec-cord", 2, PARTIAL, "D0.035cc[Gy]", "<=", 17),
    ("hytec-cord", 3, "SpinalCord", "D0.035cc[Gy]", "<=", 20.3),
    ("hytec-cord", 4, "SpinalCord", "D0.035cc[Gy]", "<=", 23),
    ("hytec-cord", 5, PARTIAL, "D0.035cc[Gy]", "<=", 25.3),
    ("quantec-cord", 1, PARTIAL, "Max[Gy]", "<=", 13),
    ("quantec-cord", 3, "SpinalCord", "Max[Gy]", "<=", 20),
]


def shipped() -> dict[str, Protocol]:
    protocols = [read_protocol(path) for path in protocol_files(PROTOCOLS)]
    return {protocol.identifier: protocol for protocol in protocols}


def row(protocol: str, fractions: int, structure: str, metric: str) -> Constraint:
    found = [
        c
        for c in shipped()[protocol].constraints_for(fractions)
        if (c.structure, c.metric) == (structure, metric)
    ]
    assert len(found) == 1, f"{protocol}: {structure} {metric} is there {len(found)} times"
    return found[0]


def test_the_five_protocols_are_there_under_their_file_names() -> None:
    names = {"ryu-2015", "rtog-0631", "tg-101", "hytec-cord", "quantec-cord"}
    assert {path.stem for path in protocol_files(PROTOCOLS)} == names
    assert set(shipped()) == names


@pytest.mark.parametrize(
    ("protocol", "fractions", "structure", "metric", "comparator", "limit"), TYPED
)
def test_limits_are_those_of_the_sources(
    protocol: str, fractions: int, structure: str, metric: str, comparator: str, limit: float
) -> None:
    found = row(protocol, fractions, structure, metric)
    assert (found.comparator, found.limit) == (comparator, limit)


def test_every_row_that_is_switched_on_is_verified() -> None:
    assert all(c.verified == c.enabled for p in shipped().values() for c in p.constraints)


def test_every_row_that_is_switched_off_says_that_it_wants_checking() -> None:
    off = [c for p in shipped().values() for c in p.switched_off]
    assert off
    assert all("wants checking against the primary source" in c.note for c in off)


def test_the_ten_percent_row_alone_decides_in_ryu_2015() -> None:
    decisive = [c.metric for c in shipped()["ryu-2015"].constraints if c.role == "decides"]
    assert decisive == ["V10Gy[%]"]


def test_hytec_has_a_caution_from_12_4_gy_in_one_fraction_and_says_how_it_is_evaluated() -> None:
    found = row("hytec-cord", 1, PARTIAL, "D0.035cc[Gy]")
    assert found.caution_limit == 12.4
    assert "not stated" in found.note
    assert row("hytec-cord", 3, PARTIAL, "D0.035cc[Gy]").caution_limit is None


@pytest.mark.parametrize("protocol", ["tg-101", "hytec-cord", "quantec-cord"])
def test_every_volume_and_maximum_of_the_cord_volume_holds_for_the_whole_cord_too(
    protocol: str,
) -> None:
    constraints = shipped()[protocol].constraints

    def limits(role: str) -> set[tuple[tuple[int, ...], str, float]]:
        rows = [c for c in constraints if c.role == role and c.unit != "%"]
        return {(c.fractions, c.metric, c.limit) for c in rows}

    assert limits("decides") == limits("whole_cord")


@pytest.mark.parametrize(
    ("fractions", "identifier"),
    [
        (1, "ryu-2015"),
        (2, "hytec-cord"),
        (3, "tg-101"),
        (4, "hytec-cord"),
        (5, "tg-101"),
        (10, "hytec-cord"),
    ],
)
def test_auto_chooses_by_fractions(fractions: int, identifier: str) -> None:
    assert choose_protocol(fractions) == identifier


def test_a_chosen_protocol_is_kept() -> None:
    assert choose_protocol(3, "quantec-cord") == "quantec-cord"


def expected_metric(kind: str, dose: str, volume: str) -> str:
    if kind == "max_dose":
        return f"D{float(volume):g}cc[Gy]" if volume else ""
    unit = "%" if kind == "volume_at_dose_pct" else "cc"
    prefix = "CV" if kind == "critical_volume_cc" else "V"
    return f"{prefix}{float(dose):g}Gy[{unit}]"


@pytest.mark.real_data
def test_all_rows_agree_with_the_fact_base(real_data: Path) -> None:
    names = {
        "AAPM TG-101": "tg-101",
        "RTOG 0631": "rtog-0631",
        "Ryu 2015": "ryu-2015",
        "HyTEC 2021": "hytec-cord",
        "QUANTEC 2010": "quantec-cord",
    }
    protocols = shipped()
    with (real_data.parent / "reference" / "constraints.csv").open(encoding="utf-8") as file:
        table = [line for line in csv.DictReader(file) if line["protocol"] in names]
    assert len(table) == 196
    for line in table:
        protocol = names[line["protocol"]]
        metric = expected_metric(line["kind"], line["dose_gy"], line["volume"])
        metric = metric or {"hytec-cord": "D0.035cc[Gy]", "quantec-cord": "Max[Gy]"}[protocol]
        limit = float(line["dose_gy"] if line["kind"] == "max_dose" else line["volume"])
        found = [
            c
            for c in protocols[protocol].constraints
            if (c.fractions, c.structure, c.metric)
            == ((int(line["fractions"]),), line["structure_tg263"], metric)
        ]
        assert len(found) == 1, line
        # HyTEC's lower figure for one fraction is where caution begins.
        shipped_limit = found[0].caution_limit or found[0].limit
        assert (shipped_limit, found[0].verified) == (limit, line["verified"] == "yes"), line
