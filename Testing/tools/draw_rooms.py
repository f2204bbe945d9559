"""Draw the rooms of the library and the imports allowed between them: docs/images/rooms.svg.

The arrows are those of the table in Testing/Unit/test_architecture.py, the words are the first line
of each room. Run it after a change there: `python Testing/tools/draw_rooms.py`.
"""

from __future__ import annotations

import ast
import importlib.util
from html import escape
from pathlib import Path
from textwrap import wrap
from types import ModuleType

ROOT = Path(__file__).resolve().parents[2]
TABLE = ROOT / "Testing" / "Unit" / "test_architecture.py"
PICTURE = ROOT / "docs" / "images" / "rooms.svg"

WIDTH, ROW, BOX, EDGE = 1040, 154, 112, 14
# Row from above, place of the middle and width in shares of the picture. A new room needs a place.
PLACES = {
    "cli": (0, 0.5, 1.0),
    "scene": (1, 0.25, 0.5),
    "cohort": (1, 0.76, 0.48),
    "report": (2, 0.32, 0.64),
    "dicom": (2, 0.84, 0.3),
    "assessment": (3, 0.15, 0.3),
    "phantom": (3, 0.49, 0.3),
    "tolerance": (3, 0.84, 0.3),
    "targets": (4, 0.15, 0.3),
    "case": (4, 0.66, 0.3),
    "anatomy": (5, 0.15, 0.3),
    "dose": (5, 0.49, 0.3),
    "cord": (5, 0.84, 0.3),
    "geometry": (6, 0.32, 0.64),
    "resources": (6, 0.84, 0.3),
}
FOUNDATION = "geometry"
"""Nearly every room imports it: said in words, its arrows would hide the others."""
COLORS = ("#1b6f8a", "#8a4f9e", "#a3561c", "#3d7a3a", "#5a5f6b", "#a03550", "#3f5fae", "#7a6a10")


def table() -> ModuleType:
    """Load the table of rooms."""
    spec = importlib.util.spec_from_file_location("rooms_table", TABLE)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def words_of(library: Path, room: str) -> str:
    """Return what a room says of itself in its first line."""
    folder = library / room
    source = folder / "__init__.py" if folder.is_dir() else library / f"{room}.py"
    text = ast.get_docstring(ast.parse(source.read_text(encoding="utf-8"))) or ""
    return text.split("\n")[0].replace("`", "").rstrip(".")


def picture() -> str:
    """Return the picture."""
    rules = table()
    there = {rules.room_of(source) for source in rules.SOURCES} - {"__init__", "__main__"}
    missing = sorted(there - set(PLACES))
    if missing:
        raise ValueError(f"Give the new rooms a place in PLACES: {', '.join(missing)}")
    rooms = {name: place for name, place in PLACES.items() if name in there}
    arrows = {name: set(rules.ARROWS.get(name, ())) & there for name in rooms}
    # An arrow to each of them would hide the others.
    of_all = {n for n in rooms if n == "cli" or arrows[n] >= {m for m in arrows if below(n, m)}}
    height = max(place[0] for place in rooms.values()) * ROW + BOX + 2 * EDGE
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {height}" role="img" '
        'font-family="sans-serif">',
        "<title>Rooms of the library and the imports allowed between them</title>",
        f'<rect width="{WIDTH}" height="{height}" fill="#ffffff"/>',
    ]
    drawn = [n for n in rooms if n not in of_all]
    for number, name in enumerate(drawn):
        color = COLORS[number % len(COLORS)]
        targets = sorted(arrows[name] - {FOUNDATION}, key=lambda other: PLACES[other][1])
        for index, other in enumerate(targets):
            parts.append(_arrow(name, other, (index + 1) / (len(targets) + 1), color))
    for name in rooms:
        color = COLORS[drawn.index(name) % len(COLORS)] if name in drawn else "#30343b"
        extra = _imports(name, arrows[name], name in of_all)
        libraries = sorted(rules.LIBRARIES.get(name, ()))
        parts += _box(name, words_of(rules.LIBRARY, name), libraries, extra, color)
    return "\n".join([*parts, "</svg>", ""])


def _imports(room: str, allowed: set[str], is_all: bool) -> str:
    if not allowed and room != "cli":
        return "imports no room"
    return "imports every room below ↓" if is_all else f"imports {', '.join(sorted(allowed))}"


def below(room: str, other: str) -> bool:
    """Say whether another room lies in a lower row."""
    return PLACES[other][0] > PLACES[room][0]


def _corner(room: str) -> tuple[float, float, float]:
    row, middle, share = PLACES[room]
    width = share * (WIDTH - 2 * EDGE) - 8
    return EDGE + middle * (WIDTH - 2 * EDGE) - width / 2, EDGE + row * ROW, width


def _arrow(room: str, other: str, along: float, color: str) -> str:
    x, y, width = _corner(room)
    start_x, start_y = x + (0.1 + 0.8 * along) * width, y + BOX
    left, top, wide = _corner(other)
    # Into the part of the target that lies nearest, so that arrows stay steep.
    end_x = min(max(start_x, left + 0.15 * wide), left + 0.85 * wide)
    end_x += 14 * (PLACES[room][1] - 0.5)
    bend = 0.45 * (top - start_y)
    head = f"M{end_x:.0f} {top:.0f}l-5 -10h10z"
    return (
        f'<path d="M{start_x:.0f} {start_y:.0f}C{start_x:.0f} {start_y + bend:.0f} {end_x:.0f} '
        f'{top - bend:.0f} {end_x:.0f} {top - 8:.0f}" fill="none" stroke="{color}" '
        f'stroke-width="1.8"/><path d="{head}" fill="{color}"/>'
    )


def _box(room: str, words: str, libraries: list[str], extra: str, color: str) -> list[str]:
    x, y, width = _corner(room)
    lines = wrap(words, int(width / 6.7))[:3]
    known = ", ".join(libraries) or "nothing but Python"
    texts = [
        f'<text x="{x + 12:.0f}" y="{y + 41 + 15 * n:.0f}" font-size="12.5" '
        f'fill="#30343b">{escape(line)}</text>'
        for n, line in enumerate(lines)
    ]
    texts.append(
        f'<text x="{x + 12:.0f}" y="{y + BOX - 24:.0f}" font-size="11.5" '
        f'fill="{color}">{extra}</text>'
    )
    return [
        f'<rect x="{x:.0f}" y="{y:.0f}" width="{width:.0f}" height="{BOX}" rx="4" fill="#f5f7f8" '
        f'stroke="{color}" stroke-width="1.8"/>',
        f'<text x="{x + 12:.0f}" y="{y + 22:.0f}" font-size="16" font-weight="bold" '
        f'fill="{color}">{room}</text>',
        *texts,
        f'<text x="{x + 12:.0f}" y="{y + BOX - 8:.0f}" font-size="11.5" font-style="italic" '
        f'fill="#5a5f6b">{escape(known)}</text>',
    ]


if __name__ == "__main__":
    PICTURE.write_text(picture(), encoding="utf-8")
