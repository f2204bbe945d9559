"""What the extension says of itself is the same everywhere and follows the Extensions Index."""

from __future__ import annotations

import json
import re
import subprocess
from pathlib import Path

import jsonschema
import pytest
from installed_tree import ROOT
from PIL import Image
from update_extension_card import SCHEMA, Card, written

CARD = Card.read()
ENTRY = ROOT / "SpineRadiosurgery.json"
TEXT = {"type": "string"}
# The rules of the schema that the entry names.
RULES = {
    "type": "object",
    "additionalProperties": False,
    "required": ["$schema", "category", "scm_url"],
    "properties": {
        "$schema": {"const": SCHEMA},
        "build_dependencies": {"type": "array", "items": TEXT},
        "build_subdirectory": TEXT,
        "category": TEXT,
        "dicom_support_rule": TEXT,
        "enabled": {"type": "boolean"},
        "scm_revision": TEXT,
        "scm_type": {"enum": ["git", "local"]},
        "scm_url": TEXT,
        "tier": {"type": "integer", "minimum": 1, "maximum": 5},
    },
}
# What the index's own checks search the top CMakeLists.txt with.
SETTING = r'set\s*\({name}\s*"([^"]+)"\)'


@pytest.fixture(scope="module")
def cmake_lists() -> str:
    return (ROOT / "CMakeLists.txt").read_text(encoding="utf-8")


def tracked() -> list[Path]:
    listed = subprocess.run(
        ["git", "ls-files", "--cached", "--others", "--exclude-standard", "-z"],
        cwd=ROOT, capture_output=True, text=True, check=False,
    )  # fmt: skip
    if listed.returncode != 0:
        pytest.skip("not a clone: git cannot list its files")
    return [p for p in (ROOT / name for name in listed.stdout.split("\0") if name) if p.is_file()]


@pytest.mark.parametrize("path", written(CARD), ids=lambda path: path.name)
def test_a_description_is_that_of_the_card(path: Path) -> None:
    assert path.read_bytes() == written(CARD)[path].encode(), "run `make extension-card`"


def test_the_index_entry_follows_the_schema() -> None:
    jsonschema.validate(json.loads(ENTRY.read_text(encoding="utf-8")), RULES)


def test_the_names_are_those_the_index_takes(cmake_lists: str) -> None:
    assert re.findall(r"project\s*\(\s*([^\s)]+)", cmake_lists) == [ENTRY.stem]
    assert not ENTRY.stem.lower().startswith("slicer")
    assert CARD.repository == f"Slicer{ENTRY.stem}"
    assert CARD.category == "Radiotherapy"


def test_cmake_and_entry_name_the_same_dependencies(cmake_lists: str) -> None:
    entry = json.loads(ENTRY.read_text(encoding="utf-8"))
    (depends,) = re.findall(SETTING.format(name="EXTENSION_DEPENDS"), cmake_lists)
    assert depends.split() == entry["build_dependencies"] == ["SlicerRT"]


@pytest.mark.parametrize("name", ["EXTENSION_ICONURL", "EXTENSION_SCREENSHOTURLS"])
def test_image_addresses_lead_to_pictures_of_this_repository(name: str, cmake_lists: str) -> None:
    (addresses,) = re.findall(SETTING.format(name=name), cmake_lists)
    for address in addresses.split():
        assert address.startswith(CARD.raw(""))
        with Image.open(ROOT / address.removeprefix(CARD.raw(""))) as picture:
            assert picture.format in {"PNG", "JPEG", "GIF"}


def test_the_icon_is_128_pixels_wide_on_a_transparent_ground() -> None:
    with Image.open(ROOT / CARD.icon) as icon:
        assert icon.size == (128, 128)
        assert icon.mode == "RGBA"
        assert icon.getpixel((0, 0))[3] == 0


def test_the_icon_has_the_colours_of_its_svg() -> None:
    svg = (ROOT / CARD.icon).with_suffix(".svg").read_text(encoding="utf-8")
    with Image.open(ROOT / CARD.icon) as icon:
        drawn = {f"#{r:02x}{g:02x}{b:02x}" for _, (r, g, b, a) in icon.getcolors(9999) if a == 255}
    assert set(re.findall(r"#[0-9a-f]{6}", svg)) <= drawn, "run Testing/tools/draw_icons.py"


def test_no_other_file_names_another_address_of_the_repository() -> None:
    address = re.compile(rf"(?:github|githubusercontent)\.com/([\w.-]+)/{CARD.repository}")
    texts = {p: p.read_bytes().decode("utf-8", "ignore") for p in tracked()}
    assert {p for p, text in texts.items() if set(address.findall(text)) - {CARD.owner}} == set()


def test_the_repository_is_as_small_as_the_index_asks() -> None:
    assert sum(path.stat().st_size for path in tracked()) < 100 * 2**20


def test_the_licence_lies_where_the_index_looks() -> None:
    assert "MIT License" in (ROOT / "LICENSE").read_text(encoding="utf-8")
