"""`slicer.parameterNodeWrapper`: typed fields of a class, kept in a vtkMRMLScriptedModuleNode.

Fields may be str, int, float, bool, pathlib.Path, an Enum, a node class, or one of these with
`| None`, with validators by `Annotated`. They are stored as Slicer stores them, so that a scene
saved here opens there.
"""

from __future__ import annotations

from .annotations import (
    Choice,
    Decimals,
    Default,
    Exclude,
    IsInstance,
    Maximum,
    Minimum,
    NotNone,
    SingleStep,
    Validator,
    WithinRange,
)
from .gui import SlicerParameterNamePropertyName
from .wrapper import isParameterNodeWrapper, parameterNodeWrapper

__all__ = [
    "Choice",
    "Decimals",
    "Default",
    "Exclude",
    "IsInstance",
    "Maximum",
    "Minimum",
    "NotNone",
    "SingleStep",
    "SlicerParameterNamePropertyName",
    "Validator",
    "WithinRange",
    "isParameterNodeWrapper",
    "parameterNodeWrapper",
]
