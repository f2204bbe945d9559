"""Read many changed inputs: `python Testing/Fuzz --count 100000 [--seed N] [--reader NAME ...]`.

Prints what became of them, keeps each input that shows a defect in build/fuzz, and ends with
status 1 if there is one. `python Testing/Fuzz --replay SEED READER` reads one again.
"""

from __future__ import annotations

import argparse
import shutil
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[2] / "SpineRadiosurgery" / "Logic"))

from fuzz_campaign import Tally, judge, run_campaign
from fuzz_inputs import changed_input, sound_inputs, write_all_bases, write_files
from fuzz_judging import Judgement, Watch
from fuzz_readers import READERS, use_bases
from rich.console import Console
from rich.table import Table

FAILURES = Path(__file__).resolve().parents[2] / "build" / "fuzz"
KEPT_PER_KIND = 5
"""Inputs that are kept of one kind of defect."""
SEEDS_APART = 10_000_000


def main() -> int:
    options = _options()
    console = Console(width=None if sys.stdout.isatty() else 150)
    with tempfile.TemporaryDirectory(prefix="fuzz-bases-") as name:
        bases = Path(name)
        if options.replay:
            return _replay(int(options.replay[0]), options.replay[1], bases, console)
        write_all_bases(bases, options.reader)
        start = time.monotonic()
        until = start + 60 * options.minutes if options.minutes else None
        kept: dict[tuple[str, str], int] = {}

        def keep(task: tuple[str, int], found: Judgement) -> None:
            reader, seed = task
            if found.outcome != "defect":
                return
            number = kept[reader, found.what] = kept.get((reader, found.what), 0) + 1
            if number <= KEPT_PER_KIND:
                _save(reader, seed, found, bases)
                console.print(f"[red]defect[/] {reader} {seed}: {found.what}", highlight=False)

        tallies = run_campaign(
            tasks(options.reader, options.count, options.seed), bases, options.workers,
            until=until, on_result=keep,
        )  # fmt: skip
    console.print(_table(tallies))
    console.print(f"{time.monotonic() - start:.0f} s on {options.workers} workers.")
    for reader, tally in tallies.items():
        for what, seeds in sorted(tally.defects.items()):
            listed = ", ".join(map(str, seeds[:KEPT_PER_KIND]))
            console.print(f"{reader}: {what}: {len(seeds)} inputs, seeds {listed}", highlight=False)
    return int(any(tally.defects for tally in tallies.values()))


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--count", type=int, default=100_000)
    parser.add_argument("--seed", type=int, default=0, help="of the campaign")
    parser.add_argument("--reader", action="append", choices=sorted(READERS))
    parser.add_argument("--minutes", type=float, help="begin no further input after so long")
    parser.add_argument("--workers", type=int, default=2)
    parser.add_argument("--replay", nargs=2, metavar=("SEED", "READER"))
    options = parser.parse_args()
    options.reader = options.reader or list(READERS)
    if options.replay and options.replay[1] not in READERS:
        parser.error(f"no reader {options.replay[1]}; there are {', '.join(READERS)}")
    return options


def tasks(readers: list[str], count: int, seed: int) -> Iterator[tuple[str, int]]:
    """Yield `count` inputs of these readers, in their shares, the readers in turn."""
    whole = sum(READERS[name].share for name in readers)
    given = dict.fromkeys(readers, 0)
    for n in range(1, count + 1):
        # The reader that is furthest behind its share.
        name = max(readers, key=lambda r: n * READERS[r].share / whole - given[r])
        yield name, seed * SEEDS_APART + given[name]
        given[name] += 1


def _save(reader: str, seed: int, found: Judgement, bases: Path) -> None:
    folder = FAILURES / f"{reader}-{seed}"
    shutil.rmtree(folder, ignore_errors=True)
    write_files(changed_input(sound_inputs(bases, reader), reader, seed), folder / "input")
    text = f"{found.what}\npython Testing/Fuzz --replay {seed} {reader}\n\n{found.details}\n"
    (folder / "defect.txt").write_text(text, encoding="utf-8", errors="replace")


def _replay(seed: int, reader: str, bases: Path, console: Console) -> int:
    write_all_bases(bases, [reader])
    use_bases(bases)
    files = changed_input(sound_inputs(bases, reader), reader, seed)
    with tempfile.TemporaryDirectory(prefix="fuzz-") as scratch:
        found = judge(reader, files, Path(scratch), Watch())
    console.print(f"{found.outcome}: {found.what}", highlight=False, markup=False)
    console.print(found.details, highlight=False, markup=False)
    console.print(f"{found.seconds:.2f} s, {found.peak_bytes / 2**20:.0f} MB")
    return int(found.outcome == "defect")


def _table(tallies: dict[str, Tally]) -> Table:
    table = Table("reader", "inputs", "refused", "accepted", "defects", "kinds", "ms an input",
                  "slowest s (seed)", "peak MB (seed)")  # fmt: skip
    for name, tally in tallies.items():
        defects = sum(len(seeds) for seeds in tally.defects.values())
        table.add_row(
            name, str(tally.inputs), str(tally.refused), str(tally.accepted), str(defects),
            str(len(tally.defects)), f"{1000 * tally.seconds / max(tally.inputs, 1):.1f}",
            f"{tally.slowest[0]:.2f} ({tally.slowest[1]})",
            f"{tally.peak[0] / 2**20:.0f} ({tally.peak[1]})",
        )  # fmt: skip
    return table


if __name__ == "__main__":
    sys.exit(main())
