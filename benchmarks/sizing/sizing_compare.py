"""This model of serving beside aiconfigurator, llm-analysis and a roofline, on held-out rows, in one run.

Run `python -m benchmarks.sizing.sizing_compare --peers PYTHON`, an interpreter with `pip install aiconfigurator
llm-analysis`; `--every N` takes every Nth row. It prints the table that stands in docs/sizing.md.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import time
from collections import Counter
from pathlib import Path
from statistics import median
from typing import Any

from advisor.sizing.calibration import Calibration
from advisor.sizing.group_model import group_models
from advisor.sizing.model_shape import MILLION, shape_of
from benchmarks.sizing.fit_throughput import naive, shipped
from benchmarks.sizing.published_rows import Row, held_out

PEERS = ("aiconfigurator", "llm-analysis")
MEASURES = ("saturated rate", "time per token")


def asked(row: Row, calibration: Calibration) -> dict[str, Any]:
    """A row as peers are asked: its layout, formats and the requests at once that this model gives it."""
    served = row.predicted(calibration)
    profile = calibration.engines[row.profile]
    models, _ = group_models(row.placement, row.shape, calibration, profile, row.layouts)
    used = max(models, key=lambda each: row.served_by(each, profile).tokens_per_second)
    shape = shape_of(row.placement.model)
    group = next(each for each in shape.groups if each.query_heads)
    ffn = group.ffn_m * MILLION / 3 / shape.hidden
    return {
        "model": row.placement.model.id, "gpu": row.placement.gpu.id, "gpus": row.placement.gpus,
        "precision": row.placement.precision, "engine": row.profile.removesuffix("-2024"),
        "input": row.shape.input_tokens, "output": row.shape.output_tokens, "batch": row.clients or served.flight,
        "clients": row.clients,
        "tp": used.layout.tensor, "dp": used.layout.data, "ep": used.layout.expert, "moe": shape.mixture,
        "kv_bytes": used.weights.kv,
        "shape": {"layers": shape.layers, "heads": group.query_heads, "kv_heads": group.kv_heads or 1,
                  "hidden": shape.hidden, "vocab": round(shape.head / shape.hidden), "ffn": round(ffn)},
    }  # fmt: skip


def measure(row: Row) -> str:
    return MEASURES[0] if not row.inter_token_ms or row.load == "saturated" else MEASURES[1]


def error_of(row: Row, answer: dict[str, Any]) -> float:
    """Absolute relative error of what a peer says of the quantity that a row is scored by."""
    if measure(row) == MEASURES[0]:
        return abs(float(answer["rate"]) / row.tokens_per_second - 1)
    return abs(float(answer["between"]) / row.inter_token_ms - 1)


def own(row: Row, calibration: Calibration) -> dict[str, Any]:
    started = time.perf_counter()
    served = row.predicted(calibration)
    seconds = time.perf_counter() - started
    return {"rate": served.tokens_per_second, "between": row.inter_token(served), "seconds": seconds}


def table(rows: list[Row], by: dict[str, list[dict[str, Any]]]) -> list[str]:
    lines = ["| rows both answer | kind | number | this model | the peer | seconds a point, ours and the peer's |"]
    lines.append("|---|---|---|---|---|---|")
    for peer, answers in by.items():
        for quantity in MEASURES:
            for kind in ("dense", "mixture", "latent"):
                pairs = [
                    (row, mine, theirs)
                    for row, mine, theirs in zip(rows, by["this model"], answers, strict=True)
                    if peer != "this model" and "rate" in theirs and measure(row) == quantity and row.kind == kind
                ]
                if pairs:
                    ours = 100 * median(error_of(row, mine) for row, mine, _ in pairs)
                    peers = 100 * median(error_of(row, theirs) for row, _, theirs in pairs)
                    times = [median(mine["seconds"] for _, mine, _ in pairs)]
                    times.append(median(theirs["seconds"] for _, _, theirs in pairs))
                    lines.append(
                        f"| {peer}, {quantity} | {kind} | {len(pairs)} | {ours:.1f}% | {peers:.1f}% |"
                        f" {times[0]:.5f}, {times[1]:.5f} (×{times[1] / times[0]:,.0f}) |"
                    )
    return lines


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    options.add_argument("--peers", type=Path, required=True, help="an interpreter that has the peers")
    options.add_argument("--every", type=int, default=1, help="take every Nth row")
    chosen = options.parse_args()
    calibration, _, rows = shipped()
    out = held_out()
    scored = [row for row in rows if row.configuration in out and row.load != "batch"][:: chosen.every]
    question = json.dumps([asked(row, calibration) for row in scored])
    script = Path(__file__).with_name("sizing_peers.py")
    done = subprocess.run([chosen.peers, script], input=question, capture_output=True, text=True, check=True)
    by = {"this model": [own(row, calibration) for row in scored]}
    by["roofline at the peaks"] = [own(row, naive(calibration)) for row in scored]
    answered = json.loads(done.stdout)
    for peer in PEERS:
        if isinstance(answered[peer], str):
            print(f"{peer}: could not be run: {answered[peer]}")
        else:
            by[peer] = answered[peer]
            whys = Counter(answer["why"] for answer in answered[peer] if "why" in answer)
            print(f"{peer}: {len(scored) - whys.total()} of {len(scored)} rows answered")
            print(*(f"  {count:4} {why}" for why, count in whys.most_common(8)), sep="\n")
    print(*table(scored, by), sep="\n")


if __name__ == "__main__":
    main()
