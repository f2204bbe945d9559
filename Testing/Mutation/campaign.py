"""The campaign as a plugin of pytest.

pytest collects the tests; where it would run them, they are run once as they are, which says what
each reaches, and then once more for every mutant, in a child of its own.
"""

from __future__ import annotations

import sys
import time
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import pytest
from children import NOT_COVERED, Child, forked
from installing import PACKAGE, give_function_new_code, import_mutated
from mutants import Mutant, mutated_source
from reach import Profile, Reach, Verdicts, reach_of, run_up_to_failure
from rooms import COPY, ROOMS, WANTED

PYTEST_OPTIONS = [
    "-q",
    "-s",
    "--tb=short",
    "-p",
    "no:cacheprovider",
    "--rootdir",
    str(COPY),
    *WANTED,
]


@dataclass(frozen=True)
class Outcome:
    """What became of a mutant; `tests` is how many could have noticed it."""

    mutant: Mutant
    status: str
    seconds: float
    tests: int


@dataclass(frozen=True)
class _Running:
    mutant: Mutant
    child: Child
    tests: int


class Campaign(Profile):
    """The plugin; `reach` and `outcomes` are filled while pytest runs."""

    def __init__(
        self, mutants: list[Mutant], processes: int, tell: Callable[[Outcome], None]
    ) -> None:
        self.reach: Reach | None = None
        self.outcomes: list[Outcome] = []
        self.failed: list[str] = []
        self._mutants, self._processes, self._tell = mutants, processes, tell
        self._killers: dict[tuple[str, str], Counter[str]] = defaultdict(Counter)

    def pytest_runtestloop(self, session: pytest.Session) -> bool:
        if session.testsfailed:
            raise session.Interrupted("the tests cannot be collected")
        _check_that_the_copy_is_tested()
        verdicts = Verdicts()
        session.config.pluginmanager.register(verdicts)
        self.reach = reach_of(session.items, verdicts)
        self.failed = list(verdicts.failed)
        if not self.failed:
            for outcome in self._outcomes(session.items, verdicts, self.reach):
                self.outcomes.append(outcome)
                self._tell(outcome)
        return True

    def _outcomes(
        self, items: list[pytest.Item], verdicts: Verdicts, reach: Reach
    ) -> Iterator[Outcome]:
        by_name = {item.nodeid: item for item in items}
        running: list[_Running] = []
        for mutant in self._mutants:
            tests = self._promising_first(mutant, reach.tests_for(mutant))
            if not tests:
                yield Outcome(mutant, NOT_COVERED, 0.0, 0)
                continue
            source = mutated_source(COPY, mutant)
            chosen = [by_name[name] for name in tests]
            limit_s = round(10 + 5 * sum(reach.seconds[name] for name in tests))
            child = forked(partial(_first_failure, mutant, source, chosen, verdicts), limit_s)
            running.append(_Running(mutant, child, len(tests)))
            while len(running) >= self._processes:
                yield from self._ended(running)
        while running:
            yield from self._ended(running)

    def _promising_first(self, mutant: Mutant, tests: list[str]) -> list[str]:
        """Put the tests that killed other mutants of the function before the rest.

        The same tests are run for a survivor in either order; others are killed sooner.
        """
        killers = self._killers[mutant.path, mutant.function]
        return sorted(tests, key=lambda name: -killers[name])

    def _ended(self, running: list[_Running]) -> Iterator[Outcome]:
        time.sleep(0.003)
        for each in list(running):
            status = each.child.status()
            if status:
                running.remove(each)
                mutant, seconds = each.mutant, time.monotonic() - each.child.started
                self._killers[mutant.path, mutant.function][each.child.failed()] += 1
                yield Outcome(mutant, status, seconds, each.tests)


def _first_failure(
    mutant: Mutant, source: str, items: list[pytest.Item], verdicts: Verdicts
) -> str:
    """In the child: install the mutant and run the tests up to the first that fails."""
    if give_function_new_code(mutant, source):
        run_up_to_failure(items, verdicts)
    else:
        import_mutated(mutant, COPY, source)
        names = [item.nodeid for item in items]
        options = ["-x", *PYTEST_OPTIONS, *names]
        if pytest.main(options, plugins=[Profile(), verdicts]) != 0 and not verdicts.failed:
            return "collection"
    return verdicts.failed[0] if verdicts.failed else ""


def _check_that_the_copy_is_tested() -> None:
    for room in ROOMS:
        file = Path(str(sys.modules[f"{PACKAGE}.{room}"].__file__))
        if not file.is_relative_to(COPY):
            raise RuntimeError(f"{file} is tested instead of the copy in {COPY}")
