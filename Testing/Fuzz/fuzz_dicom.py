"""Changes of DICOM objects element by element, written as they are, however wrong."""

from __future__ import annotations

import struct
import warnings
from collections.abc import Callable
from io import BytesIO
from random import Random

import pydicom
from fuzz_bytes import ODD_NUMBERS, ODD_TEXTS, changed_bytes
from pydicom.dataelem import RawDataElement
from pydicom.dataset import Dataset
from pydicom.sequence import Sequence as Items
from pydicom.tag import BaseTag
from pydicom.uid import (
    DeflatedExplicitVRLittleEndian,
    ExplicitVRBigEndian,
    ImplicitVRLittleEndian,
    JPEGBaseline8Bit,
    RLELossless,
)

_VRS = (
    "AE", "AT", "CS", "DA", "DS", "FD", "FL", "IS", "LO", "LT", "OB", "OW", "PN", "SH", "SL",
    "SQ", "SS",
    "TM", "UI", "UL", "UN", "US", "UT", "UV", "XX", "\0\0",
)  # fmt: skip
_BINARY = (
    b"",
    b"\0",
    b"\0\0",
    b"\xff\xff",
    b"\1\0\1\0",
    b"\0\0\xc0\x7f",
    b"\xff" * 8,
    b"\0" * 4096,
)
_CHARSETS = ("ISO_IR 100", "ISO_IR 192", "ISO 2022 IR 87", "\\ISO 2022 IR 149", "nonsense", "")
_SYNTAXES = (
    ImplicitVRLittleEndian, ExplicitVRBigEndian, DeflatedExplicitVRLittleEndian, RLELossless,
    JPEGBaseline8Bit, "1.2.3", "", "../../x",
)  # fmt: skip
_NUMERIC = ("DS", "IS")
_PIXELS = 0x7FE00010
Place = tuple[Dataset, BaseTag]


def changed_dicom(data: bytes, rng: Random) -> bytes:
    """Return an object with one to three elements changed, sometimes its bytes as well."""
    if rng.random() < 0.2:
        return changed_bytes(data, rng)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        dataset = pydicom.dcmread(BytesIO(data), force=True)
        changed = data
        for _ in range(rng.choice((1, 1, 1, 2, 3))):
            try:
                _change(dataset, rng)
                changed = written(dataset)
            except Exception:
                break  # pydicom cannot take apart or write what an earlier change left.
    return changed_bytes(changed, rng) if rng.random() < 0.08 else changed


def written(dataset: Dataset) -> bytes:
    """Return the object's file; elements that are raw are written byte for byte."""
    buffer = BytesIO()
    dataset.save_as(buffer)
    return buffer.getvalue()


def set_raw(dataset: Dataset, tag: int, vr: str, value: bytes) -> None:
    """Give an element any bytes and any VR."""
    value += b" " * (len(value) % 2)
    where = BaseTag(tag)
    dataset._dict[where] = RawDataElement(where, vr, len(value), value, 0, False, True)


def _places(dataset: Dataset, depth: int = 0) -> list[Place]:
    found: list[Place] = []
    for tag in list(dataset.keys()):
        found.append((dataset, BaseTag(tag)))
        element = dataset.get_item(tag)
        if getattr(element, "VR", "") == "SQ" and depth < 8:
            for item in dataset[tag].value:
                found += _places(item, depth + 1)
    return found


def _change(dataset: Dataset, rng: Random) -> None:
    places = _places(dataset)
    if not places:
        return
    by_tag: dict[BaseTag, list[Place]] = {}
    for item, tag in places:
        by_tag.setdefault(tag, []).append((item, tag))
    at, tag = rng.choice(by_tag[rng.choice(sorted(by_tag))])
    element = at[tag]
    vr = element.VR
    actions: list[Callable[[], None]] = [
        lambda: at.__delitem__(tag),
        lambda: set_raw(at, tag, rng.choice(_VRS), _bytes_of(at, tag)),
        lambda: set_raw(at, tag, rng.choice(_VRS), rng.choice(_BINARY)),
        lambda: _of_another(at, tag, places, rng),
        lambda: _twice(at, tag),
        lambda: _file(dataset, rng),
    ]
    if vr == "SQ":
        actions += [lambda: _items(at, tag, rng)] * 6
    elif vr in _NUMERIC:
        actions += [lambda: _numbers(at, tag, vr, rng)] * 8
    elif vr in ("US", "UL", "SS", "SL", "FD", "FL", "AT"):
        actions += [lambda: set_raw(at, tag, vr, rng.choice((*_BINARY, rng.randbytes(2))))] * 6
    elif tag == _PIXELS:
        actions += [lambda: set_raw(at, tag, vr, changed_bytes(element.value, rng))] * 4
    else:
        texts = (*ODD_TEXTS, *ODD_NUMBERS)
        actions += [lambda: set_raw(at, tag, vr, rng.choice(texts).encode())] * 4
    rng.choice(actions)()


