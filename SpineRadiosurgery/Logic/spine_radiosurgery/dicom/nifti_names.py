"""Names of labels that programs store in the header of a NIfTI file."""

from __future__ import annotations

import gzip
import html
import re
import struct
import zlib
from pathlib import Path

MOST_BYTES = 1_000_000
"""Longer header extensions are no list of names."""
_LABEL = re.compile(r"<Label\b[^>]*\bKey=\"(\d+)\"[^>]*>(.*?)</Label>", re.DOTALL)
_QUOTED = re.compile(r"^\s*<!\[CDATA\[(.*?)\]\]>\s*$", re.DOTALL)


def label_names(file: Path) -> dict[int, str]:
    """Read the label table in a NIfTI file's header extension.

    TotalSegmentator and Connectome Workbench store one (`CaretExtension`, `LabelTable`), so that
    the numbers need no guessing.

    Returns
    -------
    dict
        Label value to name; empty where the file is no NIfTI file or holds no table.
    """
    extension = _extension(file)
    names = {}
    for key, text in _LABEL.findall(extension.decode("utf-8", errors="replace")):
        quoted = _QUOTED.match(text)
        name = quoted[1] if quoted else html.unescape(text)
        names[int(key)] = " ".join(name.split())
    return {label: name for label, name in names.items() if label and name}


def _extension(file: Path) -> bytes:
    """The bytes between the header proper and the voxels."""
    lowered = file.name.lower()
    if not lowered.endswith((".nii", ".nii.gz")):
        return b""
    opened = gzip.open if lowered.endswith(".gz") else open
    try:
        with opened(file, "rb") as stream:
            start = stream.read(MOST_BYTES)
    except (OSError, EOFError, zlib.error):
        # The voxels' reader tells what is wrong with the file.
        return b""
    for order in "<>":
        # NIfTI-1 and -2: length of the header, and where and how the voxels' offset is stored.
        for length, at, kind in ((348, 108, "f"), (540, 168, "q")):
            if len(start) > length + 4 and struct.unpack_from(f"{order}i", start)[0] == length:
                (offset,) = struct.unpack_from(f"{order}{kind}", start, at)
                return start[length + 4 : int(offset)] if offset > length else b""
    return b""
