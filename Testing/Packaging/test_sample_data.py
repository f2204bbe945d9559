"""The demo case is offered in the Sample Data module of Slicer 5.10 and 5.12.

The stand-ins keep to what both versions' SampleData.py do with a source.
"""

from __future__ import annotations

import importlib.util
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from types import ModuleType, SimpleNamespace
from typing import Any

import pytest
from installed_tree import ROOT
from PIL import Image

SOURCE = ROOT / "SpineRadiosurgery" / "SpineRadiosurgeryPanel" / "sample_data.py"


class SampleDataSource:
    """As in Slicer: lists of equal length, else an error."""

    def __init__(self, uris: Any, fileNames: Any, nodeNames: Any, **others: Any) -> None:
        assert isinstance(uris, list)
        assert len(uris) == len(fileNames) == len(nodeNames)
        self.__dict__.update(others)


def sample_data_module(*, with_categories: bool) -> ModuleType:
    """SampleData of 5.12, or that of 5.10, which knows no titles of categories."""
    sources: dict[str, list[SampleDataSource]] = {}
    titles: dict[str, str] = {}
    logic = SimpleNamespace(sampleDataSourcesByCategory=lambda: sources)
    if with_categories:
        logic.registerCustomSampleDataCategory = lambda name, title: titles.update({name: title})
    module = ModuleType("SampleData")
    module.__dict__.update(
        SampleDataLogic=logic, SampleDataSource=SampleDataSource, sources=sources, titles=titles
    )
    return module


class Slicer:
    """What sample_data.py asks of `slicer`, and what happened."""

    def __init__(self) -> None:
        self.loaded = 0
        self.error: Exception | None = None
        self.shown: list[str] = []
        logic = SimpleNamespace(loadDemoCase=self.load)
        self.module = ModuleType("slicer")
        self.module.util = SimpleNamespace(
            getModuleLogic={"SpineRadiosurgery": logic}.__getitem__,
            showStatusMessage=lambda *_: None,
            tryWithErrorDisplay=self.display,
        )

    def load(self) -> None:
        if self.error:
            raise self.error
        self.loaded += 1

    @contextmanager
    def display(self, message: str, waitCursor: bool = False) -> Iterator[None]:
        try:
            yield
        except ValueError as error:
            self.shown.append(f"{message} {error}")


@pytest.fixture
def slicer(monkeypatch: pytest.MonkeyPatch) -> Slicer:
    stand_in = Slicer()
    translation = ModuleType("slicer.i18n")
    translation.tr = lambda text: text
    monkeypatch.setitem(sys.modules, "slicer", stand_in.module)
    monkeypatch.setitem(sys.modules, "slicer.i18n", translation)
    return stand_in


@pytest.fixture
def tested(slicer: Slicer) -> ModuleType:
    spec = importlib.util.spec_from_file_location("sample_data", SOURCE)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.mark.parametrize("with_categories", [False, True], ids=["5.10", "5.12"])
def test_the_demo_case_is_registered_once(
    tested: ModuleType, monkeypatch: pytest.MonkeyPatch, with_categories: bool
) -> None:
    module = sample_data_module(with_categories=with_categories)
    monkeypatch.setitem(sys.modules, "SampleData", module)
    tested.registerSampleData()
    tested.registerSampleData()
    (source,) = module.sources["Spine Radiosurgery"]
    assert source.sampleName == "SpineRadiosurgeryDemo"
    assert source.customDownloader is tested.loadDemoCase
    assert module.titles == (
        {"Spine Radiosurgery": "Spine Radiosurgery"} if with_categories else {}
    )


def test_its_picture_has_the_size_of_sample_data_pictures(tested: ModuleType) -> None:
    with Image.open(Path(tested.THUMBNAIL)) as picture:
        assert picture.size == (260, 260)


def test_its_button_loads_the_demo_case(tested: ModuleType, slicer: Slicer) -> None:
    tested.loadDemoCase(source=object())
    assert slicer.loaded == 1


def test_its_button_shows_why_the_demo_case_could_not_be_made(
    tested: ModuleType, slicer: Slicer
) -> None:
    slicer.error = ValueError("The disk is full.")
    tested.loadDemoCase()
    assert slicer.shown == ["The demo case could not be made. The disk is full."]
