"""An input by its reader and seed: the same bytes on every machine."""

from __future__ import annotations

from pathlib import Path
from random import Random

from fuzz_readers import READERS, Files


def write_all_bases(folder: Path, readers: list[str]) -> None:
    """Write the sound inputs of these readers, each reader's into a folder of its name."""
    for name in readers:
        (folder / name).mkdir(parents=True, exist_ok=True)
        READERS[name].write_bases(folder / name)


def sound_inputs(bases: Path, reader: str) -> list[Files]:
    """Return the sound inputs of a reader."""
    return [
        {
            p.relative_to(one).as_posix(): p.read_bytes()
            for p in sorted(one.rglob("*"))
            if p.is_file()
        }
        for one in sorted((bases / reader).iterdir())
    ]


def changed_input(sound: list[Files], reader: str, seed: int) -> Files:
    """Return the files of an input; names tell the reader what a file is, hence stay."""
    rng = Random(f"{reader} {seed}")
    return READERS[reader].change(rng.choice(sound), rng)


def write_files(files: Files, folder: Path) -> None:
    """Write an input into an empty folder."""
    for name, content in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
