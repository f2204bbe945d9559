"""Changes of JSON documents that keep most of them whole, so that the readers' depths are met."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from random import Random
from typing import Any

from fuzz_bytes import ODD_TEXTS, changed_bytes, changed_words

_RAW = (
    "NaN", "Infinity", "-Infinity", "1e400", "-1e400", "9" * 5000, "1" + "0" * 400, "-0.0",
    "1e-400",
    "1e308", "01", "0x1", "'a'", "tru", '"\\ud800"', '"\\u0000"', '"\\u2028"', '"\t"', "[" * 100000,
    "[" * 900 + "]" * 900, '{"a":' * 900 + "1" + "}" * 900, '"' + "a" * 200000 + '"',
)  # fmt: skip
"""What no Python value gives when it is written."""
_PLAIN: tuple[Any, ...] = (
    None, True, False, 0, -1, 1, 2**31, 10**15, 10**16, 0.5, -1e-9, 1e300, -1e300, 5e-324, [], {},
    [[]],
    [None], {"": None}, [0] * 2000, [{}], "0", "nan", *ODD_TEXTS,
)  # fmt: skip
Place = tuple[Any, Any]
"""A container and the key or index of one of its values."""


def places(value: Any) -> Iterator[Place]:
    """Yield the place of every value of a document."""
    keys: Any = value if isinstance(value, dict) else range(len(value))
    for key in list(keys):
        yield value, key
        if isinstance(value[key], dict | list):
            yield from places(value[key])


def changed_json(data: bytes, rng: Random) -> bytes:
    """Return a document with one to three values, keys or entries changed."""
    if rng.random() < 0.12:
        return changed_bytes(data, rng)
    text = data.decode("utf-8")
    if rng.random() < 0.06:
        return changed_words(text, rng).encode("utf-8", "surrogatepass")
    document = json.loads(text)
    raw: dict[str, str] = {}
    for _ in range(rng.choice((1, 1, 1, 2, 3))):
        found = list(places(document))
        if found:
            _change(*_place(found, rng), found, raw, rng)
    text = json.dumps(document, indent=rng.choice((None, 1)), ensure_ascii=rng.random() < 0.5)
    for mark, written in raw.items():
        text = text.replace(f'"{mark}"', written)
    return text.encode("utf-8", "surrogatepass")


def _place(found: list[Place], rng: Random) -> Place:
    """Choose a name of a key first, then one of its places: long lists would take all else."""
    by_key: dict[Any, list[Place]] = {}
    for container, key in found:
        by_key.setdefault(key if isinstance(key, str) else "[]", []).append((container, key))
    return rng.choice(by_key[rng.choice(sorted(by_key))])


def _change(at: Any, key: Any, found: list[Place], raw: dict[str, str], rng: Random) -> None:
    value = at[key]
    actions: list[Callable[[], None]] = [
        lambda: at.__setitem__(key, rng.choice(_PLAIN)),
        lambda: at.__setitem__(key, _raw_mark(raw, rng)),
        lambda: at.__delitem__(key),
        lambda: at.__setitem__(key, _value_of(rng.choice(found))),
        lambda: at.__setitem__(key, [value]),
    ]
    if isinstance(value, int | float) and not isinstance(value, bool):
        odd = (-value, value + 1, value * 1e6, value * 1e-6, str(value), int(value), value * 1e200)
        actions += [lambda: at.__setitem__(key, rng.choice(odd))] * 4
    if isinstance(value, str):
        odd_texts = (value + " ", value.upper(), value[::-1], value * 50, value[:1], *ODD_TEXTS)
        actions += [lambda: at.__setitem__(key, rng.choice(odd_texts))] * 3
    if isinstance(value, list) and value:
        lists = (value * 2, value * 200, value[:1], value[1:], value[::-1], [])
        actions += [lambda: at.__setitem__(key, rng.choice(lists))] * 3
    if isinstance(at, dict):
        actions += [
            lambda: at.__setitem__(rng.choice(("x", "", "__class__", f"{key} ")), at.pop(key)),
            lambda: _key_twice(at, key, raw),
        ]
    rng.choice(actions)()


def _value_of(place: Place) -> Any:
    # A copy, so that no document comes to hold itself.
    return json.loads(json.dumps(place[0][place[1]]))


def _raw_mark(raw: dict[str, str], rng: Random) -> str:
    mark = f"@raw{len(raw)}@"
    raw[mark] = rng.choice(_RAW)
    return mark


def _key_twice(at: dict[str, Any], key: str, raw: dict[str, str]) -> None:
    mark = f"@raw{len(raw)}@"
    raw[mark] = json.dumps(at[key]) + "," + json.dumps(key) + ":null"
    at[key] = mark
