"""The notebook runs from top to bottom, and is committed without what a run leaves in it."""

from __future__ import annotations

import json
import sys
from pathlib import Path

import pytest

nbformat = pytest.importorskip("nbformat", reason="nbformat comes with the group notebook")

KERNEL = "tested"
METADATA = {
    "kernelspec": {"display_name": "Python 3", "language": "python", "name": "python3"},
    "language_info": {"name": "python"},
}


@pytest.fixture
def notebook(repository: Path):
    path = repository / "docs" / "notebooks" / "workflow.ipynb"
    return nbformat.read(path, as_version=4)


@pytest.fixture
def kernel(tmp_path, monkeypatch):
    """A kernel of this Python, known to this test only: nothing is put into anybody's home."""
    pytest.importorskip("ipykernel", reason="ipykernel comes with the group notebook")
    folder = tmp_path / "jupyter" / "kernels" / KERNEL
    folder.mkdir(parents=True)
    command = [sys.executable, "-m", "ipykernel_launcher", "-f", "{connection_file}"]
    specification = {"argv": command, "display_name": KERNEL, "language": "python"}
    (folder / "kernel.json").write_text(json.dumps(specification), encoding="utf-8")
    monkeypatch.setenv("JUPYTER_PATH", str(tmp_path / "jupyter"))
    for name in ("JUPYTER_RUNTIME_DIR", "JUPYTER_DATA_DIR", "JUPYTER_CONFIG_DIR", "IPYTHONDIR"):
        monkeypatch.setenv(name, str(tmp_path / name.lower()))
    monkeypatch.setenv("OPENBLAS_NUM_THREADS", "1")
    return KERNEL


def _printed(notebook) -> str:
    outputs = [output for cell in notebook.cells for output in cell.get("outputs", ())]
    assert [o.get("text", "") for o in outputs if o.get("name") == "stderr"] == []
    return "".join(output.get("text", "") for output in outputs)


@pytest.mark.slow
def test_every_cell_runs(notebook, kernel, slicer_core, repository, tmp_path, monkeypatch):
    from nbclient import NotebookClient

    monkeypatch.setenv("PYTHONPATH", str(repository / "SpineRadiosurgery" / "Logic"))
    workplace = tmp_path / "workplace"
    workplace.mkdir()
    resources = {"metadata": {"path": str(workplace)}}
    NotebookClient(notebook, timeout=300, kernel_name=kernel, resources=resources).execute()

    printed = _printed(notebook)
    assert "PASS V10Gy = " in printed
    assert "report/report.html\n" in printed
    assert "report/case.mrb\n" in printed
    pictures = [
        output
        for cell in notebook.cells
        for output in cell.get("outputs", ())
        if "image/png" in output.get("data", {})
    ]
    assert len(pictures) == 2
    assert list(workplace.iterdir()) == []


def test_it_is_a_valid_notebook_without_outputs(notebook):
    nbformat.validate(notebook)
    code = [cell for cell in notebook.cells if cell.cell_type == "code"]
    assert [cell.id for cell in code if cell.outputs or cell.execution_count is not None] == []


def test_it_says_nothing_about_the_machine_that_wrote_it(notebook):
    assert notebook.metadata == METADATA
    assert [cell.id for cell in notebook.cells if cell.metadata] == []
