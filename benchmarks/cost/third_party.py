"""Fifteen published analyses of the same question, entered here: what they concluded, what comes out, and why.

Run `python -m benchmarks.cost.third_party [--write]`: prints the page, or writes docs/third-party.md. Each check
divides our figure by theirs, or by what their own inputs give where they miscalculated; its reason gives the two
ends.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
from click.testing import CliRunner

from advisor.cli.size import command
from advisor.cost.breakeven import break_even
from advisor.decision.compiled import compiled_knowledge
from advisor.decision.evaluate import Evaluation, evaluate
from advisor.interview.answers import Answers, read_answers, vocabulary
from advisor.knowledge.load_pack import load_knowledge
from advisor.knowledge.pack import Knowledge
from advisor.workload.resolve import resolve_workload

ROOT = Path(__file__).parents[2]
ANSWERS = ROOT / "tests" / "data" / "third-party"
PAGE = ROOT / "docs" / "third-party.md"
DAY = date(2026, 11, 28)
DRAWS = 1000
MONTH = 30
HOURS = 720
HEAD = """# Third-party analyses, entered and compared

Fifteen published analyses of the same question, read through this project's notes on them, with their inputs entered as
answers files (`tests/data/third-party/`). Written by `python -m benchmarks.cost.third_party --write` on the knowledge
of {day}; `tests/cost/test_third_party.py` holds every ratio between its two ends. `theirs` is their figure, or what
their own inputs give where they miscalculated, which the row says. Dollars are a month's at P50.

"""


@dataclass(frozen=True, slots=True)
class Check:
    """One figure of an analysis: theirs, how ours is computed, and the ends between which ours ÷ theirs must lie."""

    what: str
    theirs: float
    ours: Callable[[], float]
    low: float
    high: float
    because: str

    @property
    def ratio(self) -> float:
        """Ours over theirs."""
        return self.ours() / self.theirs


@dataclass(frozen=True, slots=True)
class Analysis:
    """One published analysis: where it stands, what it concluded, why ours differs, its answers files, its checks."""

    number: int
    where: str
    concluded: str
    difference: str
    answers: tuple[str, ...]
    checks: tuple[Check, ...]


@cache
def knowledge() -> Knowledge:
    """What the program ships with."""
    return load_knowledge()


@cache
def entered(name: str, audience: str = "") -> Evaluation:
    """An answers file, evaluated; `audience` where the analysis leaves it open."""
    answers: Answers = read_answers((ANSWERS / f"{name}.toml").read_bytes(), name, vocabulary(knowledge()))
    if audience:
        answers = Answers({**answers.values, "workload.audience": audience}, answers.questionnaire)
    return evaluate(answers, compiled_knowledge(knowledge(), DAY), 1, DRAWS)


def cost(evaluation: Evaluation, route: str) -> float:
    """Dollars a month of a route at P50."""
    return float(np.median(evaluation.costs.totals[route]))


def line(evaluation: Evaluation, route: str, *names: str) -> float:
    """Dollars a month of some of a route's lines."""
    return sum(evaluation.costs.point_lines[route][name] for name in names)


def gpus(evaluation: Evaluation) -> int:
    """GPUs of the fleet that is bought."""
    bought = evaluation.costs.offers["self-host"].bought
    return 0 if bought is None else bought.offer.gpus


def tokens(evaluation: Evaluation) -> tuple[float, float]:
    """Tokens read and written a month."""
    workload = resolve_workload(evaluation.findings.prepared.known)
    return workload.input_tokens.value.point, workload.output_tokens.value.point


def flip(evaluation: Evaluation) -> float:
    """Tokens a month, read and written, above which self-hosting is cheaper than the vendor's API, or infinity."""
    read, written = tokens(evaluation)
    crossing = break_even(evaluation.costs.drawn)
    return float("inf") if crossing is None else crossing.p50 * (read + written) / written


def spend(evaluation: Evaluation) -> float:
    """The vendor's bill a month at that volume."""
    return line(evaluation, "hosted-api", "tokens") * flip(evaluation) / sum(tokens(evaluation))


def fixed_over_price(evaluation: Evaluation) -> float:
    """The same volume by hand: what the fleet costs more than the work around the API, over the price of a token."""
    around = cost(evaluation, "hosted-api") - line(evaluation, "hosted-api", "tokens")
    price = line(evaluation, "hosted-api", "tokens") / sum(tokens(evaluation))
    return (cost(evaluation, "self-host") - around) / price


