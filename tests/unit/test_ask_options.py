"""What is read of `advisor ask` without click is what click would have read."""

from __future__ import annotations

import click
import pytest

from advisor.cli.ask import command
from advisor.cli.fast_path import FLAGS, TEXTS, options_of_ask

WRITTEN = [
    [],
    ["--resume"],
    ["--plain", "--no-mouse"],
    ["--what-matters", "--records", "somewhere"],
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
    ["--rules", "pack"],
    ["--resum"],
    ["--plain=yes"],
    ["records", "list"],
    ["ask", "ask"],
    ["--"],
]


@pytest.mark.parametrize("arguments", WRITTEN, ids=" ".join)
@pytest.mark.parametrize("before", [[], ["ask"]], ids=["bare", "ask"])
def test_plain_options_mean_what_click_says(arguments: list[str], before: list[str]) -> None:
    with command.make_context("ask", list(arguments)) as context:
        by_click = dict(context.params)
    by_click["mouse"] = not by_click.pop("no_mouse")
    by_click["by_what_matters"] = by_click.pop("what_matters")
    packs = by_click.pop("packs")
    plainly = options_of_ask([*before, *arguments])
    usual = {"questionnaire": "", "plain": False, "resume": False, "records": "", "mouse": True}
    usual |= {"by_what_matters": False}
    assert plainly is not None
    assert {**usual, **plainly} == by_click
    assert packs == ()


@pytest.mark.parametrize("arguments", LEFT_TO_CLICK, ids=" ".join)
def test_all_else_is_left_to_click(arguments: list[str]) -> None:
    assert options_of_ask(arguments) is None


def test_every_option_is_read_or_knowingly_left() -> None:
    declared = {name for option in command.params if isinstance(option, click.Option) for name in option.opts}
    assert declared == {*FLAGS, *TEXTS, "--rules"}
