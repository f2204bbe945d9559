"""`slicer.i18n`: `tr` finds the context by the file it is called from and asks the application."""

from __future__ import annotations

import inspect
import logging
import re
from pathlib import Path

import slicer

_PLACEHOLDER = re.compile(r"(?<!\{)\{([^\{\}]+)\}(?!\})")


def translate(context: str, text: str) -> str:
    """Translate a text of a context."""
    return slicer.app.translate(context, text)


def getContext(sourceFile: str) -> str:
    """Return the context of a file: `Package.File` inside a package, else `File`."""
    path = Path(sourceFile)
    in_package = (path.parent / "__init__.py").is_file()
    return f"{path.parent.name}.{path.stem}" if in_package else path.stem


def tr(text: str) -> str:
    """Translate a text; one that loses a placeholder is not taken."""
    caller = inspect.currentframe().f_back
    context = getContext(caller.f_code.co_filename)
    translated = translate(context, text)
    if set(_PLACEHOLDER.findall(text)) != set(_PLACEHOLDER.findall(translated)):
        logging.warning("In context '%s' the translation of '%s' lost placeholders", context, text)
        return text
    return translated