def people(evaluation: Evaluation) -> float:
    """FTE that the labor line pays."""
    wage = evaluation.costs.drawn.scenario.ranges["staffing.loaded_cost_usd"].point
    return line(evaluation, "self-host", "labor") / (wage / 12)


@cache
def sized(model: str, gpu: str, precision: str, *more: str) -> dict[str, Any]:
    """What `advisor size` says of one GPU."""
    line_of = [model, "--gpu", gpu, "--gpus", "1", "--precision", precision, *more, "--format", "json"]
    found: dict[str, Any] = json.loads(CliRunner().invoke(command, line_of).stdout)
    return found


def in_band(model: str, gpu: str, precision: str, measured: float) -> bool:
    """Whether a measured rate at 512 in and 256 out lies inside our 80% band."""
    rate = sized(model, gpu, precision, "--engine", "vllm", "--input", "512", "--output", "256")["tokens_per_second"]
    return bool(rate["p10"] <= measured <= rate["p90"])


MEASURED = (
    ("llama-3.1-8b", "h100-sxm", "fp8", 8155.0),
    ("llama-3.1-8b", "h100-sxm", "bf16", 6238.0),
    ("qwen3-30b-a3b", "h100-sxm", "fp8", 9271.0),
    ("qwen3-30b-a3b", "h100-sxm", "bf16", 5319.0),
    ("llama-3.1-8b", "a100-80gb", "fp8", 2488.0),
    ("llama-3.1-8b", "a100-80gb", "bf16", 2906.0),
    ("qwen3-30b-a3b", "a100-80gb", "fp8", 2867.0),
    ("qwen3-30b-a3b", "a100-80gb", "bf16", 2071.0),
)
"""Output tokens a second, vLLM 0.19 on one GPU, 512 in and 256 out: arXiv 2606.11690. No row of them is in the fit."""


def rent(acquisition: str, end: str) -> float:
    """Dollars an hour that the catalog lists for an H100."""
    prices = knowledge().catalog.gpus["h100-sxm"].prices
    found = next(each for each in prices if each.acquisition == acquisition)
    return float({"low": found.low, "mode": found.mode, "high": found.high}[end] or 0.0)


