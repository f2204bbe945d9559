"""What the build checks beside links and anchors, and the way from a page to the repository.

A link that leaves ``docs/`` must name a file of the repository; on the site it leads to its
address. Lists and tables need an empty line before them here, though not on GitHub. No page may
load anything from another host.
"""

from __future__ import annotations

import json
import posixpath
import re
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

from mkdocs.plugins import get_plugin_logger
from mkdocs.structure.files import File, Files

ROOT = Path(__file__).resolve().parents[2]
CARD = json.loads((ROOT / "Testing/tools/extension_card.json").read_text(encoding="utf-8"))
ADDRESS = "https://github.com/{owner}/{repository}/blob/{branch}/".format(**CARD)
LINK = re.compile(r"(?<=\]\()((?:\.\./)+[^)#\s]+|scripts/[^)#\s]+)(?=[)#])")
COMMENT = re.compile(r"^(<!-- .* -->)\n(?=\S)", re.MULTILINE)
STARTS_BLOCK = re.compile(r" {0,3}(?:[-*+]|\d+\.) |\|")
GOES_ON = re.compile(r"\s*(?:[-*+]|\d+\.) |\s{2,}\S|\||#|\s*$|```")
# Attributes that a browser loads from; an `href` of a link or of `canonical` is only a way to go.
LOADED = {"src", "srcset", "data", "poster", "action"}
LOADED_RELATIONS = {
    *("stylesheet", "icon", "manifest"),
    *("preload", "prefetch", "preconnect", "dns-prefetch"),
}
FROM_ELSEWHERE = re.compile(r"(?:https?:)?//|[a-z]+:(?<!data:)", re.IGNORECASE)

ICON = "images/icon.png"

log = get_plugin_logger("site")


def on_files(files: Files, *, config: Any) -> Files:
    """Take the module's icon as the site's."""
    source = ROOT / "SpineRadiosurgery/Resources/Icons/SpineRadiosurgery.png"
    files.append(File.generated(config, ICON, abs_src_path=str(source)))
    return files


def on_page_markdown(markdown: str, *, page: Any, **_: Any) -> str:
    """Lead links into the repository to its address; look for lists that would run on as text."""
    folder = posixpath.dirname(page.file.src_uri)
    markdown = COMMENT.sub(r"\1\n\n", markdown)
    for number, why in _run_on(markdown):
        log.warning("%s, line %d of the text: %s", page.file.src_uri, number, why)

    def address(found: re.Match[str]) -> str:
        name = posixpath.normpath(posixpath.join("docs", folder, found[1]))
        inside = name.removeprefix("docs/")
        if inside != name and not inside.startswith("scripts/"):
            return found[1]
        if not (ROOT / name).exists():
            log.warning("%s: the repository has no %s", page.file.src_uri, name)
        return ADDRESS + name

    return LINK.sub(address, markdown)


def _run_on(markdown: str) -> list[tuple[int, str]]:
    found, is_code, before = [], False, ""
    for number, line in enumerate(markdown.splitlines(), start=1):
        is_code ^= line.lstrip().startswith("```")
        if not is_code and STARTS_BLOCK.match(line) and not GOES_ON.match(before):
            found.append((number, "a list or a table needs an empty line before it"))
        before = line
    return found


class _Loads(HTMLParser):
    """What a browser would load from elsewhere to show the page."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Look at the attributes that are loaded from."""
        values = {name: value or "" for name, value in attrs}
        relations = set(values.get("rel", "").split())
        loaded = [values[name] for name in LOADED & set(values)]
        if tag == "link" and relations & LOADED_RELATIONS:
            loaded.append(values.get("href", ""))
        self.found += [f"<{tag}> {value}" for value in loaded if FROM_ELSEWHERE.match(value)]


def on_post_build(config: Any, **_: Any) -> None:
    """Look through the built pages and styles for what would be loaded from elsewhere."""
    site = Path(config.site_dir)
    for path in sorted(site.rglob("*.html")):
        page = _Loads()
        page.feed(path.read_text(encoding="utf-8"))
        for what in page.found:
            log.warning("%s loads from elsewhere: %s", path.relative_to(site), what)
    for path in sorted(site.rglob("*.css")):
        for what in re.findall(r"url\(\s*[\"']?((?:https?:)?//[^)]*)", path.read_text("utf-8")):
            log.warning("%s loads from elsewhere: %s", path.relative_to(site), what)
