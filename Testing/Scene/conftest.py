"""The phantom patient of the steps in a scene of its own."""

from __future__ import annotations

import pytest
from steps_plans import loaded


@pytest.fixture
def scene_and_nodes(slicer_core):
    with loaded() as found:
        yield found


@pytest.fixture
def nodes(scene_and_nodes):
    return scene_and_nodes[1]
