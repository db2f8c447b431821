"""The table of the economics cases: what was advised before offers were enumerated, and what is advised now.

Run `python -m benchmarks.cost.economics_cases [--write]`: prints the table, or writes docs/economics-cases.md.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

from advisor.api import assess
from advisor.cost.draws import median
from advisor.cost.offers import Offer, PricedOffer
from advisor.decision.compiled import compiled_knowledge
from advisor.decision.evaluate import Evaluation, evaluate
from advisor.interview.answers import Answers, read_answers, vocabulary
from advisor.knowledge.load_pack import load_knowledge

ROOT = Path(__file__).parents[2]
CASES = ROOT / "tests" / "data" / "economics"
PAGE = ROOT / "docs" / "economics-cases.md"
DAY = date(2026, 11, 28)
DRAWS = 2000
HEAD = """# Economics cases

Forty-nine realistic workloads, from one developer's machine to fifty billion tokens a month, with what was advised
before offers were enumerated and what is advised now. Written by `python -m benchmarks.cost.economics_cases --write`
on the knowledge of {day}, without looking for answers that would change a verdict: what would be `firm` therefore
reads `provisional`. Dollars a month at P50, for the chosen route.

| case | before | offer before | $ before | now | status now | offer now | $ now | next best | why |
|---|---|---|---|---|---|---|---|---|---|
"""


def main() -> int:
    """Print or write the table."""
    text = HEAD.format(day=DAY) + "".join(f"| {' | '.join(row)} |\n" for row in rows())
    if "--write" in sys.argv[1:]:
        PAGE.write_text(text, encoding="utf-8")
    else:
        print(text)
    return 0


def rows() -> Iterator[tuple[str, ...]]:
    """One row a case."""
    knowledge = load_knowledge()
    before: dict[str, Any] = json.loads((CASES / "before.json").read_text(encoding="utf-8"))
    at = compiled_knowledge(knowledge, DAY)
    for path in sorted(CASES.glob("*.toml")):
        answers: Answers = read_answers(path.read_bytes(), path.name, vocabulary(knowledge))
        evaluation = evaluate(answers, at, 1, DRAWS)
        verdict = assess(answers, knowledge, DAY, 1, DRAWS, flips=False, further=False).verdict
        old = before[path.stem]
        yield (
            path.stem, f"{old['route']} ({old['status']})", old["offer"], f"{old['monthly_usd']:,.0f}",
            verdict.option, verdict.status, _offer(evaluation, verdict.option), _price(evaluation, verdict.option),
            _next(evaluation, verdict.option), _why(verdict.summary, verdict.conditions),
        )  # fmt: skip


def _price(evaluation: Evaluation, route: str) -> str:
    cost = evaluation.costs.totals.get(route)
    return "–" if cost is None else f"{median(cost):,.0f}"


def _offer(evaluation: Evaluation, route: str) -> str:
    found = evaluation.costs.offers.get(route)
    bought = None if found is None else found.bought
    return "–" if bought is None else _named(bought.offer)


def _named(offer: Offer) -> str:
    if offer.frontier is not None:
        return f"{_named(replace(offer, frontier=None))} + {_named(offer.frontier)}"
    if offer.gpus:
        return f"{offer.model}, {offer.gpus} × {offer.gpu} ({offer.layout}, {offer.precision}, {offer.acquisition})"
    where = f" in {offer.region}" if offer.region else ""
    return f"{offer.model} at {offer.provider}{where}"


def _next(evaluation: Evaluation, route: str) -> str:
    """The cheapest other standing route, else the chosen route's own runner-up."""
    totals = evaluation.costs.totals
    others = [each for each in evaluation.findings.standing.after_can if each != route and each in totals]
    if others:
        best = min(others, key=lambda each: median(totals[each]))
        return f"{best} {median(totals[best]):,.0f}"
    found = evaluation.costs.offers.get(route)
    runners: tuple[PricedOffer, ...] = () if found is None else found.feasible[1:2]
    return f"{_named(runners[0].offer)} {runners[0].p50:,.0f}" if runners else "–"


def _why(summary: str, conditions: tuple[str, ...]) -> str:
    return "; ".join([*conditions[:1], summary]).replace("|", "/").replace("\n", " ")


if __name__ == "__main__":
    sys.exit(main())
