"""Notebooks as pages of the site: text and code. On GitHub a link to one shows it itself."""

from __future__ import annotations

import json
import posixpath
import re
from typing import Any

from mkdocs.structure.files import File, Files

ENDING = ".ipynb"
LINK = re.compile(rf"(?<=\]\()([^)\s]*notebooks/[^)\s]+){re.escape(ENDING)}(?=\))")


def on_files(files: Files, *, config: Any) -> Files:
    """Make a page of every notebook; the notebook itself stays beside it."""
    for file in [file for file in files if file.src_uri.endswith(ENDING)]:
        page = f"{file.src_uri.removesuffix(ENDING)}.md"
        files.append(File.generated(config, page, content=page_of(file)))
    return files


def on_page_markdown(markdown: str, **_: Any) -> str:
    """Lead links to notebooks to their pages."""
    return LINK.sub(r"\1.md", markdown)


def page_of(file: File) -> str:
    """Write the cells of a notebook one below the other, and a link to the file after the title."""
    title, *cells = json.loads(file.content_string)["cells"]
    name = posixpath.basename(file.src_uri)
    parts = ["".join(title["source"]), f"The notebook: [{name}]({name})"]
    for cell in cells:
        text = "".join(cell["source"])
        parts.append(f"```python\n{text}\n```" if cell["cell_type"] == "code" else text)
    return "\n\n".join(parts) + "\n"