def analyses() -> tuple[Analysis, ...]:
    """All of them, in the order of the notes."""
    return (
        Analysis(
            1,
            "neuroscaleengineering.com, self-hosting 2026",
            "320M tokens a day: 4,360 on two H100 at 1.99 against 47,000 at Anthropic; pays above 500M a day; at 14M "
            "a day of chat the API wins fourfold",
            "Theirs contradicts itself: its two bills cross at 30M a day, and its own ceiling of 2.2B a month for a "
            "pair makes 9.6B nine GPUs. Ours pays people, storage and a spare pair. The 24-fold chat of before was a "
            "cliff between tiers, which is gone.",
            ("01-neuroscale", "01-neuroscale-chat"),
            (
                Check("API bill of 9.6B tokens", 47_000, lambda: line(entered("01-neuroscale"), "hosted-api", "tokens"),
                      0.95, 1.05, "the same list price; prices drift over twelve months"),
                Check("GPUs for it, at their ceiling of 2.2B a pair", 8.7, lambda: gpus(entered("01-neuroscale")),
                      0.5, 1.3, "the 80% band of throughput is 0.64 to 1.43; one spare pair"),
                Check("flip, tokens a day", 500e6, lambda: flip(entered("01-neuroscale")) / MONTH,
                      0.06, 1, "between what their two bills imply (30M) and what they conclude"),
                Check("chat, own fleet ÷ API", 4, lambda: _times("internal"),
                      0.6, 1, "for colleagues: fewer people than they pay"),
                Check("chat, own fleet ÷ API, public", 4, lambda: _times("public"),
                      0.8, 1.25, "for the public: about the people they pay"),
            ),
        ),
        Analysis(
            2,
            "digitalapplied.com, May 2026",
            "GPT-5 class pays above 256M tokens a month, one H100 at 60-70%",
            "Theirs is rent alone, 1,800 ÷ 7 a million; nobody runs it. Ours adds people and storage.",
            ("02-digitalapplied-may",),
            (
                Check("flip on rent alone, tokens a month", 256e6,
                      lambda: line(entered("02-digitalapplied-may"), "self-host", "gpu") / 7e-6,
                      0.95, 1.06, "the same rent and price; rents drift over twelve months"),
                Check("flip, tokens a month, against our lines by hand",
                      fixed_over_price(entered("02-digitalapplied-may")),
                      lambda: flip(entered("02-digitalapplied-may")),
                      0.8, 1.3, "tooling and people grow with volume, which the division by hand leaves out"),
            ),
        ),
        Analysis(
            3,
            "digitalapplied.com, April 2026",
            "chat pays above 1.2B tokens a month on eight H100 (22-28k) with one engineer",
            "Theirs: (28k + 20k) ÷ 1.2B is 40 dollars a million, eight times the price at four to one (5.0); their own "
            "inputs give 9.6B.",
            ("03-digitalapplied-april",),
            (
                Check("flip their inputs give, tokens a month", 9.6e9, lambda: flip(entered("03-digitalapplied-april")),
                      0.8, 1.4, "storage and tooling, which they leave out, are a fifth of the bill"),
                Check("people, FTE", 1, lambda: people(entered("03-digitalapplied-april")),
                      0.6, 1.4, "a third either way of one engineer"),
            ),
        ),
        Analysis(
            4,
            "particula.tech",
            "pays at 50-80k a month of premium API spend",
            "Assumption on people: ours flips earlier, for labor grows with the fleet and here pays 0.9 people, "
            "where theirs needs a full team to come to 50k. With two and a half people ours is theirs. Both leave out "
            "the open model by the token, which costs a tenth and which we list first.",
            ("04-particula",),
            (
                Check("flip with a team of 2.5, API dollars, against the middle of theirs", 65_000,
                      lambda: _with_team(entered("04-particula"), 2.5), 0.77, 1.23, "their own range"),
                Check("flip as people grow with the fleet, API dollars", 50_000,
                      lambda: spend(entered("04-particula")), 0.4, 1, "their low end less one and a half people"),
                Check("open model by the token ÷ API", 1, lambda: _managed("04-particula"),
                      0.02, 0.2, "list prices of the open model are 0.1 to 0.9 a million, of the API 5 and 25"),
            ),
        ),
        Analysis(
            5,
            "tokenmix.ai",
            "pays at 20k a month of API spend, operations at 3-15k",
            "Agrees between the tiers: they do not say for whom it runs.",
            ("05-tokenmix",),
            (
                Check("flip for colleagues, API dollars", 20_000, lambda: spend(entered("05-tokenmix", "internal")),
                      0.3, 1, "the low end of the operations they name"),
                Check("flip for the public, API dollars", 20_000, lambda: spend(entered("05-tokenmix", "public")),
                      1, 2.2, "the high end; a spare group as well"),
                Check("labor, against the middle of 3-15k", 9_000,
                      lambda: line(entered("05-tokenmix", "public"), "self-host", "labor"),
                      0.33, 1.67, "their own range"),
            ),
        ),
        Analysis(
            6,
            "damionas.com, vLLM on AKS",
            "four A100 at 16.8k a month beat gpt-4o-mini above 1.7M tokens a day",
            "Theirs is off by a factor of 1,000: 201,600 a year ÷ 0.30 a million is 1.8B a day. Four A100 cannot do "
            "that many: at 141 GFLOP each it is 3.0 PFLOP/s of their 1.2. So it never pays, at any volume.",
            ("06-damionas",),
            (
                Check("flip on rent alone, tokens a day", 201_600 / 0.30e-6 / 360,
                      lambda: line(entered("06-damionas"), "self-host", "gpu") / 0.30e-6 / MONTH,
                      0.95, 1.05, "the same rent and price; rents drift over twelve months"),
                Check("flip against what they conclude (1 where it never pays)", 1,
                      lambda: float(np.isinf(flip(entered("06-damionas")))), 1, 1, "it is never"),
            ),
        ),
        Analysis(
            7,
            "generalcompute.com, build against buy",
            "3-4 requests a second of 2,500 tokens are 8-10 billion tokens a day",
            "Theirs is off by a factor of 35: 3.5 · 2,500 · 28,800 s.",
            ("07-generalcompute",),
            (
                Check("tokens a day from their rate", 3.5 * 2500 * 28_800,
                      lambda: sum(tokens(entered("07-generalcompute"))) / MONTH, 0.999, 1.001, "a product"),
                Check("cards, by hand from TensorRT-LLM's 2,209 read and 2,209 written a second", 8750 / 4418,
                      lambda: gpus(entered("07-generalcompute")),
                      1, 2.03, "8,750 tokens/s in the hours they name; whole pairs, below the knee"),
            ),
        ),
        Analysis(
            8,
            "arXiv 2606.11690, measured: vLLM 0.19, 512 in, 256 out",
            "8B and Qwen3-30B-A3B on one H100 and one A100, eight rates; 8B keeps its first token at 77% of "
            "saturation, not at 90%",
            "Ours was 0.74 to 2.07 of these; two of eight lay in the 80% band. Engine classes and per-engine bands "
            "since hold all of them, and the knee is a parameter of theirs.",
            (),
            (
                Check("of eight rates inside our 80% band", 8,
                      lambda: float(sum(in_band(*row) for row in MEASURED)), 0.75, 1, "an 80% band holds six or more"),
                Check("highest load planned for", 0.835,
                      lambda: knowledge().parameters_at(DAY).number("throughput.knee_share"),
                      0.92, 1.08, "between 77 and 90%"),
            ),
        ),
        Analysis(
            9,
            "gpuadvisor.com, cost to serve a million",
            "70B in fp8 on one H100, batch 16: 1,800 tokens/s",
            "Theirs is above what the memory can deliver: 3,350 GB/s over 70.6 GB is 47.5 passes a second, 760 tokens "
            "at 16. Beside the weights there is no room for sixteen caches.",
            (),
            (
                Check("tokens/s against the ceiling of 760", 760,
                      lambda: float(sized("llama-3.3-70b", "h100-sxm", "fp8", "--concurrency", "16")
                                    ["tokens_per_second"]["p90"]), 0, 1, "no estimate may exceed the bandwidth"),
            ),
        ),
        Analysis(
            10,
            "llmversus.com",
            "Llama 4 Scout on one A100: 80,000 tokens/s at batch 1",
            "Theirs is impossible: 109 GB of weights on 80 GB. Refused.",
            (),
            (
                Check("fits (1 where refused)", 1,
                      lambda: float(not sized("llama-4-scout", "a100-80gb", "fp8")["fits"]), 1, 1, "it does not fit"),
            ),
        ),
        Analysis(
            11,
            "aipromptshub.co",
            "production takes 1-1.5 FTE and 500-2,000 a month of observability",
            "Agrees on both since labor grows with the fleet, and observability is scaled by the service.",
            ("01-neuroscale",),
            (
                Check("people at 9.6B tokens a month, FTE", 1.25, lambda: people(entered("01-neuroscale")),
                      0.6, 1.4, "their own range is 0.8 to 1.2; ours follows GPUs and tokens"),
                Check("observability", 1_250,
                      lambda: line(entered("01-neuroscale"), "self-host", "observability"),
                      0.4, 1.6, "their own range"),
            ),
        ),
        Analysis(
            12,
            "SemiAnalysis index through techreaderdaily.com and compux.net",
            "H100 reserved for a year 1.70 in October 2025, 2.35 in March 2026: +38% in six months",
            "Agrees: the catalog's mode is theirs, 1.70 its low end, and what happened lies inside the drift.",
            (),
            (
                Check("reserved, mode, an hour", 2.35, lambda: rent("reserved", "mode"), 0.95, 1.05, "the index"),
                Check("reserved, low end, an hour", 1.70, lambda: rent("reserved", "low"), 0.95, 1.05, "the index"),
                Check("reserved ÷ on demand, modes", 1, lambda: rent("reserved", "mode") / rent("on-demand", "mode"),
                      0.5, 1, "a commitment is never more expensive"),
                Check("largest rise in a year we draw", 0.38,
                      lambda: -knowledge().parameters_at(DAY).range("market.gpu_price_decline_per_year").low,
                      1, 3, "what happened in half a year must be possible in one"),
            ),
        ),
        Analysis(
            13,
            "Lenovo LP2368 (2026)",
            "on premises 0.11 a million tokens at full load",
            "Agrees on hardware; they leave people out, and ours pays housing by the kilowatt.",
            ("13-lenovo",),
            (
                Check("hardware and power, a million tokens", 0.11,
                      lambda: line(entered("13-lenovo"), "self-host", "hardware", "power") / 51_600,
                      0.8, 1.7, "purchase prices are 25-40k a card; housing is not in theirs"),
            ),
        ),
        Analysis(
            14,
            "mercatus-ai.com, cloud GPU pricing",
            "a reservation takes 30-50% off; storage, network and egress add 30-50% to the GPUs",
            "Ours takes less off: the reserved price is that of March 2026, after the rise, the one on demand the "
            "median listing. Storage, balancing and idle staging are charged since; local disks cost less.",
            ("01-neuroscale",),
            (
                Check("reservation takes off, against the middle of theirs", 0.40,
                      lambda: 1 - rent("reserved", "mode") / rent("on-demand", "mode"),
                      0.4, 1.25, "20% at these dates; theirs is 0.75 to 1.25"),
                Check("added to the GPUs, against the middle of theirs", 0.40,
                      lambda: line(entered("01-neuroscale"), "self-host", "storage", "egress")
                      / line(entered("01-neuroscale"), "self-host", "gpu"),
                      0.4, 1.25, "5-50% with a mode of 20; theirs is 0.75 to 1.25"),
            ),
        ),
        Analysis(
            15,
            "tianpan.co, build against buy",
            "the API side takes 15-30k for the request wrapper and 5-15% on top",
            "Was ours: API routes carried no person and no tool. Now they carry integration, evaluation, gateway, "
            "observability and retirement.",
            ("05-tokenmix",),
            (
                Check("wrapper, once, of a full service", 22_500,
                      lambda: knowledge().parameters_at(DAY).range("operations.integration_usd").point,
                      0.67, 1.33, "their own range"),
                Check("on top of a bill of 20k, against the middle of theirs", 0.10,
                      lambda: cost(entered("05-tokenmix", "public"), "hosted-api")
                      / line(entered("05-tokenmix", "public"), "hosted-api", "tokens") - 1,
                      0.5, 2, "theirs leaves out an evaluation kept and run, a third of ours"),
            ),
        ),
    )  # fmt: skip


