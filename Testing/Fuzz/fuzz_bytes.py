"""Changes of bytes and of words in texts, all drawn from one seeded generator."""

from __future__ import annotations

import re
from collections.abc import Callable
from random import Random

ODD_NUMBERS = (
    "0", "-0", "1", "-1", "2", "nan", "NaN", "inf", "-Infinity", "1e400", "-1e308", "1e300",
    "1e-320",
    "2147483648", "-2147483649", "4294967296", "18446744073709551616", "9" * 400, "1e9", "65536",
    "0x10", "1,5", "1_000", "1.5.2", "١٢", "", " ", "abc", "3.0000000000000001", "0.1", "1e-9",
    "1000",
)  # fmt: skip
ODD_TEXTS = (
    "", " ", "\0", "\n", "../../../etc/passwd", "/dev/null", "C:\\x", "a" * 5000, "\u202e\u2066x",
    "ß\u0301ﬁ", "\ufeff", "<script>alert(1)</script>", "=1+1", "%s%n{0}{{", "None", "\U0001f600",
    "\\",
    "con", "." * 300, "\x1b[2J", "Ä" * 300,
)  # fmt: skip
_LENGTHS = (
    b"\0\0", b"\xff\xff", b"\1\0", b"\xfe\xff", b"\0\0\0\0", b"\xff\xff\xff\xff",
    b"\xff\xff\xff\x7f",
    b"\0\0\0\x80", b"\x10\0\0\0", b"\0\0\1\0", b"\0\0\xc0\x7f", b"\0\0\x80\x7f",
    b"\0\0\0\0\0\0\xf8\x7f",
)  # fmt: skip
_LARGEST = 400_000
_NUMBER = re.compile(r"[-+]?\d+(?:\.\d*)?(?:[eE][-+]?\d+)?")


def _flip(data: bytearray, rng: Random) -> None:
    for _ in range(rng.choice((1, 1, 1, 3, 12))):
        data[rng.randrange(len(data))] ^= 1 << rng.randrange(8)


def _overwrite(data: bytearray, rng: Random) -> None:
    at = rng.randrange(len(data))
    new = rng.choice((*_LENGTHS, rng.randbytes(rng.choice((1, 4, 16)))))
    data[at : at + len(new)] = new


def _truncate(data: bytearray, rng: Random) -> None:
    del data[rng.randrange(len(data)) :]


def _delete(data: bytearray, rng: Random) -> None:
    at = rng.randrange(len(data))
    del data[at : at + rng.choice((1, 2, 8, 64, 1024))]


def _repeat(data: bytearray, rng: Random) -> None:
    at = rng.randrange(len(data))
    chunk = data[at : at + rng.choice((1, 8, 64, 1024))]
    times = min(rng.choice((1, 1, 2, 50)), 1 + _LARGEST // (len(chunk) + 1))
    data[at:at] = bytes(chunk) * times


def _insert(data: bytearray, rng: Random) -> None:
    at = rng.randrange(len(data))
    data[at:at] = rng.choice((b"\0" * rng.choice((2, 16, 5000)), rng.randbytes(8)))


def _exchange(data: bytearray, rng: Random) -> None:
    size = rng.choice((1, 4, 32, 256))
    one, two = (rng.randrange(max(1, len(data) - size)) for _ in range(2))
    data[one : one + size], data[two : two + size] = data[two : two + size], data[one : one + size]


_CHANGES: tuple[Callable[[bytearray, Random], None], ...] = (
    _flip, _flip, _overwrite, _overwrite, _truncate, _delete, _repeat, _insert, _exchange,
)  # fmt: skip


def changed_bytes(data: bytes, rng: Random) -> bytes:
    """Return the bytes with one to three changes that know nothing of their meaning."""
    changed = bytearray(data)
    for _ in range(rng.choice((1, 1, 1, 2, 3))):
        if not changed:
            return b""
        rng.choice(_CHANGES)(changed, rng)
    return bytes(changed)


def changed_words(text: str, rng: Random) -> str:
    """Return a text with a number, word or line of it changed; its structure mostly stays."""
    for _ in range(rng.choice((1, 1, 2, 4))):
        lines = text.split("\n")
        numbers = list(_NUMBER.finditer(text))
        what = rng.randrange(6)
        if what < 3 and numbers:
            found = rng.choice(numbers)
            text = text[: found.start()] + rng.choice(ODD_NUMBERS) + text[found.end() :]
        elif what == 3:
            lines.insert(rng.randrange(len(lines) + 1), rng.choice(lines))
            text = "\n".join(lines)
        elif what == 4:
            del lines[rng.randrange(len(lines))]
            text = "\n".join(lines)
        else:
            words = re.split(r"(\s+|[,;:=()]+)", text)
            words[rng.randrange(len(words))] = rng.choice(ODD_TEXTS)
            text = "".join(words)
    return text
