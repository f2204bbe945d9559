"""Change the code in small ways and see whether the tests notice: `python Testing/Mutation`.

Options: `--sample N` mutants (seeded, by room in proportion), `--all`, `--room NAME` (several
times), `--seed S`, `--processes N`, `--lowest PERCENT` (exit status 1 below that score),
`--list` (only count). Writes build/mutation/result.json and table.md; of all four rooms also
docs/benchmarks/mutation.json, from which `make bench` makes its section.
"""

from __future__ import annotations

import argparse
import json
import os
import random
import shutil
import sys
import time
from collections import Counter
from dataclasses import asdict

import pytest
from campaign import PYTEST_OPTIONS, Campaign, Outcome
from children import NOT_COVERED, SURVIVED
from mutants import Mutant, mutants_of
from rooms import COPIED, COPY, FIGURES, RESULT, ROOMS, ROOT, TABLE, sources, test_files
from scoring import Score, markdown, scores

SAMPLE = 1000
"""About a quarter of an hour on two cores."""


def options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python Testing/Mutation", description=__doc__)
    parser.add_argument("--sample", type=int, default=SAMPLE)
    parser.add_argument("--all", action="store_true")
    parser.add_argument("--room", action="append", choices=ROOMS)
    parser.add_argument("--seed", type=int, default=20150201)
    parser.add_argument("--processes", type=int, default=min(2, os.cpu_count() or 1))
    parser.add_argument("--lowest", type=float, default=0.0)
    parser.add_argument("--list", action="store_true")
    return parser.parse_args()


def make_copy() -> None:
    """Copy what is tested, so that the checkout may change meanwhile."""
    shutil.rmtree(COPY, ignore_errors=True)
    unwanted = shutil.ignore_patterns("__pycache__", "*.pyc")
    for name in COPIED:
        source, target = ROOT / name, COPY / name
        target.parent.mkdir(parents=True, exist_ok=True)
        if source.is_dir():
            shutil.copytree(source, target, ignore=unwanted)
        else:
            shutil.copy(source, target)


def sampled(mutants: dict[str, list[Mutant]], number: int, seed: int) -> list[Mutant]:
    """Draw from every room in proportion to its mutants, at least one; in random order."""
    total = sum(len(each) for each in mutants.values())
    chosen: list[Mutant] = []
    for room, of_room in mutants.items():
        share = max(1, round(number * len(of_room) / total))
        chosen += random.Random(f"{seed} {room}").sample(of_room, min(share, len(of_room)))
    random.Random(seed).shuffle(chosen)
    return chosen


class Progress:
    """Says every survivor at once, and the rate now and then."""

    def __init__(self, number: int) -> None:
        self._number, self._start, self._seen = number, time.monotonic(), Counter[str]()

    def __call__(self, outcome: Outcome) -> None:
        self._seen[outcome.status] += 1
        done = sum(self._seen.values())
        if outcome.status in {SURVIVED, NOT_COVERED}:
            mutant = outcome.mutant
            print(f"{outcome.status}: {mutant.name} line {mutant.line}, {mutant.function}")
            print(f"    - {mutant.before}\n    + {mutant.after}", flush=True)
        if done % 50 == 0 or done == self._number:
            each_s = (time.monotonic() - self._start) / done
            left_min = each_s * (self._number - done) / 60
            counts = ", ".join(f"{number} {status}" for status, number in self._seen.items())
            print(f"{done} of {self._number}: {counts}; {left_min:.0f} min left", flush=True)


def write(
    rows: list[Score], campaign: Campaign, *, seconds: float, seed: int, processes: int
) -> None:
    """Write result.json (with every mutant that was run), table.md, and the page's figures."""
    document = {
        "seed": seed,
        "seconds": round(seconds, 1),
        "processes": processes,
        "tests": len(campaign.reach.seconds) if campaign.reach else 0,
        "rooms": [
            asdict(row) | {"percent": row.percent, "interval_percent": row.interval_percent()}
            for row in rows
        ],
        "mutants": [
            asdict(each.mutant)
            | {"status": each.status, "seconds": round(each.seconds, 3), "tests": each.tests}
            for each in campaign.outcomes
        ],
    }
    RESULT.write_text(json.dumps(document, indent=1), encoding="utf-8")
    if len(rows) > len(ROOMS):
        published = {key: value for key, value in document.items() if key != "mutants"}
        FIGURES.write_text(f"{json.dumps(published, indent=1)}\n", encoding="utf-8")
    TABLE.write_text(markdown(rows), encoding="utf-8")


def main() -> int:
    chosen = options()
    make_copy()
    os.chdir(COPY)
    rooms = chosen.room or list(ROOMS)
    found = {
        room: [m for path in sources(COPY, room) for m in mutants_of(COPY, room, str(path))]
        for room in rooms
    }
    counts = {room: len(of_room) for room, of_room in found.items()}
    print(", ".join(f"{room}: {number} mutants" for room, number in counts.items()), flush=True)
    if chosen.list:
        return 0
    number = sum(counts.values()) if chosen.all else chosen.sample
    mutants = sampled(found, number, chosen.seed)
    start = time.monotonic()
    campaign = Campaign(mutants, chosen.processes, Progress(len(mutants)))
    pytest.main([*PYTEST_OPTIONS, *test_files(COPY)], plugins=[campaign])
    if campaign.failed or not campaign.outcomes:
        print("Nothing was mutated, as tests fail without it:", *campaign.failed, sep="\n  ")
        return 2
    rows = scores(counts, campaign.outcomes)
    seconds = time.monotonic() - start
    write(rows, campaign, seconds=seconds, seed=chosen.seed, processes=chosen.processes)
    print(f"\n{markdown(rows)}\nSurvivors: {RESULT}")
    return 0 if rows[-1].percent >= chosen.lowest else 1


if __name__ == "__main__":
    sys.exit(main())
