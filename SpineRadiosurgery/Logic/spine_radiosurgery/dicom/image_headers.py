"""Headers of NRRD and MetaImage files: refused where they are damaged, before ITK reads them.

ITK's readers of both formats end the whole process at some damaged headers, such as a name of
thousands of letters or a negative number of dimensions.
"""

from __future__ import annotations

import re
from pathlib import Path

from ..geometry import InputError

LARGEST_HEADER_BYTES = 4_000_000
LONGEST_FIELD = 2000
"""Of a field of the format; further ones, such as names of segments, may be longer."""
MOST_DIMENSIONS = 5
_NRRD_LINE = re.compile(rb"#.*|[A-Za-z][A-Za-z ]{0,40}: ?[^\0]*|[^:\0]{1,200}:=.*", re.DOTALL)
_META_LINE = re.compile(rb"\s*[A-Za-z][A-Za-z0-9_ ]{0,80}=[^\0]*", re.DOTALL)
_NRRD_DETACHED = re.compile(rb"data ?file:", re.IGNORECASE)
_NRRD_DIMENSION = re.compile(rb"dimension: *(\d+)\s*", re.IGNORECASE)
_META_DIMENSION = re.compile(rb"\s*NDims *= *(\d+)\s*", re.IGNORECASE)


def check_header(file: Path) -> None:
    """Refuse a NRRD or MetaImage file whose header is not made of the format's lines.

    Raises
    ------
    InputError
        With the file's name.
    """
    suffix = file.suffix.lower()
    if suffix not in (".nrrd", ".nhdr", ".mha", ".mhd"):
        return
    try:
        with file.open("rb") as stream:
            content = stream.read(LARGEST_HEADER_BYTES)
    except OSError as error:
        raise InputError(f"{file.name} cannot be read: {error.strerror or error}.") from error
    is_sound = _is_nrrd(content) if suffix in (".nrrd", ".nhdr") else _is_meta(content)
    if not is_sound:
        raise InputError(
            f"{file.name} cannot be read as an image: its header is damaged; export it again."
        )


def _is_nrrd(content: bytes) -> bool:
    head = re.split(rb"\n\r?\n", content, maxsplit=1)[0]
    magic, *lines = (line.rstrip(b"\r") for line in head.split(b"\n"))
    # A header whose voxels lie in another file may end with the file.
    ends = len(head) < len(content) or any(map(_NRRD_DETACHED.match, lines))
    if not re.fullmatch(rb"NRRD000[1-5]", magic) or not ends:
        return False
    fields = [line for line in lines if b":=" not in line and not line.startswith(b"#")]
    return (
        all(_NRRD_LINE.fullmatch(line) for line in lines if line)
        and all(len(line) <= LONGEST_FIELD for line in fields)
        and _has_dimensions(lines, _NRRD_DIMENSION)
    )


def _is_meta(content: bytes) -> bool:
    lines = []
    for line in content.split(b"\n"):
        lines.append(line)
        if line.strip().startswith(b"ElementDataFile"):
            break
    else:
        return False
    is_plain = all(_META_LINE.fullmatch(line) and len(line) <= LONGEST_FIELD for line in lines)
    return is_plain and _has_dimensions(lines, _META_DIMENSION)


def _has_dimensions(lines: list[bytes], pattern: re.Pattern[bytes]) -> bool:
    found = [int(match[1]) for line in lines if (match := pattern.fullmatch(line))]
    return len(found) == 1 and 1 <= found[0] <= MOST_DIMENSIONS
