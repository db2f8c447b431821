"""The step model against published rows: none that is held out takes part in a fit, and all are scored."""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Mapping
from dataclasses import replace
from statistics import median

import numpy as np
import pytest

from advisor.knowledge.parameters import Range
from advisor.sizing.group_model import group_models
from benchmarks.sizing import fit_throughput
from benchmarks.sizing.engine_memory import compared
from benchmarks.sizing.fit_throughput import ratios, refit, with_figures
from benchmarks.sizing.fleet_decisions import decisions, groups, published_at
from benchmarks.sizing.published_rows import Row, fitting_rows, held_out, read_rows, set_aside
from benchmarks.sizing.robust_fit import fit
from tests.sizing.common import CALIBRATION, KNOWLEDGE

ROWS = read_rows(KNOWLEDGE.catalog)
OUT = held_out()
HELD = [row for row in ROWS if row.configuration in OUT]


def test_every_row_is_read_and_every_configuration_that_is_marked_exists() -> None:
    known = {row.configuration for row in ROWS}
    assert len(ROWS) == 1210
    assert known >= OUT
    assert {name for name, _ in set_aside()} <= known
    assert len(HELD) > 200


def test_no_row_that_is_held_out_or_equal_to_one_takes_part_in_a_fit() -> None:
    for row in fitting_rows(ROWS):
        assert row.configuration not in OUT
        assert not any(row.same_as(other) for other in HELD)


def test_a_held_out_row_published_again_under_another_engine_s_name_is_kept_out_as_well() -> None:
    again = replace(HELD[0], source="elsewhere", profile="sglang", tokens_per_second=HELD[0].tokens_per_second * 1.001)
    assert again.configuration not in OUT
    assert again not in fitting_rows([*ROWS, again])
    faster = replace(again, tokens_per_second=HELD[0].tokens_per_second * 1.5)
    assert faster in fitting_rows([*ROWS, faster])


def test_a_fit_sees_only_rows_that_may_take_part(monkeypatch: pytest.MonkeyPatch) -> None:
    seen: list[Row] = []

    def watched(rows: list[Row], start: object, figures: Mapping[str, float], rounds: int = 0) -> Mapping[str, float]:
        seen.extend(rows)
        return figures

    monkeypatch.setattr(fit_throughput, "refit", watched)
    monkeypatch.setattr(fit_throughput, "write", lambda *_: None)
    monkeypatch.setattr(fit_throughput, "report", lambda *_, **__: None)
    monkeypatch.setattr("sys.argv", ["fit_throughput", "--write", "--bands"])
    fit_throughput.main()
    assert seen
    assert not {row.configuration for row in seen} & OUT
    assert not any(row.same_as(other) for row in seen[:400] for other in HELD)


def test_the_search_finds_figures_that_made_the_rows() -> None:
    true = {"a": 3.0, "b.c": 0.5}
    at = np.linspace(1, 2, 20)

    def residuals(point: Mapping[str, float], moved: str) -> np.ndarray:
        return np.log((point["a"] * at + point["b.c"]) / (true["a"] * at + true["b.c"]))

    start = {"a": 1.0, "b.c": 1.0}
    found = fit(residuals, start, {"a": 0.01, "b.c": 0.01}, start)
    assert found["a"] == pytest.approx(3.0, rel=0.02)


def test_a_refit_moves_figures_of_an_engine_by_its_own_rows_alone() -> None:
    rows = [row for row in fitting_rows(ROWS) if row.profile == "vllm"][:12]
    figures = {name: getattr(CALIBRATION.engines["vllm"], name.split(".")[1]) for name in ("vllm.layer_us",)}
    whole = fit_throughput.residuals(rows, with_figures(CALIBRATION, figures))
    assert fit_throughput.residuals(rows, CALIBRATION, "rocm.layer_us") == [0.0] * len(whole)
    assert fit_throughput.residuals(rows, CALIBRATION, "vllm.layer_us") == whole
    assert refit is not None


@pytest.mark.parametrize(
    ("quantity", "kind", "percent"),
    [
        ("saturated rate", "dense", 8),
        ("saturated rate", "mixture", 15),
        ("time per token", "dense", 12),
        ("time per token", "mixture", 20),
        ("time per token", "latent", 25),
    ],
)
def test_configurations_that_no_fit_saw_are_predicted(quantity: str, kind: str, percent: float) -> None:
    found = [ratio for row, ratio in ratios(HELD, CALIBRATION)[quantity] if row.kind == kind]
    assert 100 * median(abs(ratio - 1) for ratio in found) <= percent


