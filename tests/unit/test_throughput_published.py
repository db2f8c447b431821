"""The throughput model against published rows: those it was fitted on, those left out, and other engines."""

from __future__ import annotations

from dataclasses import asdict
from datetime import date
from functools import cache
from statistics import median

import pytest

from advisor.knowledge.load_pack import load_knowledge
from advisor.sizing.calibration import Calibration
from advisor.sizing.throughput import group
from benchmarks.cross_validation import BANDS, START, Held, calibrate, error, inside, predicted
from benchmarks.published_rows import Row, read_rows, unscored

KNOWLEDGE = load_knowledge()
CALIBRATION = Calibration.from_parameters(KNOWLEDGE.parameters_at(date(2026, 11, 21)))
ROWS = read_rows(KNOWLEDGE.catalog)


def scored(source: str, kind: str, *, reference: bool = False) -> list[tuple[Row, float]]:
    chosen = [row for row in ROWS if row.source == source and row.kind == kind and row.reference >= reference]
    return [(row, row.tokens_per_second / predicted(row, CALIBRATION)) for row in chosen]


@cache
def refitted() -> tuple[Calibration, dict[str, dict[str, list[Held]]]]:
    return calibrate(ROWS, Calibration(**{**asdict(CALIBRATION), **START}))


def test_all_81_reference_rows_are_read_and_fit_in_memory() -> None:
    reference = [row for row in ROWS if row.reference]
    assert len(reference) == 81
    assert all(group(row.placement, row.shape, CALIBRATION).fits for row in reference)


@pytest.mark.parametrize(("kind", "percent"), [("dense", 6), ("moe", 20)])
def test_the_reference_rows_are_met_and_the_printed_band_is_neither_too_narrow_nor_too_wide(
    kind: str, percent: float
) -> None:
    pairs = scored("trtllm-1.0", kind, reference=True)
    assert error(ratio for _, ratio in pairs) <= percent
    assert 75 <= inside(pairs, CALIBRATION) <= 90


@pytest.mark.parametrize(
    ("source", "kind", "percent"),
    [
        ("trtllm-1.1", "dense", 6),
        ("trtllm-0.21", "dense", 8),
        ("trtllm-0.17", "dense", 8),
        ("mlperf-4.1", "dense", 25),
        ("trtllm-1.1", "moe", 20),
        ("trtllm-0.17", "moe", 25),
    ],
)
def test_engines_models_and_cards_the_fit_never_saw_are_predicted(source: str, kind: str, percent: float) -> None:
    assert error(ratio for _, ratio in scored(source, kind)) <= percent


@pytest.mark.parametrize(
    ("kind", "way", "percent"),
    [
        ("dense", "five folds by model and GPU", 6),
        ("dense", "one model left out", 8),
        ("moe", "five folds by model and GPU", 20),
        ("moe", "one model left out", 30),
    ],
)
def test_rows_left_out_of_the_fit_are_predicted_and_the_band_holds_them(kind: str, way: str, percent: float) -> None:
    held = [each for each in refitted()[1][kind][way] if each.row.reference]
    assert len(held) == {"dense": 40, "moe": 41}[kind]
    assert error(each.ratio for each in held) <= percent
    assert 75 <= inside([(each.row, each.ratio) for each in held], CALIBRATION) <= 90


def test_the_shipped_figures_are_those_a_refit_finds() -> None:
    again = asdict(refitted()[0])
    for name in (*START, *BANDS, "front_end_ms"):
        assert again[name] == pytest.approx(getattr(CALIBRATION, name), rel=0.02), name


def test_latency_at_light_load_is_the_published_one() -> None:
    served = [(row, group(row.placement, row.shape, CALIBRATION, row.batch)) for row in ROWS if row.inter_token_ms]
    assert len(served) == 32
    assert median(abs(speed.inter_token_ms / row.inter_token_ms - 1) for row, speed in served) <= 0.1
    assert median(abs(speed.first_token_ms / row.first_token_ms - 1) for row, speed in served) <= 0.15


def test_what_cannot_be_scored_is_listed_with_its_reason() -> None:
    assert all(each["source"] in KNOWLEDGE.sources and each["because"] for each in unscored())
    assert {row.source for row in ROWS} <= set(KNOWLEDGE.sources)
