"""One line of text being typed: a pure value, so that every key is easy to test."""

from __future__ import annotations

from typing import NamedTuple

MAX_LENGTH = 200


class Line(NamedTuple):
    """The text, at most `longest` characters, and the place of the cursor in it, 0 before the first character."""

    text: str = ""
    cursor: int = 0
    longest: int = MAX_LENGTH

    def typed(self, text: str) -> Line:
        """Insert printable text at the cursor; everything else in it is dropped."""
        clean = "".join(character for character in text if character.isprintable())
        clean = clean[: self.longest - len(self.text)]
        text = self.text[: self.cursor] + clean + self.text[self.cursor :]
        return self._replace(text=text, cursor=self.cursor + len(clean))

    def pressed(self, key: str) -> Line | None:
        """Apply an editing key; None when the key is none, or an arrow that is at the end already."""
        return self._moved(key) or self._shortened(key)

    def _moved(self, key: str) -> Line | None:
        last = len(self.text)
        places = {"left": self.cursor - 1, "right": self.cursor + 1, "home": 0, "end": last}
        place = places.get(key, -1)
        return self._replace(cursor=place) if 0 <= place <= last else None

    def _shortened(self, key: str) -> Line | None:
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
