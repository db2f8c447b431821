"""The pipeline: answers become facts, facts meet costs, rules fire, gates decide, and an assessment says it all.

`assess` reads no clock, file, environment or network: the same arguments give the same assessment.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from advisor.analysis.analysis_results import NeverAsked, OpenQuestions
from advisor.analysis.firmness import firmness
from advisor.analysis.flips import find_flips
from advisor.analysis.open_questions import never_asked, open_questions_that_matter
from advisor.analysis.reevaluate import WhatIf
from advisor.assessment.build_verdict import options, verdict
from advisor.assessment.findings import candidates, decision_steps, duty_findings, fired_rules
from advisor.assessment.model import Agreement, Assessment, Outlook, RandomStream
from advisor.assessment.notes import contradictions, measures, notes, unknowns, workload_resolved
from advisor.assessment.projections import break_even_report, fleet_report, outlook, panel_figures
from advisor.assessment.provenance import dated_later, evidence, premises
from advisor.cost import draws as drawing
from advisor.cost.breakeven import break_even
from advisor.cost.routes import Pricing
from advisor.decision.compiled import compiled_knowledge
from advisor.decision.evaluate import Evaluation, evaluate
from advisor.decision.gates import conflicts
from advisor.decision.license_reports import license_reports
from advisor.interview import answers as answers_file
from advisor.interview.answers import Answers
from advisor.interview.reducer import shown_keys
from advisor.knowledge.pack import Knowledge
from advisor.published.apply import apply_panel

SEED = 1
DRAWS = 10_000


def read_answers(data: bytes, file: str, knowledge: Knowledge) -> Answers:
    """Read the bytes of an answers file; `file` is its name in errors.

    Raises BadInput, one sentence that names the file, the key and what is allowed.
    """
    return answers_file.read_answers(data, file, answers_file.vocabulary(knowledge))


def assess(
    answers: Answers,
    knowledge: Knowledge,
    as_of: date,
    seed: int = SEED,
    draws: int = DRAWS,
    *,
    flips: bool = True,
    further: bool = True,
) -> Assessment:
    """Assess one workload by the knowledge of one day; raises EnginesDisagree rather than advise on doubtful findings.

    `flips` looks for answers that would change the verdict and for open questions that still could, which takes many
    times as long as the verdict; without it no verdict is called firm, since nobody looked at what could change it;
    `further` looks at months ahead, other break-evens, hybrid's split and curves, which takes about as long.
    """
    at = compiled_knowledge(knowledge, as_of)
    evaluation = evaluate(answers, at, seed, draws)
    what_if = WhatIf(at, seed)
    found = find_flips(answers, at, seed, draws, evaluation.choice.option, what_if) if flips else ()
    clashes = contradictions(evaluation)
    firm = firmness(evaluation, at, seed, draws, contradicted=bool(clashes), look=flips, what_if=what_if)
    matter = open_questions_that_matter(answers, at, seed, draws).questions if flips else OpenQuestions()
    telling = {*shown_keys(matter.keys, knowledge.questions, answers), *(flip.key for flip in found)}
    measured = measures(evaluation, seed, draws)
    moving = [each.key for each in measured]
    licenses = license_reports(candidates(evaluation), evaluation.findings.postures, knowledge)
    closer = _closer(evaluation, seed, min(draws, round(at.parameters.number("break_even.draws"))))
    panel = apply_panel(evaluation.findings.facts, panel_figures(evaluation), knowledge, at.parameters, at.panel)
    used = premises(evaluation, knowledge, at)
    outcomes = (evaluation.findings.licenses, evaluation.findings.gates)
    return Assessment(
        as_of=as_of,
        workload=answers.text("workload.name") or "unnamed",
        verdict=verdict(evaluation, licenses, firm, clashes, knowledge),
        options=options(evaluation),
        fleet=fleet_report(evaluation),
        break_even=break_even_report(evaluation, break_even(closer)),
        findings=(
            *fired_rules(evaluation, knowledge),
            *duty_findings(evaluation, knowledge),
            *decision_steps(evaluation),
        ),
        licenses=licenses,
        checklists=panel.checklists,
        methods=panel.methods,
        method_break_evens=panel.break_evens,
        flips=found,
        unknowns=unknowns(evaluation, knowledge, telling),
        measure_next=measured,
        engines=Agreement(
            durable_rules=sum(outcome.durable_rules for outcome in outcomes),
            reference=sum(outcome.reference for outcome in outcomes),
            agree=all(outcome.agree for outcome in outcomes),
        ),
        pins=knowledge.pins,
        random=RandomStream(drawing.BIT_GENERATOR, seed, draws, drawing.stream_digest(seed, draws)),
        questionnaire=answers.questionnaire,
        tier=evaluation.findings.tier,
        notes=(*notes(evaluation), *dated_later(used, at.parameters), *(pack.note for pack in knowledge.packs)),
        conflicts=tuple(
            tuple(rule.id for rule in each)
            for each in conflicts(evaluation.findings.fired, evaluation.findings.workload)
        ),
        facts=evaluation.findings.facts,
        outlook=outlook(evaluation, closer) if further else Outlook(),
        evidence=evidence(evaluation, knowledge),
        open_questions=matter,
        never_asked=never_asked(answers, at, seed, draws, moving, matter) if flips else NeverAsked(),
        premises=used,
        program=knowledge.program,
        contradictions=clashes,
        workload_resolved=workload_resolved(evaluation),
    )


@dataclass(frozen=True, slots=True)
class Inputs:
    """Everything an assessment depends on, and the name of the file that says it."""

    file: str
    answers: Answers
    knowledge: Knowledge
    as_of: date
    seed: int = SEED
    draws: int = DRAWS

    def assess(self, *, flips: bool = True, further: bool = True) -> Assessment:
        """Assess them, as `assess` does."""
        return assess(self.answers, self.knowledge, self.as_of, self.seed, self.draws, flips=flips, further=further)


def _closer(evaluation: Evaluation, seed: int, count: int) -> Pricing:
    """What is looked at more closely than a verdict needs, at more than one volume: on the first of its draws."""
    return Pricing(evaluation.scenario, drawing.draws(evaluation.scenario.ranges, seed, count))


def questions_left(answers: Answers, knowledge: Knowledge, as_of: date, moving: Sequence[str] = ()) -> NeverAsked:
    """What was never asked, what matters most first; `moving` are the inputs that move the costs, largest first."""
    return never_asked(answers, compiled_knowledge(knowledge, as_of), SEED, DRAWS, moving)
