"""Does a verdict called firm keep its route when the answers that were withheld arrive?

    python -m benchmarks.confidence.firm_survival [--write] [TRIALS]

Every example is completed at random: each question it leaves open gets a plausible answer. A random half of all answers
is then withheld, the rest assessed, and the route compared with that of the complete answers. `--write` stores the
table in docs/confidence.md.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from random import Random

from advisor.analysis.alternatives import random_answer
from advisor.analysis.firmness import derived_amounts, firmness, open_ones
from advisor.analysis.reevaluate import WhatIf
from advisor.api import SEED
from advisor.assessment.notes import contradictions
from advisor.decision.compiled import CompiledKnowledge, compiled_knowledge
from advisor.decision.evaluate import evaluate
from advisor.interview.answers import Answers, read_answers, vocabulary
from advisor.interview.defaults import CompletedAnswers
from advisor.knowledge.load_pack import load_knowledge
from advisor.knowledge.pack import Knowledge
from advisor.workload.resolve import contradictions as volume_contradictions

DAY = date(2026, 11, 29)
DRAWS = 1000
TRIALS = 20
WITHHELD = 0.5
KEPT_AT_LEAST = 0.90
STATUSES = ("none", "conditional", "near-tie", "provisional", "firm")
ROOT = Path(__file__).parents[2]
PAGE = ROOT / "docs" / "confidence.md"
BEGIN, END = "<!-- survival -->", "<!-- end of survival -->"
_NAMES = ("workload.name", "economics.currency_rate")


@dataclass(frozen=True, slots=True)
class Trial:
    """One workload with half of its answers withheld: what was said of it, and whether the route stayed."""

    workload: str
    status: str
    option: str
    then: str

    @property
    def kept(self) -> bool:
        """Whether the route is the same once the rest has arrived."""
        return self.option == self.then


def trials(knowledge: Knowledge, count: int) -> Iterator[Trial]:
    """`count` random completions of every example, each with another half withheld."""
    at = compiled_knowledge(knowledge, DAY)
    for path in sorted((ROOT / "examples").glob("*.toml")):
        answers = read_answers(path.read_bytes(), path.name, vocabulary(knowledge))
        for number in range(count):
            yield trial(path.stem, answers, at, Random(f"{path.stem} {number}"))


def trial(name: str, answers: Answers, at: CompiledKnowledge, random: Random) -> Trial:
    """Complete, withhold, assess, and compare."""
    full = completed(answers, at, random)
    some = full
    for key in full.values:
        if key not in _NAMES and random.random() < WITHHELD:
            some = some.drop(key)
    evaluation = evaluate(some, at, SEED, DRAWS)
    firm = firmness(evaluation, at, SEED, DRAWS, contradicted=bool(contradictions(evaluation)))
    return Trial(name, firm.status, evaluation.choice.option, WhatIf(at, SEED).option(full, DRAWS))


def completed(answers: Answers, at: CompiledKnowledge, random: Random) -> Answers:
    """The answers with a plausible one to every question still asked, but for one that would contradict the others."""
    derived = derived_amounts(evaluate(answers, at, SEED, 100))
    for question in open_ones(answers, at):
        if question in open_ones(answers, at):
            value = random_answer(random, question, answers, at, derived)
            more = answers if value is None else answers.put(question.key, value)
            known = CompletedAnswers(more, at.parameters, at.knowledge.questions)
            answers = answers if volume_contradictions(known) else more
    return answers


def table(found: list[Trial]) -> tuple[str, bool]:
    """Markdown rows by status, and whether firm verdicts fall short."""
    lines = ["| status | verdicts | kept their route |", "|---|---|---|"]
    short = False
    for status in STATUSES:
        some = [each for each in found if each.status == status]
        if some:
            kept = sum(each.kept for each in some) / len(some)
            short |= status == "firm" and kept < KEPT_AT_LEAST
            lines.append(f"| {status} | {len(some)} | {kept:.0%} |")
    return "\n".join(lines), short


def main() -> None:
    counts = [int(each) for each in sys.argv[1:] if each.isdigit()]
    text, short = table(list(trials(load_knowledge(), counts[0] if counts else TRIALS)))
    print(text)
    if "--write" in sys.argv:
        head, _, rest = PAGE.read_text(encoding="utf-8").partition(BEGIN)
        _, _, tail = rest.partition(END)
        PAGE.write_text(f"{head}{BEGIN}\n{text}\n{END}{tail}", encoding="utf-8")
    if short:
        print(f"fewer than {KEPT_AT_LEAST:.0%} of the verdicts called firm keep their route")
        raise SystemExit(1)


if __name__ == "__main__":
    main()
