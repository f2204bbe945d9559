"""What Slicer's own Python packages add to `slicer`, written anew and small.

Same names, same errors, same storage in the parameter node; only what a scripted module with .ui
pages uses. A parameter of another type, or a widget of another class, is an error that names it.
"""

from __future__ import annotations

import sys
from types import ModuleType

import slicer


def _modules() -> dict[str, ModuleType]:
    from . import i18n, packaging, parameter_node, scripted_module

    return {
        "i18n": i18n,
        "packaging": packaging,
        "parameterNodeWrapper": parameter_node,
        "ScriptedLoadableModule": scripted_module,
    }


def install() -> None:
    """Make `from slicer.ScriptedLoadableModule import *` and its like work."""
    for name, module in _modules().items():
        sys.modules[f"slicer.{name}"] = module
        setattr(slicer, name, module)


def uninstall() -> None:
    """Take back `install`."""
    for name in _modules():
        sys.modules.pop(f"slicer.{name}", None)
        if hasattr(slicer, name):
            delattr(slicer, name)
    if hasattr(slicer, "selfTests"):
        del slicer.selfTests
