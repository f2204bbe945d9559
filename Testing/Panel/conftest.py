"""The module under test, and a person at its panel.

``SPINE_RADIOSURGERY_MODULE`` names another SpineRadiosurgery.py to test, that of an installed
extension: ``make installed``.
"""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))
sys.path.append(str(Path(__file__).resolve().parents[1] / "Scene"))

from person import Person

if TYPE_CHECKING:
    from host import Host

TESTING = Path(__file__).resolve().parents[1]
MODULE = Path(
    os.environ.get("SPINE_RADIOSURGERY_MODULE") or TESTING.parent / "SpineRadiosurgery" / "SpineRadiosurgery.py"
).resolve()
# Tests import the library of the module that they test; pytest has put the checkout's in front.
sys.path.insert(0, str(MODULE.parent / "Logic"))
EXAMPLE = TESTING / "host" / "example" / "HostExample"


@pytest.fixture(scope="session")
def module_file() -> Path:
    """The module under test: the checkout's SpineRadiosurgery.py, or that of an installed one."""
    if not MODULE.is_file():
        pytest.fail(f"SPINE_RADIOSURGERY_MODULE names no file: {MODULE}", pytrace=False)
    return MODULE


@pytest.fixture
def example_file() -> Path:
    """A small scripted module with one page."""
    return EXAMPLE / "HostExample.py"


@pytest.fixture
def example(host: Host, example_file: Path) -> Any:
    """The Python widget of that module, shown and entered."""
    host.load_module(example_file)
    return host.widget("HostExample")


@pytest.fixture
def person(host: Host, module_file: Path) -> Person:
    """Somebody at the panel, which is not opened yet."""
    return Person(host, module_file)


@pytest.fixture
def small(person: Person) -> Any:
    """A case that is evaluated at once, ready for step 5; most of the cord gets less than 10 Gy."""
    from tolerance_plans import ready_case

    return ready_case(person, 0.0)


@pytest.fixture
def hot(person: Person) -> Any:
    """The same with 6 Gy more everywhere, judged by TG-101: cord, esophagus and lung fail."""
    from tolerance_plans import ready_case

    case = ready_case(person, 6.0)
    case.protocolName = "tg-101"
    person.host.settle()
    return case


@pytest.fixture
def evaluated(small: Any, person: Person, tmp_path: Path) -> Person:
    """A person at step 6 of a small plan whose tolerance was evaluated; a page alone is written."""
    person.press("tolerance")
    small.reportFolder = str(tmp_path / "report")
    small.reportWithScene = small.reportPdf = False
    person.open("report")
    return person
