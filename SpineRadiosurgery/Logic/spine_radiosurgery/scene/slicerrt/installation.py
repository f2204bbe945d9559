"""Whether SlicerRT is there, and the way to its modules."""

from __future__ import annotations

import sys
from typing import Any

from ...case import InputError

MODULES = ("dosevolumehistogram", "isodose", "dicomrtimportexport")
"""The modules that are used, as `slicer.modules` names them."""
HOW_TO_INSTALL = (
    "SlicerRT is not installed; open View > Extensions Manager, install SlicerRT and restart "
    "3D Slicer."
)


def available() -> bool:
    """Say whether SlicerRT can be used."""
    return not why_unavailable()


def why_unavailable() -> str:
    """Say in one sentence why SlicerRT cannot be used, and what to do; "" when it can."""
    modules = getattr(sys.modules.get("slicer"), "modules", None)
    if modules is None:
        return "SlicerRT works in 3D Slicer only; open the case there."
    missing = [name for name in MODULES if not hasattr(modules, name)]
    if not missing:
        return ""
    if len(missing) == len(MODULES):
        return HOW_TO_INSTALL
    return (
        f"SlicerRT is installed without its module {missing[0]}; allow it in Edit > Application "
        "Settings > Modules, or install SlicerRT again, and restart 3D Slicer."
    )


def module_logic(name: str) -> Any:
    """Return the logic of one of `MODULES`.

    Raises
    ------
    InputError
        SlicerRT is not there.
    """
    reason = why_unavailable()
    if reason:
        raise InputError(reason)
    import slicer

    return getattr(slicer.modules, name).logic()


def new_node(scene: Any, class_name: str, name: str) -> Any:
    """Add one of SlicerRT's own nodes to a scene.

    Raises
    ------
    InputError
        SlicerRT has not registered the class in this scene.
    """
    node = scene.AddNewNodeByClass(class_name, name)
    if node is None:
        raise InputError(
            f"SlicerRT's node {class_name} is not known to this scene; restart Slicer."
        )
    return node
