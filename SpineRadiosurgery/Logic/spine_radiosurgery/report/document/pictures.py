"""Pictures in `report.json`: whole PNG files in base64, so that its page needs no other file."""

from __future__ import annotations

import base64
import binascii
import re
import struct
import zlib
from collections.abc import Mapping
from typing import Any

from ...geometry import InputError

MEDIA_TYPE = "image/png"
TITLES = {
    "axial.png": "Axial plane through the hottest point of the cord volume",
    "sagittal.png": "Sagittal plane through the hottest point of the cord volume",
    "coronal.png": "Coronal plane through the hottest point of the cord volume",
    "falloff.png": "Fall-off from the target toward the cord",
    "cord_volume.png": "Target, cord and cord volume from the side",
    "dvh.png": "Dose-volume histogram",
    "setup.png": "Cord volume with the band of the setup errors",
    "volume_response.png": "Tumor volume over time",
}
SECTORS_TITLE = "Sectors of {label}"
NAME = re.compile(r"[A-Za-z0-9_]{1,80}\.png", re.ASCII)
SIGNATURE = b"\x89PNG\r\n\x1a\n"
MAX_PICTURES = 200
MAX_PICTURE_BYTES = 16 * 2**20
MAX_PIXELS = 50_000_000
"""What a page can show; a small file can unfold into far more."""
_HEADER = struct.Struct(">II5B")


def pictures_document(pictures: Mapping[str, bytes]) -> dict[str, dict[str, str]]:
    """Return PNG files by name as `pictures` in `report.json`."""
    return {
        name: {
            "title": _title(name),
            "media_type": MEDIA_TYPE,
            "base64": base64.b64encode(picture).decode("ascii"),
        }
        for name, picture in pictures.items()
    }


def _title(name: str) -> str:
    label = name.removesuffix(".png").removeprefix("sectors_").replace("_", " ")
    return TITLES.get(name) or SECTORS_TITLE.format(label=label)


def check_pictures(pictures: Mapping[str, Mapping[str, Any]]) -> None:
    """Refuse what is not a sound PNG file in base64, too large, or badly named.

    Raises
    ------
    InputError
        With the picture's name.
    """
    if len(pictures) > MAX_PICTURES:
        raise InputError(f"It holds {len(pictures)} pictures; a report has {MAX_PICTURES} at most.")
    for name, picture in pictures.items():
        if not NAME.fullmatch(name):
            raise InputError(f"Its picture {name[:80]!r} is not named like one of a report.")
        check_png(name, _decoded(name, picture["base64"]))


def _decoded(name: str, text: str) -> bytes:
    if len(text) > MAX_PICTURE_BYTES * 4 // 3 + 4:
        raise InputError(_too_large(name))
    try:
        return base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError) as error:
        raise InputError(f"Its picture {name} is not in base64 ({error}).") from error


def check_png(name: str, data: bytes) -> None:
    """Refuse a picture that is not one whole PNG file of a size that a page can show.

    Raises
    ------
    InputError
        With the picture's name.
    """
    if len(data) > MAX_PICTURE_BYTES:
        raise InputError(_too_large(name))
    if not data.startswith(SIGNATURE):
        raise InputError(f"Its picture {name} is not a PNG file.")
    kinds = _chunks(name, data)
    if kinds[0] != b"IHDR" or b"IDAT" not in kinds or kinds[-1] != b"IEND":
        raise InputError(f"Its picture {name} is a damaged PNG file.")
    width, height, *_ = _HEADER.unpack_from(data, len(SIGNATURE) + 8)
    if not 0 < width * height <= MAX_PIXELS:
        raise InputError(
            f"Its picture {name} has {width} by {height} pixels; {MAX_PIXELS // 10**6} million is "
            "the most that a page shows."
        )


def _chunks(name: str, data: bytes) -> list[bytes]:
    """Names of the file's chunks, each checked by its checksum, up to its last byte."""
    kinds: list[bytes] = []
    start = len(SIGNATURE)
    while start < len(data):
        head = data[start : start + 8]
        end = start + 12 + (int.from_bytes(head[:4], "big") if len(head) == 8 else len(data))
        body, checksum = data[start + 4 : end - 4], data[end - 4 : end]
        if end > len(data) or zlib.crc32(body) != int.from_bytes(checksum, "big"):
            raise InputError(f"Its picture {name} is a damaged PNG file.")
        kinds.append(head[4:])
        start = end
    return kinds or [b""]


def _too_large(name: str) -> str:
    return f"Its picture {name} has more than {MAX_PICTURE_BYTES // 2**20} MB."
