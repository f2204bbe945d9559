"""Write what names and addresses the extension anew from extension_card.json beside this file.

Four files say the same to different readers: CMakeLists.txt to 3D Slicer's build,
SpineRadiosurgery.json to today's Extensions Index, SpineRadiosurgery.s4ext to the older one, and
help.py to the panel's Help button.
Another owner, branch, icon or screenshot is changed in extension_card.json only.
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
CARD = Path(__file__).with_name("extension_card.json")
SCHEMA = (
    "https://raw.githubusercontent.com/Slicer/Slicer/main/Schemas/"
    "slicer-extension-catalog-entry-schema-v1.0.2.json#"
)
BEGIN, END = "# begin extension card\n", "# end extension card\n"


@dataclass(frozen=True)
class Card:
    """The extension's card; icon and screenshots are paths in the repository."""

    name: str
    owner: str
    repository: str
    branch: str
    category: str
    tier: int
    status: str
    contributors: str
    description: str
    depends: list[str]
    icon: str
    screenshots: list[str]

    @classmethod
    def read(cls, path: Path = CARD) -> Card:
        """Read the card."""
        return cls(**json.loads(path.read_text(encoding="utf-8")))

    @property
    def homepage(self) -> str:
        """Address of the repository's page."""
        return f"https://github.com/{self.owner}/{self.repository}"

    @property
    def screenshot_addresses(self) -> str:
        """Addresses of the screenshots, space between them."""
        return " ".join(self.raw(path) for path in self.screenshots)

    def raw(self, path: str) -> str:
        """Address of one file itself; the index refuses that of its page."""
        return (
            f"https://raw.githubusercontent.com/{self.owner}/{self.repository}/{self.branch}/{path}"
        )


def index_entry(card: Card) -> str:
    """Write the entry of the Extensions Index."""
    entry = {
        "$schema": SCHEMA,
        "build_dependencies": card.depends,
        "build_subdirectory": ".",
        "category": card.category,
        "scm_revision": card.branch,
        "scm_url": f"{card.homepage}.git",
        "tier": card.tier,
    }
    return json.dumps(entry, indent=2) + "\n"


def s4ext(card: Card) -> str:
    """Write the description for the older index; `NA` stands for no dependency."""
    return (
        "# The extension as 3D Slicer's older index describes it; "
        f"{card.name}.json is the entry of today's.\n"
        "scm git\n"
        f"scmurl {card.homepage}.git\n"
        f"scmrevision {card.branch}\n"
        f"depends {' '.join(card.depends) or 'NA'}\n"
        "build_subdirectory .\n"
        f"homepage {card.homepage}\n"
        f"contributors {card.contributors}\n"
        f"category {card.category}\n"
        f"iconurl {card.raw(card.icon)}\n"
        f"status {card.status}\n"
        f"tier {card.tier}\n"
        f"description {card.description}\n"
        f"screenshoturls {card.screenshot_addresses}\n"
        "enabled 1\n"
    )


def cmake_lists(card: Card, text: str) -> str:
    """Return the top CMakeLists.txt with the settings between its markers written anew.

    One line each in the very form that the index's checks search for.
    """
    settings = {
        "HOMEPAGE": card.homepage,
        "CONTRIBUTORS": card.contributors,
        "DESCRIPTION": card.description,
        "ICONURL": card.raw(card.icon),
        "SCREENSHOTURLS": card.screenshot_addresses,
        "DEPENDS": " ".join(card.depends) or "NA",
    }
    head, rest = text.split(BEGIN)
    tail = rest.split(END)[1]
    lines = (f'set(EXTENSION_{name} "{value}")\n' for name, value in settings.items())
    return head + BEGIN + "".join(lines) + END + tail


def help_pages(card: Card, text: str) -> str:
    """Return the panel's file of addresses with the documentation's written anew."""
    address = f'DOCUMENTATION = "{card.homepage}/blob/{card.branch}/docs"'
    return re.sub(r'^DOCUMENTATION = ".*"$', address, text, count=1, flags=re.MULTILINE)


def written(card: Card, root: Path = ROOT) -> dict[Path, str]:
    """Return the files with their texts."""
    cmake = root / "CMakeLists.txt"
    pages = root / "SpineRadiosurgery" / "SpineRadiosurgeryPanel" / "help.py"
    return {
        pages: help_pages(card, pages.read_text(encoding="utf-8")),
        cmake: cmake_lists(card, cmake.read_text(encoding="utf-8")),
        root / f"{card.name}.json": index_entry(card),
        root / f"{card.name}.s4ext": s4ext(card),
    }


if __name__ == "__main__":
    for path, text in written(Card.read()).items():
        path.write_text(text, encoding="utf-8", newline="\n")
