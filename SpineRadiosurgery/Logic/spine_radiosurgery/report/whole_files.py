"""Writing several files, all of them whole or none."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Mapping
from pathlib import Path

from ..geometry import InputError


def write_all(contents: Mapping[Path, bytes]) -> None:
    """Write every file beside its place first, so that none is there if one cannot be written.

    Raises
    ------
    InputError
        One of them cannot be written.
    """
    scratch: dict[Path, Path] = {}
    try:
        for path, content in contents.items():
            with tempfile.NamedTemporaryFile(dir=path.parent, prefix=".", delete=False) as file:
                scratch[path] = Path(file.name)
                file.write(content)
        # Temporary files are private; a page is as readable as any other new file.
        umask = os.umask(0)
        os.umask(umask)
        for path, made in scratch.items():
            made.chmod(0o666 & ~umask)
            made.replace(path)
    except OSError as error:
        raise InputError(
            f"{' and '.join(map(str, contents))} cannot be written: {error.strerror or error}; "
            "name a file in a folder that is there and may be written to."
        ) from error
    finally:
        for made in scratch.values():
            made.unlink(missing_ok=True)
