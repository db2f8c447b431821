"""Refit the throughput model, cross-validate it, and print how well it predicts what it did not see.

Run `python -m benchmarks.fit_throughput [--rows] [--write]`.
"""

from __future__ import annotations

import argparse
from dataclasses import asdict
from datetime import date

from advisor.knowledge.load_pack import load_knowledge
from advisor.sizing.calibration import Calibration
from advisor.sizing.throughput import group
from benchmarks.cross_validation import BANDS, START, Held, band_test, calibrate, error, inside, predicted
from benchmarks.published_rows import Row, read_rows, unscored
from benchmarks.throughput_files import draw_validation, write_parameters

FOUND = (*START, *BANDS, "front_end_ms")


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    options.add_argument("--rows", action="store_true", help="print every row, not only those outside the band")
    options.add_argument("--write", action="store_true", help="write the figures found and draw the validation plot")
    chosen = options.parse_args()
    knowledge = load_knowledge()
    shipped = Calibration.from_parameters(knowledge.parameters_at(date(2026, 11, 21)))
    rows = read_rows(knowledge.catalog)
    fitted, held = calibrate(rows, Calibration(**{**asdict(shipped), **START}))
    report(rows, held, fitted if chosen.write else shipped, every=chosen.rows)
    print("\nrefitted figures (shipped in brackets)")
    for name in FOUND:
        print(f"  {name:22} {getattr(fitted, name):9.4g}  ({getattr(shipped, name):.4g})")
    if chosen.write:
        write_parameters(fitted, FOUND)
        draw_validation(
            [(each.row, each.ratio) for kind in held.values() for each in kind["one model left out"]], fitted
        )


def report(rows: list[Row], held: dict[str, dict[str, list[Held]]], calibration: Calibration, *, every: bool) -> None:
    scored = [(row, row.tokens_per_second / predicted(row, calibration)) for row in rows if not row.inter_token_ms]
    print("median error of output tokens per second; share of rows inside the printed 80 % band")
    for source in sorted({row.source for row, _ in scored}):
        for kind in ("dense", "moe"):
            _line(
                f"{source}, {kind}",
                [pair for pair in scored if pair[0].source == source and pair[0].kind == kind],
                calibration,
            )
    for kind, ways in held.items():
        for way, predictions in ways.items():
            pairs = [(each.row, each.ratio) for each in predictions]
            _line(f"held out, {kind}, {way}", pairs, calibration)
            _line("  of them the reference rows", [pair for pair in pairs if pair[0].reference], calibration)
        left_out = band_test(ways["one model left out"])
        print(f"  {kind}: a band made without the model holds {left_out:.0f} % of that model's rows")
    reference = [pair for pair in scored if pair[0].reference]
    for kind in ("dense", "moe"):
        _line(f"reference rows as shipped, {kind}", [pair for pair in reference if pair[0].kind == kind], calibration)
    _latencies([row for row in rows if row.inter_token_ms], calibration)
    print("\nrows" if every else "\nrows outside the band")
    for row, ratio in scored:
        if every or not inside([(row, ratio)], calibration):
            rate = f"{row.tokens_per_second:9,.0f}"
            print(f"  {row.source:12} {row.name} published {rate}, over predicted {ratio:.2f}")
    print("\nnot scored")
    for each in unscored():
        print(f"  {each['source']}: {each['what']} ({each['because']})")


def _line(title: str, pairs: list[tuple[Row, float]], calibration: Calibration) -> None:
    if pairs:
        share = inside(pairs, calibration)
        print(f"  {title:52} {len(pairs):4} rows  {error(ratio for _, ratio in pairs):5.1f} %  inside {share:3.0f} %")


def _latencies(rows: list[Row], calibration: Calibration) -> None:
    speeds = [(row, group(row.placement, row.shape, calibration, row.batch)) for row in rows]
    inter = error(row.inter_token_ms / speed.inter_token_ms for row, speed in speeds)
    first = error(row.first_token_ms / speed.first_token_ms for row, speed in speeds)
    print(f"  latency at light load: {len(rows)} rows, between tokens {inter:.1f} %, first token {first:.1f} %")


if __name__ == "__main__":
    main()
