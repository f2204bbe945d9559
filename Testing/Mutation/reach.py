"""What the tests do while nothing is mutated: which lines each one runs, how long it takes."""

from __future__ import annotations

import hashlib
import json
import time
from dataclasses import dataclass
from pathlib import Path

import coverage
import hypothesis
import pytest
from mutants import Mutant
from rooms import COPY, LIBRARY, PINNING, REACH, ROOMS, is_of_room

BUDGET_S = 20.0
"""Tests are run for a mutant until their own times add up to this."""


class Profile:
    """Plugin: hypothesis gives the same examples every time and does not shrink what it finds."""

    @pytest.hookimpl(tryfirst=True)
    def pytest_collection(self) -> None:
        hypothesis.settings.register_profile(
            "mutation",
            derandomize=True,
            deadline=None,
            report_multiple_bugs=False,
            phases=(hypothesis.Phase.explicit, hypothesis.Phase.generate),
        )
        hypothesis.settings.load_profile("mutation")


class Verdicts:
    """Plugin: remembers which tests failed."""

    def __init__(self) -> None:
        self.failed: list[str] = []

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        if report.failed:
            self.failed.append(report.nodeid)


@dataclass(frozen=True)
class Reach:
    """What each test reaches.

    Attributes
    ----------
    seconds
        Processor time of every test.
    lines
        By file (relative to the copy) and line: the tests that run it.
    """

    seconds: dict[str, float]
    lines: dict[str, dict[int, list[str]]]

    def tests_for(self, mutant: Mutant) -> list[str]:
        """Tests that reach a mutant, as many as the budget allows.

        Those of its own room before the others, the fastest first; one that pins figures notices
        more than any other, so it comes before what takes a tenth of its time.
        """
        lines = self.lines.get(mutant.path, {})
        first, last = mutant.lines
        if not mutant.function:  # runs at import: whatever uses the module may notice
            first, last = 0, max(lines, default=0)
        names = {test for line, tests in lines.items() if first <= line <= last for test in tests}
        chosen: list[str] = []
        total = 0.0

        def rank(test: str) -> tuple[bool, float, str]:
            handicap = 0.1 if PINNING in test else 1.0
            return not is_of_room(test, mutant.room), handicap * self.seconds[test], test

        for name in sorted(names, key=rank):
            total += self.seconds[name]
            if chosen and total > BUDGET_S:
                break
            chosen.append(name)
        return chosen


def run_up_to_failure(items: list[pytest.Item], verdicts: Verdicts) -> None:
    """Run collected tests as pytest does, up to the first that fails."""
    for item, following in zip(items, [*items[1:], None], strict=True):
        item.config.hook.pytest_runtest_protocol(item=item, nextitem=following)
        if verdicts.failed:
            return


def reach_of(items: list[pytest.Item], verdicts: Verdicts) -> Reach:
    """Run the tests once with coverage; what ran well before and has not changed is remembered."""
    prints = _fingerprints()
    known = _remembered(prints)
    missing = [item for item in items if item.nodeid not in known.seconds]
    reach = _united(known, _measured(missing, verdicts)) if missing else known
    if not verdicts.failed:
        _remember(prints, reach)
    return reach


def _file(test: str) -> str:
    return test.partition("::")[0]


def _fingerprints() -> dict[str, str]:
    """Digest of each test file, and under "" of all else that the tests run."""
    rest, prints = hashlib.sha256(), {}
    for path in sorted(COPY.rglob("*")):
        if path.suffix not in {".py", ".json"}:
            continue
        if path.name.startswith("test_"):
            file = str(path.relative_to(COPY))
            prints[file] = hashlib.sha256(path.read_bytes()).hexdigest()
        else:
            rest.update(path.read_bytes())
    return prints | {"": rest.hexdigest()}


def _remember(prints: dict[str, str], reach: Reach) -> None:
    number = {test: n for n, test in enumerate(reach.seconds)}
    lines = {
        path: {line: [number[test] for test in tests] for line, tests in of_file.items()}
        for path, of_file in reach.lines.items()
    }
    document = {"prints": prints, "seconds": reach.seconds, "lines": lines}
    REACH.write_text(json.dumps(document), encoding="utf-8")


def _remembered(prints: dict[str, str]) -> Reach:
    if not REACH.exists():
        return Reach({}, {})
    document = json.loads(REACH.read_text(encoding="utf-8"))
    before = document["prints"]
    if before[""] != prints[""]:
        return Reach({}, {})
    same = {file for file, digest in prints.items() if before.get(file) == digest}
    tests = list(document["seconds"])
    seconds = {test: each for test, each in document["seconds"].items() if _file(test) in same}
    lines = {
        path: {
            int(line): [tests[n] for n in numbers if tests[n] in seconds]
            for line, numbers in of_file.items()
        }
        for path, of_file in document["lines"].items()
    }
    return Reach(seconds, lines)


def _united(one: Reach, other: Reach) -> Reach:
    lines = {
        path: {
            line: one.lines.get(path, {}).get(line, []) + other.lines.get(path, {}).get(line, [])
            for line in {*one.lines.get(path, {}), *other.lines.get(path, {})}
        }
        for path in {*one.lines, *other.lines}
    }
    return Reach(one.seconds | other.seconds, lines)


def _measured(items: list[pytest.Item], verdicts: Verdicts) -> Reach:
    measuring = coverage.Coverage(
        data_file=None,
        config_file=False,
        include=[str(COPY / LIBRARY / room / "*") for room in ROOMS],
    )
    measuring.set_option("run:core", "ctrace")  # the only one that tells tests apart
    measuring.start()
    seconds: dict[str, float] = {}
    for item, following in zip(items, [*items[1:], None], strict=True):
        measuring.switch_context(item.nodeid)
        seconds[item.nodeid] = _seconds_of(item, following)
    measuring.stop()
    data = measuring.get_data()
    lines = {
        str(Path(file).relative_to(COPY)): {
            line: [test for test in tests if test]
            for line, tests in data.contexts_by_lineno(file).items()
        }
        for file in data.measured_files()
    }
    return Reach(seconds, lines)


def _seconds_of(item: pytest.Item, following: pytest.Item | None) -> float:
    start = time.process_time()
    item.config.hook.pytest_runtest_protocol(item=item, nextitem=following)
    return time.process_time() - start
