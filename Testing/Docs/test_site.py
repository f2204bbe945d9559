"""What can be said of the site without building it; `make docs` builds it, warnings as errors."""

from __future__ import annotations

import importlib.util
import re
from pathlib import Path
from types import ModuleType

import pytest
from doc_blocks import LIBRARY, ROOT, pages, text_of

OUTSIDE = [page for page in pages() if not page.startswith("docs/")]


def tool(name: str) -> ModuleType:
    spec = importlib.util.spec_from_file_location(name, ROOT / "Testing" / "tools" / f"{name}.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_the_command_line_page_is_what_help_says() -> None:
    """Out of date? `python Testing/tools/write_command_line.py`."""
    assert text_of("docs/command-line.md") == tool("write_command_line").page()


def test_the_picture_of_the_rooms_is_that_of_the_table() -> None:
    """Out of date? `python Testing/tools/draw_rooms.py`."""
    drawer = tool("draw_rooms")
    assert drawer.PICTURE.read_text(encoding="utf-8") == drawer.picture()


def test_every_page_is_on_the_site() -> None:
    listed = set(re.findall(r"(\S+\.md)$", (ROOT / "mkdocs.yml").read_text("utf-8"), re.MULTILINE))
    # A hook makes a page of each notebook.
    notebooks = {f"notebooks/{path.stem}.md" for path in (ROOT / "docs").rglob("*.ipynb")}
    inside = {page.removeprefix("docs/") for page in pages() if page not in OUTSIDE}
    assert inside | notebooks == listed


@pytest.mark.parametrize("page", ["docs/method.md", "docs/verification.md", "docs/developers.md"])
def test_every_file_that_a_page_names_is_there(page: str) -> None:
    text = text_of(page)
    named = re.findall(r"`((?:\w+/)+[\w.*]+\.(?:py|md|json|j2))`", text)
    named = [name for name in named if "xx." not in name and "NamePage" not in name]
    gone = [
        name
        for name in named
        if not any(any(home.glob(name)) for home in (ROOT, LIBRARY, ROOT / "SpineRadiosurgery"))
        and "_name." not in name
        and "name_page" not in name
    ]
    assert named
    assert gone == []


@pytest.mark.parametrize("page", OUTSIDE)
def test_links_of_the_pages_beside_the_site_lead_somewhere(page: str) -> None:
    links = re.findall(r"\]\(([^)#\s]+)(#[^)]+)?\)", text_of(page))
    inside = [link for link, _ in links if not re.match(r"https?:", link)]
    assert [link for link in inside if not (ROOT / link).exists()] == []


def test_equations_have_nothing_that_github_eats() -> None:
    """GitHub takes a backslash before punctuation away before it looks for equations."""
    found = []
    for page in pages():
        text = re.sub(r"```.*?```|`[^`\n]*`", "", text_of(page), flags=re.DOTALL)
        equations = re.findall(r"\$\$(.+?)\$\$", text, re.DOTALL)
        equations += re.findall(r"(?<![\\$\w])\$([^\s$][^$\n]*?)\$(?![\w$])", text)
        found += [(page, e) for e in equations if re.search(r"\\[^a-zA-Z\s]", e)]
    assert found == []


@pytest.mark.parametrize("page", pages())
def test_pictures_have_words(page: str) -> None:
    assert re.findall(r"!\[\s*\]", text_of(page)) == []


def test_the_site_takes_nothing_from_elsewhere() -> None:
    """The built pages are looked through by docs/hooks/checks.py; here, what would bring it in."""
    settings = (ROOT / "mkdocs.yml").read_text(encoding="utf-8")
    assert "font: false" in settings
    assert "repo_url" not in settings  # the theme would ask GitHub for stars
    assert re.findall(r"https?://", settings) == []
    styles = (ROOT / "docs" / "stylesheets" / "site.css").read_text(encoding="utf-8")
    assert re.findall(r"https?://|@import", styles) == []


def test_the_hooks_are_no_pages() -> None:
    assert [path.name for path in Path(ROOT / "docs" / "hooks").glob("*.md")] == []
