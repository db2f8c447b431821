"""What stands against each route that was not chosen, and which one answer would choose it."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from advisor.interview.answer_format import dollar_span, dollars
from advisor.tui.verdict.views.entry import Entry
from advisor.tui.verdict.views.reasons import matched_words
from advisor.tui.widgets.styled_text import BLANK, Line, line, spread, wrapped

if TYPE_CHECKING:
    from collections.abc import Iterator

    from advisor.assessment.model import Assessment, FiredRule, Option


def why_not_entries(assessment: Assessment) -> list[Entry]:
    """One entry a route that was not chosen."""
    others = [option for option in assessment.options if option.state != "chosen"]
    return [Entry(option.option, _side(option), partial(_against, assessment, option)) for option in others]


def _side(option: Option) -> str:
    price = f"{dollars(option.monthly_usd.p50)} a month" if option.priced else "no price"
    return f"{price} · excluded" if option.state == "excluded" else price


def _against(assessment: Assessment, option: Option, columns: int) -> list[Line]:
    head = spread(line("   ", (option.option, "strong")), line((option.state, "muted")), columns)
    blocks = (
        _rules(assessment, option, columns),
        _price(assessment, option, columns),
        _turns(assessment, option, columns),
    )
    lines = [head]
    for block in blocks:
        lines += [BLANK, *block] if block else []
    return lines


def _rules(assessment: Assessment, option: Option, columns: int) -> list[Line]:
    """Each rule that excludes the route: its reason, what it saw, and on whose word."""
    lines: list[Line] = []
    for rule in _excluding(assessment, option):
        lines += wrapped(rule.because, columns, "     ")
        lines += wrapped("; ".join(matched_words(rule.matched)), columns, "       ", "muted")
        lines += wrapped(f"{rule.rule} · {rule.grade}: {', '.join(rule.sources)}", columns, "       ", "muted")
    if option.state == "excluded" and not lines:
        lines += wrapped(f"excluded by {', '.join(option.excluded_by) or 'no rule on record'}", columns, "     ")
    return lines


def _excluding(assessment: Assessment, option: Option) -> Iterator[FiredRule]:
    for rule in assessment.findings:
        if rule.rule in option.excluded_by and rule.option in ("", option.option):
            yield rule


def _price(assessment: Assessment, option: Option, columns: int) -> list[Line]:
    """What the route would cost, beside the chosen one."""
    cost, chosen = option.monthly_usd, assessment.option(assessment.verdict.option)
    if not option.priced:
        return wrapped("No provider that may be used has a price for it.", columns, "     ")
    own = f"{dollars(cost.p50)} a month at the median, {dollar_span(cost.p10, cost.p90)} from p10 to p90"
    lines = wrapped(own, columns, "     ")
    if chosen is not None and chosen.priced:
        more = cost.p50 - chosen.monthly_usd.p50
        lines += wrapped(
            f"{dollars(abs(more))} {'more' if more >= 0 else 'less'} than {chosen.option}", columns, "     "
        )
    if option.state == "viable":
        share = f"the cheapest in {option.probability_cheapest:.0%} of the draws"
        lines += wrapped(share, columns, "     ")
    return [*lines, *wrapped(option.priced, columns, "     ", "muted")]


def _turns(assessment: Assessment, option: Option, columns: int) -> list[Line]:
    """The answers any one of which would choose this route."""
    flips = [flip for flip in assessment.flips if flip.verdict == option.option]
    lines = [line("     ", ("One of these answers would choose it:", "muted"))] if flips else []
    told = (f"{flip.key}: {' → '.join(flip.spoken)}" for flip in flips)
    return [*lines, *(part for words in told for part in wrapped(words, columns, "       "))]
