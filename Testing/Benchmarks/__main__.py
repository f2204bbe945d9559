"""Measure, print, and write docs/benchmarks.md: `python Testing/Benchmarks [SECTION ...]`.

With names of sections (cord, closed_forms, real_plans, sectors, peers, growth, whole_case, cohort,
mutation) only these are measured and printed, and the page stays as it is.
"""

from __future__ import annotations

import sys
import time
from importlib import import_module

from machine import description
from page import PAGE, Section
from rich.console import Console

SECTIONS = (
    "cord", "closed_forms", "real_plans", "sectors", "peers", "growth", "whole_case", "cohort",
    "mutation",
)  # fmt: skip
INTRODUCTION = """\
# Benchmarks

How exact and how fast the dose engine is, and the sectors of a vertebra. `make bench` measures
everything anew and writes this page and its pictures (about {minutes} minutes, most of them the
cohorts); `make bench ARGS="cord growth"` measures only these sections and prints them. All but
times and memory is the same in every run.

Measured on {machine}. Errors are ours minus the truth; the bars are those of the design.
"""


def main(chosen: list[str]) -> None:
    console = Console(width=None if sys.stdout.isatty() else 160)
    unknown = set(chosen) - set(SECTIONS)
    if unknown:
        sys.exit(f"No such section: {', '.join(sorted(unknown))}; there are {', '.join(SECTIONS)}.")
    start = time.perf_counter()
    sections: list[Section] = []
    for name in chosen or SECTIONS:
        section: Section = import_module(name).section()
        section.show(console)
        sections.append(section)
    if not chosen:
        minutes = max(1, round((time.perf_counter() - start) / 60))
        introduction = INTRODUCTION.format(machine=description(), minutes=minutes)
        PAGE.parent.mkdir(exist_ok=True)
        PAGE.write_text("\n".join([introduction, *(s.markdown() for s in sections)]))
        console.print(f"Written: {PAGE}")


if __name__ == "__main__":
    main(sys.argv[1:])
