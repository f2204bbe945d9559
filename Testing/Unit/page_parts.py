"""What tests of pages share: a parser, and documents whose every text is hostile."""

from __future__ import annotations

from html.parser import HTMLParser

HOSTILE = "</script><script>alert('x')</script>\"'&"
_VOID = ("meta", "img", "br", "input", "path", "circle")


class Page(HTMLParser):
    """Tags, attributes, text, and the tags that were left open."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.tags, self.attributes, self.text, self.open = [], [], "", []
        self.feed(html)

    def handle_starttag(self, tag, attrs):
        self.tags.append(tag)
        self.attributes += attrs
        if tag not in _VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag, attrs):
        self.tags.append(tag)
        self.attributes += attrs

    def handle_endtag(self, tag):
        assert self.open.pop() == tag

    def handle_data(self, data):
        if self.open[-1:] not in (["style"], ["script"]):
            self.text += data


def hostile(value, kept, key=""):
    """Put markup before every text of a document but those of some keys."""
    if isinstance(value, dict):
        return {k: hostile(item, kept, k) for k, item in value.items()}
    if isinstance(value, list):
        return [hostile(item, kept, key) for item in value]
    return f"{HOSTILE}{value}" if isinstance(value, str) and key not in kept else value
