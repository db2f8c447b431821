"""Lines as plain data: styled, as every view draws them on screen and into a file, and typed, with a cursor."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from functools import lru_cache
from typing import NamedTuple

from rich.cells import cell_len, chop_cells, set_cell_size

from advisor.text import visible

ROLES = ("plain", "strong", "muted", "accent", "good", "warn", "bad", "cursor")


class Span(NamedTuple):
    """A piece of text in one role. The text is data, and is never read as markup."""

    text: str
    role: str = "plain"


Line = tuple[Span, ...]
BLANK: Line = ()


_visible = lru_cache(maxsize=4096)(visible)
"""Pieces of lines are short and come again with every key."""


def line(*parts: str | tuple[str, str]) -> Line:
    """Join pieces to a line; a bare text has the role plain."""
    pairs = ((part, "plain") if isinstance(part, str) else part for part in parts)
    return tuple(Span(_visible(text), role) for text, role in pairs if text)


def width(pieces: Line) -> int:
    """Count the terminal cells of a line."""
    return sum(cell_len(piece.text) for piece in pieces)


@lru_cache(maxsize=4096)
def fitted(pieces: Line, columns: int) -> Line:
    """Cut a line to a width, ending in … where something is lost."""
    pieces = _without_tail(pieces)
    if width(pieces) <= columns:
        return pieces
    kept: list[Span] = []
    left = columns - 1
    for piece in pieces:
        size = cell_len(piece.text)
        if size > left:
            return (*kept, Span(set_cell_size(piece.text, left).rstrip() + "…", piece.role))
        kept.append(piece)
        left -= size
    return tuple(kept)


def _without_tail(pieces: Line) -> Line:
    """Drop spaces at the end, which nobody would miss; a cursor on one would be."""
    while pieces and not pieces[-1].text.strip():
        if pieces[-1].role == "cursor":
            return pieces
        pieces = pieces[:-1]
    return (*pieces[:-1], Span(pieces[-1].text.rstrip(), pieces[-1].role)) if pieces else pieces


def spread(left: Line, right: Line, columns: int) -> Line:
    """Put one line at the left edge and another at the right; the left one gives way."""
    room = max(columns - width(right) - 2, 0)
    head = fitted(left, room)
    return (*head, Span(" " * max(columns - width(head) - width(right), 0)), *right)


def wrapped(text: str, columns: int, indent: str = "", role: str = "plain") -> list[Line]:
    """Break a text at spaces into lines of at most `columns` cells, the indent included; a long word is cut."""
    lines: list[Line] = []
    room = max(columns - cell_len(indent), 1)
    current = ""
    for word in visible(" ".join(text.split())).split(" "):
        longer = f"{current} {word}" if current else word
        if cell_len(longer) <= room:
            current = longer
            continue
        if current:
            lines.append(line(indent, (current, role)))
        *full, current = chop_cells(word, room)
        lines += [line(indent, (part, role)) for part in full]
    return [*lines, line(indent, (current, role))] if current else lines


def count_of(number: int, noun: str) -> str:
    """A number with its noun, which takes an s unless it is one."""
    return f"{number:,} {noun}{'' if number == 1 else 's'}"


def plain_text(lines: Iterable[Line]) -> str:
    """Give the lines as text, without their roles."""
    return "\n".join("".join(piece.text for piece in pieces).rstrip() for pieces in lines) + "\n"


def key_line(keys: tuple[tuple[str, str], ...], columns: int) -> Line:
    """Draw the footer: each key and what it does; where room is short the last but one goes first."""
    drawn = line(*(part for key, does in keys for part in ((key, "accent"), (f" {does}  ", "muted"))))
    drawn = _without_tail(drawn)
    return drawn if width(drawn) <= columns or len(keys) <= 1 else key_line((*keys[:-2], keys[-1]), columns)


def headed(title: str, about: str, columns: int) -> list[Line]:
    """Draw a heading and what its figures are; next to it where that fits, else below."""
    joined = line("   ", (title, "accent"), (f"  {about}" if about else "", "muted"))
    return [joined] if width(joined) <= columns else [joined[:2], *wrapped(about, columns, "   ", "muted")]


LABEL = 16
"""Cells of the labels at the left of rows."""


def labeled(label: str, rows: list[str], columns: int, role: str = "plain") -> list[Line]:
    """Draw rows of text with a label at the left of the first; each row wraps under itself."""
    lines: list[Line] = []
    for row in rows:
        for text in wrapped(row, columns - LABEL - 3, "", role):
            head = label if not lines else ""
            lines.append(line("   ", (f"{head:<{LABEL}}", "muted"), *text))
    return lines


def labeled_rows(rows: Iterable[tuple[str, str]], columns: int, role: str = "plain") -> list[Line]:
    """Draw rows of one text each, with their labels."""
    return [part for label, text in rows for part in labeled(label, [text], columns, role)]


class LastDrawn:
    """Lines that are drawn again only where something that they are drawn from is another than the last time."""

    def __init__(self, draw: Callable[..., list[Line]]) -> None:
        self._draw = draw
        self._drawn_from: tuple[object, ...] | None = None
        self._lines: list[Line] = []

    def lines(self, *drawn_from: object) -> list[Line]:
        """The lines drawn from these arguments."""
        if self._drawn_from != drawn_from:
            self._drawn_from, self._lines = drawn_from, self._draw(*drawn_from)
        return self._lines


MAX_LENGTH = 200


class TypedLine(NamedTuple):
    """The text, at most `longest` characters, and the place of the cursor in it, 0 before the first character."""

    text: str = ""
    cursor: int = 0
    longest: int = MAX_LENGTH

    def typed(self, text: str) -> TypedLine:
        """Insert printable text at the cursor; everything else in it is dropped."""
        clean = "".join(character for character in text if character.isprintable())
        clean = clean[: self.longest - len(self.text)]
        text = self.text[: self.cursor] + clean + self.text[self.cursor :]
        return self._replace(text=text, cursor=self.cursor + len(clean))

    def pressed(self, key: str) -> TypedLine | None:
        """Apply an editing key; None when the key is none, or an arrow that is at the end already."""
        return self._moved(key) or self._shortened(key)

    def _moved(self, key: str) -> TypedLine | None:
        last = len(self.text)
        places = {"left": self.cursor - 1, "right": self.cursor + 1, "home": 0, "end": last}
        place = places.get(key, -1)
        return self._replace(cursor=place) if 0 <= place <= last else None

    def _shortened(self, key: str) -> TypedLine | None:
        before, after = self.text[: self.cursor], self.text[self.cursor :]
        match key:
            case "backspace" | "ctrl+h":
                return self._replace(text=before[:-1] + after, cursor=max(self.cursor - 1, 0))
            case "delete":
                return self._replace(text=before + after[1:])
            case "ctrl+u":
                return self._replace(text=after, cursor=0)
            case "ctrl+k":
                return self._replace(text=before)
            case "ctrl+w":
                head = before.rstrip().rpartition(" ")
                return self._replace(text=head[0] + head[1] + after, cursor=len(head[0] + head[1]))
        return None
