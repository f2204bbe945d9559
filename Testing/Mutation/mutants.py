"""All mutants of a file: mutmut's mutations, also of properties, constants and class bodies.

mutmut itself changes functions without decorators only; its operators are applied to everything
here. Left alone is what no test can or should notice: annotations, names of types, `__all__`,
docstrings, `len` and `isinstance` (as mutmut does), the words of an error (all that stands in a
`raise`), string literals with a space in them, which are sentences for people, and calls of
`report_progress`, which move a progress bar.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from pathlib import Path

import libcst as cst
from libcst.metadata import MetadataWrapper, PositionProvider
from mutmut import configuration
from mutmut.mutation.file_mutation import MutationVisitor, deep_replace
from mutmut.mutation.mutators import mutation_operators
from mutmut.mutation.pragma_handling import IgnoredCode


@dataclass(frozen=True)
class Mutant:
    """One change of one file.

    Attributes
    ----------
    room, path
        Where; `path` is relative to the checkout.
    number
        Counts the mutants of the file.
    line
        Of the changed piece of code, from 1.
    lines
        First and last line whose running shows that a test reaches the mutant: its statement, or
        the whole function for a default value.
    function
        Dotted name of the outermost function, "" for a constant or the body of a class.
    function_line
        Where that function starts, its decorators included.
    before, after
        The changed piece of code.
    """

    room: str
    path: str
    number: int
    line: int
    lines: tuple[int, int]
    function: str
    function_line: int
    before: str
    after: str

    @property
    def name(self) -> str:
        return f"{self.path.split('spine_radiosurgery/')[-1]}#{self.number}"


@dataclass(frozen=True)
class _Found:
    mutant: Mutant
    original: cst.CSTNode
    mutated: cst.CSTNode
    statement: int


class _Finder(MutationVisitor):
    """Mutations with the place of each; keeps the chain of nodes down to the present one."""

    def __init__(self, room: str, path: str, module: cst.Module) -> None:
        super().__init__(mutation_operators, IgnoredCode(set(), set(), set()))
        self.found: list[_Found] = []
        self._room, self._path, self._module = room, path, module
        self._chain: list[cst.CSTNode] = []

    def on_visit(self, node: cst.CSTNode) -> bool:
        self._chain.append(node)
        return super().on_visit(node)

    def on_leave(self, original_node: cst.CSTNode) -> None:
        self._chain.pop()

    def _skip_node_and_children(self, node: cst.CSTNode) -> bool:
        if isinstance(node, cst.FunctionDef) and node.decorators:
            return any(_is_name(each.decorator, "overload") for each in node.decorators)
        return _no_behaviour(node) or super()._skip_node_and_children(node)

    def _create_mutations(self, node: cst.CSTNode) -> None:
        before = len(self.mutations)
        super()._create_mutations(node)
        for mutation in self.mutations[before:]:
            self.found.append(self._placed(node, mutation.mutated_node))

    def _lines(self, node: cst.CSTNode) -> tuple[int, int]:
        position = self.get_metadata(PositionProvider, node)
        return position.start.line, position.end.line

    def _placed(self, node: cst.CSTNode, mutated: cst.CSTNode) -> _Found:
        chain = self._chain
        functions = [i for i, each in enumerate(chain) if isinstance(each, cst.FunctionDef)]
        function, start = "", 0
        if functions:
            outer = chain[functions[0]]
            owners = [e for e in chain[: functions[0] + 1] if isinstance(e, _NAMED)]
            function = ".".join(each.name.value for each in owners)
            start = min(self._lines(each)[0] for each in (outer, *outer.decorators))
        statement = next(e for e in reversed(chain) if isinstance(e, _STATEMENTS))
        lines = self._lines(statement)
        if isinstance(statement, cst.BaseCompoundStatement) and not _in_signature(chain):
            lines = (lines[0], self._lines(node)[1])
        mutant = Mutant(
            self._room, self._path, len(self.found), self._lines(node)[0], lines, function, start,
            self._module.code_for_node(node).strip(), self._module.code_for_node(mutated).strip(),
        )  # fmt: skip
        return _Found(mutant, node, mutated, self._module.body.index(chain[1]))


_NAMED = (cst.ClassDef, cst.FunctionDef)
_STATEMENTS = (cst.SimpleStatementLine, cst.BaseCompoundStatement)


def _in_signature(chain: list[cst.CSTNode]) -> bool:
    return any(isinstance(each, cst.Parameters) for each in chain)


def _is_name(node: cst.CSTNode, name: str) -> bool:
    return isinstance(node, cst.Name) and node.value == name


_GENERIC = {"Callable", "NDArray", "dict", "frozenset", "list", "tuple"}
_WITHOUT_RESULT = {"TypeVar", "cast", "report_progress"}


def _is_type(node: cst.CSTNode) -> bool:
    return isinstance(node, cst.Name) and node.value in _GENERIC


def _no_behaviour(node: cst.CSTNode) -> bool:
    """Whether what stands here never changes a result."""
    match node:
        case cst.Raise():
            return True
        case cst.SimpleString():
            # To float() "NAN" is the same.
            return " " in node.value or node.value in {'"nan"', '"inf"', '"-inf"'}
        case cst.Subscript():
            return _is_name(node.value, "Literal")
        case cst.Call():
            return isinstance(node.func, cst.Name) and node.func.value in _WITHOUT_RESULT
        case cst.If():
            return _is_name(node.test, "TYPE_CHECKING")
        case cst.Assign():
            is_alias = isinstance(node.value, cst.Subscript) and _is_type(node.value.value)
            return is_alias or any(_is_name(each.target, "__all__") for each in node.targets)
    return False


@cache
def _module(root: Path, path: str) -> MetadataWrapper:
    return MetadataWrapper(cst.parse_module((root / path).read_text(encoding="utf-8")))


@cache
def _found(root: Path, room: str, path: str) -> list[_Found]:
    _configure()
    wrapper = _module(root, path)
    finder = _Finder(room, path, wrapper.module)
    wrapper.visit(finder)
    return finder.found


def mutants_of(root: Path, room: str, path: str) -> list[Mutant]:
    """All mutants of a file, in the order of its text."""
    return [each.mutant for each in _found(root, room, path)]


def mutated_source(root: Path, mutant: Mutant) -> str:
    """Text of the file with that one change."""
    each = _found(root, mutant.room, mutant.path)[mutant.number]
    module = _module(root, mutant.path).module
    texts = _statement_texts(root, mutant.path)
    changed = deep_replace(module.body[each.statement], each.original, each.mutated)
    before, after = texts[: each.statement + 1], texts[each.statement + 2 :]
    return "".join([*before, module.code_for_node(changed), *after])


@cache
def _statement_texts(root: Path, path: str) -> list[str]:
    """Header of the file and its top-level statements; joined they are the file."""
    module = _module(root, path).module
    header = "".join(module.code_for_node(line) for line in module.header)
    return [header, *(module.code_for_node(statement) for statement in module.body)]


def _configure() -> None:
    """Tell mutmut that it has no settings: without this it looks for a project of its own."""
    names = configuration.Config.__dataclass_fields__
    configuration._config = configuration.Config(**{name: [] for name in names})
