"""Weights and room for caches against what engines logged as they started: prints the table of docs/sizing.md.

Run `python -m benchmarks.sizing.engine_memory`.
"""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from advisor.knowledge.load_pack import load_knowledge
from advisor.sizing.calibration import Calibration
from advisor.sizing.group_model import group_models
from advisor.sizing.placement import Placement, RequestShape

CASES = Path(__file__).with_name("engine_memory.toml")
GIB = 2.0**30 / 1e9
"""GB of 10⁹ bytes in one GiB, in which engines log."""
NEAR = 0.1
LONG = 8000.0
"""Tokens of a request where a case names no context; engines count tokens of cache in requests of full length."""


@dataclass(frozen=True)
class Compared:
    """One figure of a case: what was logged, and what this model says."""

    case: dict[str, Any]
    figure: str
    logged: float
    modeled: float

    @property
    def near(self) -> bool:
        return abs(self.modeled / self.logged - 1) <= NEAR if self.logged > 0 else self.modeled <= 0


def compared() -> list[Compared]:
    knowledge = load_knowledge()
    found = []
    for case in tomllib.loads(CASES.read_text())["case"]:
        # what an engine's releases changed is dated: a log is compared with what held on the day of its release
        calibration = Calibration.from_parameters(knowledge.parameters_at(case.get("released", case["date"])))
        place = Placement(
            knowledge.catalog.models[case["model"]], knowledge.catalog.gpus[case["gpu"]], case["gpus"],
            case["precision"], case.get("kv_precision"), case["engine"], case.get("fraction"),
            case.get("layout", "tp"), 1,
        )  # fmt: skip
        context = case.get("context", LONG)
        models, why = group_models(place, RequestShape(context - 1, 1.0), calibration)
        if not models:
            raise SystemExit(f"{case['model']}: {why}")
        memory = models[0].memory
        room = memory.available_gb - memory.overhead_gb - memory.weights_gb
        tokens = room / memory.request_gb * context
        modeled = {"weights": memory.weights_gb / GIB / place.gpus, "room": room / GIB / place.gpus, "tokens": tokens}
        found += [Compared(case, name, case[name], value) for name, value in modeled.items() if name in case]
    return found


def lines(found: list[Compared]) -> list[str]:
    made = ["| case | figure | logged | this model | difference | source |", "|---|---|---|---|---|---|"]
    for each in found:
        case, digits = each.case, 0 if each.figure == "tokens" else 2
        unit = "tokens of cache" if each.figure == "tokens" else f"{each.figure}, GiB per card"
        name = f"{case['model']} {case['precision']}, {case['gpus']}× {case['gpu']}, {case['engine']}"
        apart = f"{100 * (each.modeled / each.logged - 1):+.0f}%" if each.logged > 0 else "–"
        made.append(
            f"| {name} | {unit} | {each.logged:,.{digits}f} | {each.modeled:,.{digits}f} | {apart} |"
            f" {case['source']}, {case['date']} |"
        )
    return made


def main() -> None:
    found = compared()
    print(*lines(found), sep="\n")
    for figures in (("weights",), ("room", "tokens")):
        chosen = [each for each in found if each.figure in figures]
        print(f"{' and '.join(figures)}: {sum(each.near for each in chosen)} of {len(chosen)} within {NEAR:.0%}")


if __name__ == "__main__":
    main()
