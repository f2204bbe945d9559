"""Resource files are found by name, and a missing one is named."""

from __future__ import annotations

from pathlib import Path

import pytest

from spine_radiosurgery import resources


def test_a_resource_folder_of_the_checkout_is_found(repository: Path) -> None:
    assert (
        resources.path("Protocols") == repository / "SpineRadiosurgery" / "Resources" / "Protocols"
    )


def test_a_missing_resource_is_named() -> None:
    with pytest.raises(FileNotFoundError, match=r"Protocols/nobody-1900\.json"):
        resources.path("Protocols/nobody-1900.json")


def test_copies_inside_the_package_come_first(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    packaged, extension = tmp_path / "_resources", tmp_path / "Resources"
    for root in (packaged, extension):
        (root / "Report").mkdir(parents=True)
    monkeypatch.setattr(resources, "_ROOTS", (packaged, extension))
    assert resources.path("Report") == packaged / "Report"
