"""Whether the tests notice small faults: what `make mutation` found when it last ran."""

from __future__ import annotations

import json

from page import PICTURES, Section, Table

FIGURES = PICTURES / "mutation.json"
HEADER = (
    "room", "mutants", "run", "killed", "timeouts", "survived", "not covered", "score",
    "95 % interval",
)  # fmt: skip


def section() -> Section:
    found = json.loads(FIGURES.read_text(encoding="utf-8"))
    whole = found["rooms"][-1]
    how = "all of them" if whole["run"] == whole["all_mutants"] else "a seeded sample by room"
    return Section(
        "Mutation testing",
        [
            "`make mutation` changes the code of geometry, cord, dose and tolerance in one small "
            "place at a time (mutmut's operators: a comparison, a sign, a constant, an argument "
            "left out, a text) and runs the tests of these rooms that reach the place. A mutant "
            "that no test notices survives. Left alone are docstrings, types, all of a `raise`, "
            "sentences (texts with a blank), `nan` and `inf`, calls that report progress, `len` "
            "and `isinstance`. Nothing is taken out by hand, so that changes without an effect "
            "(such as `zip(..., strict=True)` without its last word) count as survivors. Not "
            "measured by "
            f"`make bench`: these are the figures of the last `make mutation`, {how} (seed "
            f"{found['seed']}), {found['tests']:,} tests, {found['seconds'] / 60:.0f} minutes "
            f"on {found['processes']} cores. `make mutation ARGS=--all` runs every "
            f"one of the {whole['all_mutants']:,}.",
            Table("Share of mutants killed; bar: 85 %.", HEADER, [_row(r) for r in found["rooms"]]),
        ],
    )


def _row(room: dict[str, object]) -> list[str]:
    low, high = room["interval_percent"]  # type: ignore[misc]
    counts = ("all_mutants", "run", "killed", "timeouts", "survived", "not_covered")
    return [
        str(room["room"]),
        *(f"{room[key]:,}" for key in counts),
        f"{room['percent']:.1f} %",
        f"{low:.1f} to {high:.1f}",
    ]
