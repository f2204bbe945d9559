"""Protocols by calls: the examples of the methods run."""

from __future__ import annotations

import inspect
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from host import Host


def test_the_examples_of_all_methods_run(host: Host, module_file: Path, capsys: Any) -> None:
    import slicer

    logic = host.load_module(module_file).SpineRadiosurgeryLogic()
    from SpineRadiosurgeryPanel.logic_protocols import ProtocolsLogic

    case = logic.createCase()
    names = [name for name in vars(ProtocolsLogic) if not name.startswith("_")]
    for name in names:
        code = inspect.cleandoc((inspect.getdoc(getattr(logic, name)) or "").split("::\n", 1)[1])
        exec(code, {"slicer": slicer, "logic": logic, "case": case})
    said = capsys.readouterr().out.splitlines()
    assert len(names) == 5
    assert said[0].startswith("Ryu 2015: partial cord tolerance of single-fraction spine radiosurgery 3 ")
    assert said[1].startswith("BasedOn(identifier='ryu-2015', version='1', sha256='")
    assert said[2].startswith("8 Institutional limit, changed from: Ryu S")
    assert said[3:] == ["True", "clinic-spine"]
