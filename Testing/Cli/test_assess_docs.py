"""The record in docs/assessment.md is one, its options are there; Testing/Docs runs its blocks."""

from __future__ import annotations

import re

import pytest

from spine_radiosurgery import read_record


@pytest.fixture
def page(repository) -> str:
    return (repository / "docs" / "assessment.md").read_text(encoding="utf-8")


def block(page: str, language: str) -> str:
    (found,) = re.findall(rf"```{language}\n(.*?)```", page, flags=re.DOTALL)
    return found


def test_the_example_is_a_record(page) -> None:
    assert read_record(block(page, "json")).index == "T8"


@pytest.mark.parametrize("option", ["--epidural-volume", "--registration-error-mm", "--identify"])
def test_the_options_are_those_of_the_command(page, run_command, option) -> None:
    assert option in page
    assert option in run_command("assess", "--help")[1]
