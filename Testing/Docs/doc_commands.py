"""The commands of a shell block: ours are run, the others are held against what they may be."""

from __future__ import annotations

import contextlib
import functools
import io
import os
import re
import shlex
import subprocess
import sys
from pathlib import Path
from unittest.mock import patch

from doc_blocks import LIBRARY, ROOT

from spine_radiosurgery.cli import main

OURS = re.compile(r"(?:\S*/)?spine-radiosurgery$")
QUICK = {
    "evaluate": ("--no-scene", "--no-robustness"),
    "cohort": ("--no-robustness", "--workers", "1"),
}
"""What a command gets besides, so that it takes a second: `case.mrb` has tests of its own."""
MADE_ONCE = "demo"
"""Its results are those of the fixture, which calls what it calls, but for `case.mrb`."""

_done: set[str] = set()

ALLOWED = (
    re.compile(r"sudo apt install(\s+[a-z0-9.+-]+)+"),
    re.compile(r"python3 -m venv \w+"),
    re.compile(r"(?:\S*/)?pip install '?\.(?:\[[a-z,]+\])?'?"),
    re.compile(r"git clone \S+"),
    re.compile(r"dask (?:scheduler|worker)(?:\s+[\w:/.-]+)*"),
    re.compile(r"cd \S+"),
)
SLICER = re.compile(
    r"(?:xvfb-run (?:-a )?)?(?:\S*/)?Slicer\b.* --python-script (?P<script>\S+\.py)"
)


def commands_of(code: str) -> list[str]:
    """One command a line, without comments and with continued lines joined."""
    lines = code.replace("\\\n", " ").splitlines()
    found = [" ".join(shlex.split(line, comments=True)) and line for line in lines]
    return [re.sub(r"\s+#.*$", "", line).strip() for line in found if line.strip()]


@functools.cache
def make_targets() -> frozenset[str]:
    """What `make` knows; with -n alone it would run recipes that call make again."""
    listing = subprocess.run(
        ["make", "--no-print-directory", "-qpn", "help"],
        cwd=ROOT, capture_output=True, text=True, check=False, timeout=60,
    )  # fmt: skip
    return frozenset(re.findall(r"^([a-z0-9][a-z0-9.-]*):", listing.stdout, re.MULTILINE))


def run(words: list[str], *, apart: bool = False) -> tuple[int, str]:
    """Run our command line in this process; returns the status and all that it prints.

    With `apart` what goes to standard error is left out unless the command fails.
    """
    printed, told = (io.TextIOWrapper(io.BytesIO(), encoding="utf-8") for _ in range(2))
    with (
        patch.object(sys, "argv", ["spine-radiosurgery", *words]),
        patch.dict(os.environ, {"COLUMNS": "200"}),
        contextlib.redirect_stdout(printed),
        contextlib.redirect_stderr(told if apart else printed),
    ):
        try:
            main()
        except SystemExit as stop:
            status = int(stop.code or 0)
        else:
            raise AssertionError("the command line ends with an exit status")
    texts = [_text(stream) for stream in ((told, printed) if status else (printed,))]
    return status, "".join(texts)


def _text(stream: io.TextIOWrapper) -> str:
    stream.flush()
    assert isinstance(stream.buffer, io.BytesIO)
    return stream.buffer.getvalue().decode("utf-8")


def check(command: str) -> str:
    """Run or look at one command; returns what is wrong with it, or "".

    Ours runs where the process is; a redirection is followed. The same long command on two pages
    runs once.
    """
    words = shlex.split(command)
    if words[:2] == ["python", "-m"] and words[2] == "spine_radiosurgery":
        words = ["spine-radiosurgery", *words[3:]]
    if OURS.match(words[0]):
        return _check_ours(words[1:])
    if words[0] == "make":
        targets = [word for word in words[1:] if "=" not in word]
        unknown = [target for target in targets if target not in make_targets()]
        return f"make has no {', '.join(unknown)}" if unknown else ""
    if found := SLICER.fullmatch(command) or SLICER.match(command):
        script = ROOT / "docs" / "scripts" / Path(found["script"]).name
        return "" if script.is_file() else f"there is no {script.name} in docs/scripts"
    if re.match(r"(?:\.venv/bin/)?python3? \S+\.py\b", command):
        return "" if (ROOT / words[1]).is_file() else f"there is no {words[1]}"
    if found := re.fullmatch(r"export (\w+)=(\S+)", command):
        os.environ[found[1]] = found[2]
        known = found[1].removesuffix("_FILE") in _texts_of_the_library()
        return "" if known else f"nothing reads {found[1]}"
    return "" if any(p.fullmatch(command) for p in ALLOWED) else "this command is not known"


@functools.cache
def _texts_of_the_library() -> str:
    return "\n".join(path.read_text(encoding="utf-8") for path in LIBRARY.rglob("*.py"))


def _check_ours(words: list[str]) -> str:
    target = None
    if ">" in words:
        place = words.index(">")
        target, words = Path(words[place + 1]), words[:place]
    if words[0] == MADE_ONCE:
        options = [word for word in words if word.startswith("-")]
        known = run([MADE_ONCE, "--help"])[1]
        return "".join(f"demo has no {option}" for option in options if option not in known)
    command = " ".join(words)
    if words[0] in QUICK and command in _done:
        return ""
    extra = [option for option in QUICK.get(words[0], ()) if option not in words]
    status, printed = run([*words, *extra], apart=target is not None)
    if target is not None:
        target.write_text(printed, encoding="utf-8")
    if status:
        return f"status {status}: {printed}"
    _done.add(command)
    return ""