def test_times_between_tokens_of_mixtures_are_met_on_all_rows_too() -> None:
    found = [ratio for row, ratio in ratios(ROWS, CALIBRATION)["time per token"] if row.kind == "mixture"]
    assert len(found) >= 80
    assert 100 * median(abs(ratio - 1) for ratio in found) <= 20


def test_engines_logs_of_memory_are_met() -> None:
    found = compared()
    weights = [each for each in found if each.figure == "weights"]
    assert sum(each.near for each in weights) >= 0.9 * len(weights)
    rest = [each for each in found if each.figure != "weights"]
    assert len({each.case["source"] + each.case["model"] + str(each.case["gpus"]) for each in rest}) >= 20
    assert sum(each.near for each in rest) >= 0.8 * len(rest)


def test_fleets_at_full_load_are_those_that_published_rates_need() -> None:
    held = decisions(HELD, CALIBRATION)["saturated"]
    near = [abs(groups(4, share) - 4) <= 1 for _, share in held]
    assert len(near) > 200
    assert sum(near) >= 0.8 * len(near)


def test_fleets_at_stated_targets_are_within_one_group_for_four_in_five_fitted_configurations() -> None:
    by: dict[str, list[float]] = defaultdict(list)
    for name, share in decisions(fitting_rows(ROWS), CALIBRATION)["at targets people state"]:
        by[name].append(share)
    near = [median(abs(groups(2, share) - 2) for share in each) <= 1 for each in by.values()]
    assert len(near) >= 20
    assert sum(near) >= 0.8 * len(near)


def test_a_rate_between_two_published_loads_is_read_between_them_and_nowhere_else() -> None:
    fast, slow = (replace(HELD[0], inter_token_ms=each) for each in (10.0, 30.0))
    best = [(fast, 100.0), (slow, 200.0)]
    assert [published_at(best, target) for target in (9.0, 10.0, 20.0, 30.0, 31.0)] == [None, 100, 150, 200, None]


def test_a_published_run_is_as_many_requests_as_it_sent() -> None:
    row = next(each for each in ROWS if each.requests and each.placement.gpus == 1 and each.kind == "dense")
    profile = CALIBRATION.engines[row.profile]
    model = group_models(row.placement, row.shape, CALIBRATION, profile, row.layouts)[0][0]
    most = model.memory.batch

    def rate(requests: int) -> float:
        return replace(row, requests=requests).served_by(model, profile).tokens_per_second

    steady = rate(0)
    assert rate(most) == rate(3 * most) == steady
    # one round and a single request more take little less than a round and a lone request
    assert 0.5 * steady < rate(most + 1) < steady
    assert rate(most // 2) < steady
    assert rate(50 * most + 1) == pytest.approx(steady, rel=0.03)


def test_bands_come_from_rows_that_may_be_fitted_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(fit_throughput, "refit", lambda rows, start, figures, rounds=0: figures)
    judged = fit_throughput.model_left_out(ROWS, CALIBRATION, {})
    assert len(judged) > 500
    assert not {row.configuration for row, _, _ in judged} & OUT


def test_bands_hold_what_they_state_where_many_rows_are_held_out() -> None:
    for quantity, low, high in (("saturated rate", 70, 95), ("time per token", 70, 95)):
        pairs = [pair for pair in ratios(HELD, CALIBRATION)[quantity] if pair[0].kind == "dense"]
        assert low <= fit_throughput.inside(pairs, CALIBRATION, quantity) <= high


def test_first_tokens_of_configurations_that_no_fit_saw_are_within_their_factors() -> None:
    found = [abs(math.log(ratio)) for _, ratio in ratios(HELD, CALIBRATION)["first token"]]
    assert sum(each <= math.log(1.5) for each in found) >= 0.5 * len(found)
    assert sum(each <= math.log(3) for each in found) >= 0.85 * len(found)


def test_every_band_holds_its_center() -> None:
    assert set(CALIBRATION.bands) == {
        f"{engine}.{kind}.{load}"
        for engine in ("tensorrt-llm", "stock", "rocm", "llama.cpp")
        for kind in ("dense", "mixture", "latent")
        for load in ("saturated", "interactive")
    }
    for band in CALIBRATION.bands.values():
        assert isinstance(band, Range)
        assert 0 < band.low <= 1 <= band.high
