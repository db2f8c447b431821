"""The layout of text: visible characters, wrapping, labeled rows, tables, ASCII only. Imports nothing heavy."""

from __future__ import annotations

import io
import re
import textwrap
import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from itertools import zip_longest

WIDTH = 80
LABEL = 14
_GAP = 2
"""Columns between two columns of text."""
INVISIBLE = ("Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp")
"""Unicode categories of what a terminal acts on instead of showing it, and of what nobody can see."""
_SPACES = " \u00a0"
_BLANK = re.compile("[\u034f\u115f\u1160\u17b4\u17b5\u180b-\u180f\u2800\u3164\ufe00-\ufe0f\uffa0\U000e0100-\U000e01ef]")
"""Letters and marks that leave a cell empty or no cell at all, though Unicode counts them as printable."""
_LABELED = re.compile(r" *\S+(?: \S+)* {2,}")
"""A label at the left, and the gap between it and its text."""
_LINE = re.compile(r"[^\n\t]+")
_SHOWN = 40
"""Columns of a line that is shown and overwritten."""
_OWN = re.compile(r"\x1b\[[01]m|\A\r\x1b\[\?25l|\A\x1b\[\?25h")
"""What the program itself sends to a terminal: bold, and the cursor hidden while a progress bar is drawn."""


def is_invisible(letter: str) -> bool:
    """Whether a character could not be seen, or would steer a terminal."""
    if letter.isprintable():
        return _BLANK.match(letter) is not None
    kind = unicodedata.category(letter)
    return kind in INVISIBLE or (kind == "Zs" and letter not in _SPACES)


def visible(text: str) -> str:
    """Spell every invisible character as its code point, `<U+001B>`, so that it is shown and never sent."""
    if text.isprintable() and _BLANK.search(text) is None:
        return text
    return "".join(f"<U+{ord(letter):04X}>" if is_invisible(letter) else letter for letter in text)


def visible_lines(text: str) -> str:
    """Spell every invisible character but line ends and tabs: for texts of several lines."""
    if text.isprintable() and _BLANK.search(text) is None:
        return text
    return _LINE.sub(lambda found: visible(found[0]), text)


def visible_output(text: str) -> str:
    """Spell what is written to a terminal or a pipe: line ends, tabs and the program's own bold stay."""
    if "\x1b" not in text:
        return visible_lines(text)
    own = _OWN.findall(text)
    parts = [visible_lines(part) for part in _OWN.split(text)]
    return "".join(part + code for part, code in zip(parts, [*own, ""], strict=True))


def capitalized(text: str) -> str:
    """Begin a sentence with a capital; the M of 4M stays, which `str.capitalize` would lower."""
    return f"{text[:1].upper()}{text[1:]}"


def wrap(text: str, width: int = WIDTH, *, lead: str = "", hanging: str | None = None) -> list[str]:
    """Break a text at spaces into rows of at most `width` columns, never within a word.

    `lead` stands before the first row and `hanging` before the others; left out, the others are indented as the
    first is.
    """
    indent = " " * (len(text) - len(text.lstrip(" "))) if hanging is None else hanging
    return textwrap.wrap(
        visible(text), max(width, LABEL), initial_indent=lead, subsequent_indent=indent, break_on_hyphens=False
    )


def labeled(label: str, rows: Iterable[str]) -> list[str]:
    """Rows of text with a label at the left of the first; each wraps under itself."""
    lines: list[str] = []
    for row in rows:
        for part in wrap(row, WIDTH - LABEL):
            lines.append(f"{'' if lines else label:<{LABEL}}{part}")
    return lines


