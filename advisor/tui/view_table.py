"""The views of a verdict, in the order of their keys: adding one is adding a line."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from advisor.tui.views.verdict import verdict_lines

if TYPE_CHECKING:
    from collections.abc import Callable

    from advisor.assessment import Assessment
    from advisor.tui.spans import Line


class View(NamedTuple):
    """A view: its short title, and what draws it for an assessment and a width."""

    title: str
    draw: Callable[[Assessment, int], list[Line]]


VIEWS: tuple[View, ...] = (View("verdict", verdict_lines),)
