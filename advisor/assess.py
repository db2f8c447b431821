"""The pipeline: answers become facts, facts meet costs, rules fire, gates decide, and an assessment says it all.

`assess` reads no clock, file, environment or network: the same arguments give the same assessment.
"""

from __future__ import annotations

from datetime import date

from advisor.assessment import Agreement, Assessment, RandomStream
from advisor.cost import draws as drawing
from advisor.cost.breakeven import break_even
from advisor.cost.routes import Pricing
from advisor.foundation import NeverAsked, OpenQuestions
from advisor.interview.answers import Answers
from advisor.judging.bench import bench
from advisor.judging.judge import Judged, judge
from advisor.judging.licensing import license_reports
from advisor.knowledge.pack import Knowledge
from advisor.outline.evidence import evidence
from advisor.outline.findings import candidates, fired_rules
from advisor.outline.fleet import break_even_report, fleet_report
from advisor.outline.notes import notes
from advisor.outline.options import options
from advisor.outline.outlook import outlook
from advisor.outline.pack_notes import pack_notes
from advisor.outline.published import panel_figures
from advisor.outline.unknowns import measures, unknowns
from advisor.outline.verdict import verdict
from advisor.panel.apply import apply_panel
from advisor.projection import Outlook
from advisor.reasoning.asking import never_asked
from advisor.reasoning.conflicts import conflicts
from advisor.reasoning.flips import find_flips
from advisor.reasoning.matters import open_questions_that_matter

SEED = 1
DRAWS = 10_000


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
    times as long as the verdict;
    `further` looks at months ahead, other break-evens, hybrid's split and curves, which takes about as long.
    """
    at = bench(knowledge, as_of)
    judged = judge(answers, at, seed, draws)
    found = find_flips(answers, at, seed, draws, judged.choice.option) if flips else ()
    still = open_questions_that_matter(answers, at, seed, draws) if flips else None
    matter = OpenQuestions() if still is None else OpenQuestions(still.decided, still.keys, still.why)
    measured = measures(judged, seed, draws)
    moving = [each.key for each in measured]
    licenses = license_reports(candidates(judged), judged.findings.postures, knowledge)
    closer = _closer(judged, seed, min(draws, round(at.parameters.number("break_even.draws"))))
    panel = apply_panel(judged.findings.facts, panel_figures(judged), knowledge, at.parameters, at.panel)
    outcomes = (judged.findings.licenses, judged.findings.gates)
    return Assessment(
        as_of=as_of,
        workload=answers.text("workload.name") or "unnamed",
        verdict=verdict(judged, licenses),
        options=options(judged),
        fleet=fleet_report(judged),
        break_even=break_even_report(judged, break_even(closer)),
        findings=fired_rules(judged, knowledge),
        licenses=licenses,
        checklists=panel.checklists,
        methods=panel.methods,
        method_break_evens=panel.break_evens,
        flips=found,
        unknowns=unknowns(judged, knowledge, {*matter.keys, *(flip.key for flip in found)}),
        measure_next=measured,
        engines=Agreement(
            durable_rules=sum(outcome.durable_rules for outcome in outcomes),
            reference=sum(outcome.reference for outcome in outcomes),
            agree=all(outcome.agree for outcome in outcomes),
        ),
        pins=knowledge.pins,
        random=RandomStream(drawing.BIT_GENERATOR, seed, draws, drawing.stream_digest(seed, draws)),
        questionnaire=answers.questionnaire,
        tier=judged.findings.tier,
        notes=(*notes(judged), *pack_notes(knowledge)),
        conflicts=tuple(
            tuple(rule.id for rule in each) for each in conflicts(judged.findings.fired, judged.findings.workload)
        ),
        facts=judged.findings.facts,
        outlook=outlook(judged, closer) if further else Outlook(),
        evidence=evidence(judged, knowledge),
        open_questions=matter,
        never_asked=never_asked(answers, at, seed, draws, moving, still) if flips else NeverAsked(),
    )


def _closer(judged: Judged, seed: int, count: int) -> Pricing:
    """What is looked at more closely than a verdict needs, at more than one volume: on the first of its draws."""
    return Pricing(judged.scenario, drawing.draws(judged.scenario.ranges, seed, count))
