"""What is read of `advisor ask` without click is what click would have read, in any order."""

from __future__ import annotations

from itertools import permutations
from typing import Any

import click
import pytest

from advisor.cli.ask import command
from advisor.cli.framework.options import ASK, INTERFACE_OPTIONS, OPTIONS, options_of_ask

WRITTEN = [
    [],
    ["--resume"],
    ["--plain", "--no-mouse"],
    ["--what-matters", "--records", "somewhere"],
    ["--what-matters", "--rules", "pack"],
    ["--rules", "pack", "--what-matters", "--rules=other"],
    ["--questionnaire", "quick"],
    ["--questionnaire=quick", "--records", "some/where"],
    ["--records=a=b", "--records", "c", "--resume", "--resume"],
]
LEFT_TO_CLICK = [
    ["--help"],
    ["-h"],
    ["--questionnaire"],
    ["--questionnaire="],
    ["--records", "--plain"],
    ["--rules", "--plain"],
    ["--resum"],
    ["--plain=yes"],
    ["records", "list"],
    ["ask", "ask"],
    ["ask", "answers.toml"],
    ["--"],
]
USUAL = {
    option.parameter: () if option.several else not option.value if option.kind == "flag" else option.default
    for option in ASK
} | {"given": ""}
"""What click reads of an empty line; `given` is the answers file or record, which the quick way leaves to click."""


def by_click(arguments: list[str]) -> dict[str, Any]:
    with command.make_context("ask", list(arguments)) as context:
        return dict(context.params)


@pytest.mark.parametrize("arguments", WRITTEN, ids=" ".join)
@pytest.mark.parametrize("before", [[], ["ask"]], ids=["bare", "ask"])
def test_plain_options_mean_what_click_says(arguments: list[str], before: list[str]) -> None:
    plainly = options_of_ask([*before, *arguments])
    assert plainly is not None
    assert {**USUAL, **plainly} == by_click(arguments)


def test_the_order_of_options_does_not_matter() -> None:
    groups = [["--what-matters"], ["--rules", "pack"], ["--no-mouse"], ["--records", "here"]]
    orders = [[word for group in order for word in group] for order in permutations(groups)]
    read = [options_of_ask(order) for order in orders]
    assert all(one == read[0] for one in read)
    assert all(by_click(order) == {**USUAL, **(read[0] or {})} for order in orders)


@pytest.mark.parametrize("arguments", LEFT_TO_CLICK, ids=" ".join)
def test_all_else_is_left_to_click(arguments: list[str]) -> None:
    assert options_of_ask(arguments) is None


def test_every_option_is_read_without_click_and_without_a_command() -> None:
    declared = {name for option in command.params if isinstance(option, click.Option) for name in option.opts}
    assert declared == set(OPTIONS) == set(INTERFACE_OPTIONS)