def side_by_side(rows: Iterable[Sequence[str]], width: int = WIDTH, *, indent: int = 2) -> list[str]:
    """Columns of text, each wrapped under itself: the first as wide as it needs but for a fair share of the others.

    Of two columns the first takes at most three fifths of the width, of three at most two fifths.
    """
    listed = [[visible(cell) for cell in row] for row in rows]
    if not listed:
        return []
    count = len(listed[0])
    room = max(width - indent - _GAP * (count - 1), count * LABEL)
    first = min(max(len(row[0]) for row in listed), room * 3 // 5 if count == 2 else room * 2 // 5)
    others = (room - first) // max(count - 1, 1)
    widths = [first, *[others] * (count - 1)]
    lines: list[str] = []
    for row in listed:
        cells = (wrap(cell, one) for cell, one in zip(row, widths, strict=True))
        for parts in zip_longest(*cells, fillvalue=""):
            line = (" " * _GAP).join(f"{part:<{one}}" for part, one in zip(parts, widths, strict=True))
            lines.append(f"{'':{indent}}{line}".rstrip())
    return lines


def spread(left: str, right: str, width: int = WIDTH) -> str:
    """One text at the left edge and one at the right, at least two columns apart."""
    return f"{left}{right:>{max(width - len(left), len(right) + 2)}}"


def cut(text: str, width: int) -> str:
    """A text of at most `width` columns; what does not fit is lost to an ellipsis."""
    return text if len(text) <= width else f"{text[: width - 1].rstrip()}…"


def table_of(heads: Sequence[str], rows: Sequence[Sequence[str]], *, right: Sequence[str] = ()) -> str:
    """Columns as wide as their widest cell; numbers, and the columns headed as in `right`, are aligned right."""
    widths = [max(len(row[place]) for row in (heads, *rows)) for place in range(len(heads))]
    lines = (
        "  ".join(
            f"{cell:>{width}}" if head in right or _is_number(cell) else f"{cell:<{width}}"
            for cell, width, head in zip(row, widths, heads, strict=True)
        )
        for row in (heads, *rows)
    )
    return "\n".join(visible(line.rstrip()) for line in lines)


def fitted_table(
    heads: Sequence[str], rows: Sequence[Sequence[str]], width: int = WIDTH, *, right: Sequence[str] = ()
) -> str:
    """A table of at most `width` columns: the last columns that do not fit stand on a second row, indented.

    Nothing is cut, so that every figure and every id can be read and typed; a second row wraps at spaces.
    """
    kept = len(heads)
    widths = [max(len(row[place]) for row in (heads, *rows)) for place in range(kept)]
    while kept > 1 and sum(widths[:kept]) + _GAP * (kept - 1) > width:
        kept -= 1
    if kept == len(heads):
        return table_of(heads, rows, right=right)
    firsts = table_of(heads[:kept], [row[:kept] for row in rows], right=right).split("\n")
    lines: list[str] = []
    for first, row in zip(firsts, (heads, *rows), strict=True):
        lines.append(first)
        rest = (" " * _GAP).join(cell for cell in row[kept:] if cell)
        lines += wrap(rest, width, lead="    ", hanging="    ")
    return "\n".join(lines)


def wrapped_rows(rows: Iterable[str], width: int = WIDTH) -> list[str]:
    """Rows of at most `width` columns: what does not fit goes on below, four columns further in than its row."""
    return [
        part for row in rows for part in wrap(row, width, hanging=" " * (len(row) - len(row.lstrip(" ")) + 4)) or [""]
    ]


def narrowed(lines: Iterable[str], width: int) -> Iterator[str]:
    """Lines of at most `width` columns: a longer one goes on below its text, where a label of its own stands before it.

    For terminals narrower than a text was laid out for; words longer than the width stay whole.
    """
    for line in lines:
        if len(_OWN.sub("", line)) <= width:
            yield line
            continue
        label = _LABELED.match(line)
        indent = label.end() if label is not None and label.end() <= width // 2 else len(line) - len(line.lstrip(" "))
        yield from textwrap.wrap(line, width, subsequent_indent=" " * indent, break_on_hyphens=False) or [line]


def _is_number(cell: str) -> bool:
    return cell == "–" or cell.replace(".", "").replace(",", "").lstrip("$-").isdigit()


# Text that a terminal can show: control characters spelled out, and everything in ASCII. Imports nothing heavy.


_SPELLED = str.maketrans({
    "–": "-", "—": "-", "−": "-", "≈": "~", "×": "x", "•": "*", "…": "~", "·": "-", "›": ">", "▌": ">", "▪": "#",
    "▫": ".", "─": "-", "━": "=", "│": "|", "┤": "+", "┬": "+", "└": "+", "→": ">", "↑": "^", "↓": "v", "▲": "^",
    "▼": "v", "▔": "-", "▊": "|", "▇": "#", "▆": "#", "▅": "#", "▄": "#", "🔎": "> ",
    "█": "#", "▒": "%", "░": ":", "▏": "|", "▎": "|", "’": "'", "‘": "'", "“": '"', "”": '"', "±": "~", "≤": "<",
    "≥": ">", "✓": "v", "✗": "x", "▶": ">", "é": "e", "§": "S", "°": "o", "½": "h", "€": "E", "▁": "_", "├": "+",
    "┴": "+", "÷": "/",
})  # fmt: skip
_BRAILLE_ROWS = ((0x09, 3), (0x12, 2), (0x24, 1), (0xC0, 0))
"""Dots of a braille cell by row, counted from the lowest."""


def _braille(mask: int) -> str:
    """A cell of a dotted line by the height of its dots; a bar where they reach from end to end."""
    rows = [row for dots, row in _BRAILLE_ROWS if mask & dots]
    if not rows:
        return " "
    middle = (rows[0] + rows[-1]) / 2
    return "|" if len(rows) > 2 else "'" if middle > 2 else "-" if middle >= 1 else "."


_SPELLED |= {0x2800 + mask: _braille(mask) for mask in range(256)}


_CUT_WORD = re.compile("[ -~][0-9A-Za-z.,;:?!)%]…")
_WITH_NEIGHBORS = (
    ("…/", "*/"), ("  …", "..."), (" …  ", "... "), (" …", ".."),
    ("  →", " ->"), ("→ ", "->"), (" →", "->"), ("± ", "+-"), (" ±", "+-"),
)  # fmt: skip
"""Signs that one cell of ASCII would make ambiguous, with the space beside them; the first that fits is taken.

"…/" begins a shortened path: "~/" and "../" would name a folder.
"""


def spell_with_neighbors(text: str) -> str:
    """Spell "…", "→" and "±" in two or three letters where a space or a cut word beside them has room for these.

    The text keeps its length. A word that ends in "…" was cut: it loses two letters more.
    """
    text = _CUT_WORD.sub("...", text)
    for sign, spelled in _WITH_NEIGHBORS:
        text = text.replace(sign, spelled)
    return text


def ascii_text(text: str) -> str:
    """Spell a text in ASCII, cell for cell."""
    if text.isascii():
        return text
    spelled = spell_with_neighbors(text).translate(_SPELLED)
    if spelled.isascii():
        return spelled
    from rich.cells import cell_len  # only here, for letters of other scripts

    return "".join(letter if letter.isascii() else "?" * cell_len(letter) for letter in spelled)


class VisibleStream(io.TextIOWrapper):
    """Standard output and standard error of every command: nothing that steers a terminal passes, whatever holds it."""

    def write(self, text: str, /) -> int:
        """Write a text, invisible characters spelled; returns the length of what was given."""
        super().write(visible_output(text))
        return len(text)

    def overwrite(self, text: str) -> None:
        """Show a text in place of the terminal's current line; an empty one clears what was shown so."""
        super().write(f"\r{visible(text):<{_SHOWN}}\r")
        self.flush()


class AsciiStream(VisibleStream):
    """Writes what it is given in ASCII; it keeps a UTF-8 encoding, for click replaces streams that have none."""

    def write(self, text: str, /) -> int:
        """Write a text, spelled; returns the length of what was given."""
        super().write(ascii_text(visible_output(text)))
        return len(text)