def _times(audience: str) -> float:
    evaluation = entered("01-neuroscale-chat", audience)
    return cost(evaluation, "self-host") / cost(evaluation, "hosted-api")


def _with_team(evaluation: Evaluation, fte: float) -> float:
    """The API's bill at which both cost the same, with so many people in place of those that the fleet takes."""
    around = cost(evaluation, "hosted-api") - line(evaluation, "hosted-api", "tokens")
    team = line(evaluation, "self-host", "labor") / people(evaluation) * fte
    return cost(evaluation, "self-host") - line(evaluation, "self-host", "labor") + team - around


def _managed(name: str) -> float:
    return cost(entered(name), "managed-open") / cost(entered(name), "hosted-api")


def page() -> str:
    """The page that is in docs/."""
    return HEAD.format(day=DAY) + "\n".join(_section(each) for each in analyses())


def _section(one: Analysis) -> str:
    rows = "".join(
        f"| {each.what} | {_figure(each.theirs)} | {_figure(each.ours())} | {each.ratio:.2f} | "
        f"{each.low:g} to {each.high:g}: {each.because} |\n"
        for each in one.checks
    )
    return (
        f"## {one.number}. {one.where}\n\nThey conclude: {one.concluded}.\n\n{one.difference}\n{_entered(one)}\n"
        f"| figure | theirs | ours | ours ÷ theirs | must lie in, and why |\n|---|---|---|---|---|\n{rows}"
    )


def _entered(one: Analysis) -> str:
    names = ", ".join(f"`{name}`" for name in one.answers)
    return f"\nEntered as {names}.\n" if names else ""


def _figure(value: float) -> str:
    return f"{value:,.0f}" if value >= 100 else f"{value:.3g}"


def main() -> int:
    """Print or write the page."""
    if "--write" in sys.argv[1:]:
        PAGE.write_text(page(), encoding="utf-8")
    else:
        print(page())
    return 0


if __name__ == "__main__":
    sys.exit(main())
