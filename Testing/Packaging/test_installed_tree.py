"""The library works from where an installed extension has it, without the checkout."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest
from installed_tree import ROOT

# As SpineRadiosurgery.py finds the library; the checkout, installed here too, leaves the path.
START = """
import json, sys
from pathlib import Path
tree, checkout = (Path(argument) for argument in sys.argv[1:3])
sys.path[:] = [p for p in sys.path if Path(p or ".").resolve() != checkout]
sys.path.insert(0, str(tree / "Logic"))
"""
IMPORTS = """
import spine_radiosurgery
from spine_radiosurgery import resources
print(json.dumps({
    "resources": [str(resources.path(name)) for name in ("Protocols", "Report", "Terminology")],
    "modules": [m.__file__ for name, m in sys.modules.items() if name.startswith("spine_radio")],
}))
"""
DEMO = """
from spine_radiosurgery.cli import main
sys.argv = ["spine-radiosurgery", "demo", "--output", "demo"]
main()
"""


def run(script: str, tree: Path, folder: Path) -> str:
    """Run Python apart from this one's settings and paths."""
    checkout = ROOT / "SpineRadiosurgery" / "Logic"
    command = [sys.executable, "-I", "-c", START + script, str(tree), str(checkout)]
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return done.stdout


def test_library_and_resources_are_those_of_the_installed_tree(
    installed: Path, tmp_path: Path
) -> None:
    found = json.loads(run(IMPORTS, installed, tmp_path))
    assert found["modules"]
    assert all(Path(file).is_relative_to(installed / "Logic") for file in found["modules"])
    assert all(Path(path).parent == installed / "Resources" for path in found["resources"])


@pytest.mark.slow
def test_the_demo_is_made_and_evaluated_from_the_installed_tree(
    installed: Path, tmp_path: Path
) -> None:
    run(DEMO, installed, tmp_path)
    report = json.loads((tmp_path / "demo" / "report.json").read_text(encoding="utf-8"))
    assert report["verdict"]["status"] == "pass"
