"""One line of text being typed: a pure value, so that every key is easy to test."""

from __future__ import annotations

from dataclasses import dataclass, replace

MAX_LENGTH = 200


@dataclass(frozen=True, slots=True)
class Line:
    """The text and the place of the cursor in it, 0 before the first character."""

    text: str = ""
    cursor: int = 0

    def typed(self, text: str) -> Line:
        """Insert printable text at the cursor; everything else in it is dropped."""
        clean = "".join(character for character in text if character.isprintable())
        clean = clean[: MAX_LENGTH - len(self.text)]
        return Line(self.text[: self.cursor] + clean + self.text[self.cursor :], self.cursor + len(clean))

    def pressed(self, key: str) -> Line | None:
        """Apply an editing key; None when the key is none, or an arrow that is at the end already."""
        return self._moved(key) or self._shortened(key)

    def _moved(self, key: str) -> Line | None:
        last = len(self.text)
        places = {"left": self.cursor - 1, "right": self.cursor + 1, "home": 0, "end": last}
        place = places.get(key, -1)
        return replace(self, cursor=place) if 0 <= place <= last else None

    def _shortened(self, key: str) -> Line | None:
        before, after = self.text[: self.cursor], self.text[self.cursor :]
        match key:
            case "backspace" | "ctrl+h":
                return Line(before[:-1] + after, max(self.cursor - 1, 0))
            case "delete":
                return Line(before + after[1:], self.cursor)
            case "ctrl+u":
                return Line(after, 0)
            case "ctrl+k":
                return Line(before, self.cursor)
            case "ctrl+w":
                head = before.rstrip().rpartition(" ")
                return Line(head[0] + head[1] + after, len(head[0] + head[1]))
        return None
