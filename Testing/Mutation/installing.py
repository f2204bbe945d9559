"""Put a mutant into a process that has the library and its tests already."""

from __future__ import annotations

import functools
import importlib.abc
import importlib.util
import sys
from collections.abc import Iterator
from pathlib import Path
from types import CodeType, FunctionType, ModuleType
from typing import Any

from mutants import Mutant

PACKAGE = "spine_radiosurgery"


def module_name(path: str) -> str:
    parts = Path(path).with_suffix("").parts
    return ".".join(parts[parts.index(PACKAGE) :]).removesuffix(".__init__")


def give_function_new_code(mutant: Mutant, source: str) -> bool:
    """Exchange the code of the one function that is mutated.

    Returns
    -------
    bool
        False if that is not possible or changes nothing: a default value, a constant.
    """
    if not mutant.function:
        return False
    module = sys.modules[module_name(mutant.path)]
    compiled = compile(source, module.__file__ or mutant.path, "exec")
    code = _code_at(compiled, mutant)
    done = False
    for function in _functions_at(module, mutant):
        if code is None or function.__code__ == code:
            return False
        if function.__code__.co_freevars != code.co_freevars:
            return False
        function.__code__ = code
        done = True
    return done


def _code_at(compiled: CodeType, mutant: Mutant) -> CodeType | None:
    found = [compiled]
    for name in mutant.function.split("."):
        inner = [c for code in found for c in code.co_consts if isinstance(c, CodeType)]
        found = [code for code in inner if code.co_name == name]
    at_line = [code for code in found if code.co_firstlineno == mutant.function_line]
    return at_line[0] if len(at_line) == 1 else None


def _functions_at(module: ModuleType, mutant: Mutant) -> Iterator[FunctionType]:
    *owners, name = mutant.function.split(".")
    owner: Any = module
    for each in owners:
        owner = vars(owner).get(each)
    for function in _unwrapped(vars(owner).get(name) if owner is not None else None):
        if function.__code__.co_firstlineno == mutant.function_line:
            yield function


def _unwrapped(thing: Any) -> Iterator[FunctionType]:
    match thing:
        case FunctionType() if not hasattr(thing, "__wrapped__"):
            yield thing
        case property():
            for each in (thing.fget, thing.fset, thing.fdel):
                yield from _unwrapped(each)
        case functools.cached_property():
            yield from _unwrapped(thing.func)
        case _ if hasattr(thing, "__wrapped__"):
            yield from _unwrapped(thing.__wrapped__)
        case staticmethod() | classmethod():
            yield from _unwrapped(thing.__func__)


class _MutatedModule(importlib.abc.MetaPathFinder, importlib.abc.InspectLoader):
    """Imports one module from a text instead of its file."""

    def __init__(self, name: str, path: Path, source: str) -> None:
        self._name, self._path, self._source = name, path, source

    def find_spec(self, name: str, path: object, target: object = None) -> Any:
        if name != self._name:
            return None
        places = [str(self._path.parent)] if self._path.name == "__init__.py" else None
        return importlib.util.spec_from_file_location(
            name, self._path, loader=self, submodule_search_locations=places
        )

    def get_source(self, fullname: str) -> str:
        return self._source


def forget_library_and_tests(root: Path) -> None:
    """Let everything of the copy be imported anew: the library, the tests, their helpers."""
    for name, module in list(sys.modules.items()):
        file = getattr(module, "__file__", None)
        if file and Path(file).is_relative_to(root):
            del sys.modules[name]


def import_mutated(mutant: Mutant, root: Path, source: str) -> None:
    """From now on the mutated module is imported from `source`."""
    forget_library_and_tests(root)
    finder = _MutatedModule(module_name(mutant.path), root / mutant.path, source)
    sys.meta_path.insert(0, finder)
