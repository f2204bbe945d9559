"""Writing pages that are made already: all of them or none."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from ..geometry import InputError, whole_files


def write_all(contents: Mapping[Path, bytes]) -> None:
    """Write files, all of them whole or none.

    Raises
    ------
    InputError
        One of them cannot be written.
    """
    try:
        with whole_files(*contents) as scratch:
            for path, content in zip(scratch, contents.values(), strict=True):
                path.write_bytes(content)
    except OSError as error:
        raise InputError(
            f"{' and '.join(map(str, contents))} cannot be written: {error.strerror or error}; "
            "name a file in a folder that is there and may be written to."
        ) from error