def _bytes_of(at: Dataset, tag: BaseTag) -> bytes:
    value = at[tag].value
    if isinstance(value, bytes):
        return value
    if isinstance(value, Items):
        return b"\0" * 8
    several = value if isinstance(value, list | pydicom.multival.MultiValue) else [value]
    return "\\".join(str(one) for one in several).encode("utf-8", "replace")


def _of_another(at: Dataset, tag: BaseTag, places: list[Place], rng: Random) -> None:
    other, its_tag = rng.choice(places)
    if other[its_tag].VR != "SQ" and at[tag].VR != "SQ":
        set_raw(at, tag, at[tag].VR, _bytes_of(other, its_tag))


def _twice(at: Dataset, tag: BaseTag) -> None:
    """Write an element again under the next tag's number; many files hold such strays."""
    if at[tag].VR != "SQ" and (tag + 1) not in at:
        set_raw(at, tag + 1, at[tag].VR, _bytes_of(at, tag))


def _items(at: Dataset, tag: BaseTag, rng: Random) -> None:
    items = list(at[tag].value)
    if not items:
        items = [Dataset()]
    lists: tuple[list[Dataset], ...] = (
        [], items[:1], items[1:], items[::-1], items * 2, [*items, Dataset()], [Dataset()], [],
    )  # fmt: skip
    chosen = rng.randrange(len(lists))
    if chosen == len(lists) - 1:
        set_raw(at, tag, "SQ", _nested(rng.choice((2, 40, 400, 2000)), int(tag)))
    else:
        at[tag].value = Items(lists[chosen])


def _nested(depth: int, tag: int) -> bytes:
    """Return items within items, of undefined length; pydicom takes for ever to write them."""
    item, item_end = b"\xfe\xff\x00\xe0" + b"\xff" * 4, b"\xfe\xff\x0d\xe0" + b"\0" * 4
    opening = struct.pack("<HH2sHI", tag >> 16, tag & 0xFFFF, b"SQ", 0, 0xFFFFFFFF)
    end = b"\xfe\xff\xdd\xe0" + b"\0" * 4
    return (item + opening) * depth + (end + item_end) * depth


def _numbers(at: Dataset, tag: BaseTag, vr: str, rng: Random) -> None:
    values = _bytes_of(at, tag).decode("ascii", "replace").split("\\")
    n = rng.randrange(len(values))
    what = rng.randrange(7)
    if what < 3:
        values[n] = rng.choice(ODD_NUMBERS)
    elif what == 3:
        values = [rng.choice(ODD_NUMBERS)] * len(values)
    elif what == 4:
        values = rng.choice((values[:-1], values * 2, [*values, "0"], values[::-1], values * 300))
    elif what == 5:
        try:
            values[n] = f"{float(values[n]) * rng.choice((-1, 0, 1e-6, 1e6, 1.5, 1e150)):.10g}"
        except ValueError:
            values[n] = "1"
    else:
        values = [values[n]]
    set_raw(at, tag, vr, "\\".join(values).encode())


def _file(dataset: Dataset, rng: Random) -> None:
    """Change what holds for the whole file: characters, transfer syntax, compression of pixels."""
    if rng.random() < 0.4:
        set_raw(dataset, 0x00080005, "CS", rng.choice(_CHARSETS).encode())
        return
    syntax = rng.choice(_SYNTAXES)
    if syntax in (ImplicitVRLittleEndian, ExplicitVRBigEndian, DeflatedExplicitVRLittleEndian):
        try:
            for item, tag in _places(dataset):
                _ = item[tag]  # Raw elements cannot be written in another encoding.
            dataset.file_meta.TransferSyntaxUID = syntax
            written(dataset)
        except Exception:
            del dataset.file_meta.TransferSyntaxUID  # The bytes stay as they are, unnamed.
            raise
        return
    dataset.file_meta.TransferSyntaxUID = syntax
