"""Equations as MathML, made when the site is built: no script, no font, nothing from elsewhere.

``$...$`` in a line, ``$$...$$`` on lines of their own, as GitHub shows them, too. Code stays code.
"""

from __future__ import annotations

import re
from typing import Any
from xml.etree.ElementTree import Element

from latex2mathml.converter import convert
from markdown import Markdown
from markdown.blockprocessors import BlockProcessor
from markdown.extensions import Extension
from markdown.inlinepatterns import InlineProcessor

IN_LINE = r"(?<![\\$\w])\$(?=[^\s$])([^$\n]*?[^\s$\\])\$(?![\w$])"
DISPLAYED = re.compile(r"\A\$\$\s*(.+?)\s*\$\$\Z", re.DOTALL)


def _mathml(latex: str, display: str) -> str:
    return convert(latex, display=display).replace("\u2061", "")


class _InLine(InlineProcessor):
    def handleMatch(self, m: re.Match[str], data: str) -> tuple[str, int, int]:
        return self.md.htmlStash.store(_mathml(m[1], "inline")), m.start(0), m.end(0)


class _Displayed(BlockProcessor):
    def test(self, parent: Element, block: str) -> bool:
        return DISPLAYED.match(block.strip()) is not None

    def run(self, parent: Element, blocks: list[str]) -> None:
        found = DISPLAYED.match(blocks.pop(0).strip())
        assert found is not None, "run follows test"
        box = Element("div", {"class": "equation"})
        box.text = self.parser.md.htmlStash.store(_mathml(found[1], "block"))
        parent.append(box)


class Equations(Extension):
    """Looks for equations before emphasis and backslashes are looked for, and after code."""

    def extendMarkdown(self, md: Markdown) -> None:
        """Enter both patterns."""
        md.inlinePatterns.register(_InLine(IN_LINE, md), "equation", 185)
        md.parser.blockprocessors.register(_Displayed(md.parser), "equation", 95)


def on_config(config: Any) -> Any:
    """Enter the extension."""
    config.markdown_extensions.append(Equations())
    return config
