"""Known faults of durable_rules that an assessment must not meet, each held by one test."""

from __future__ import annotations

import gc
import itertools
import json
import resource
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import date
from typing import Any

import pytest

from advisor.engine.engine import Engine
from advisor.engine.facts import FactKind, FactValue
from advisor.engine.ruleset_session import IN_CHECKOUT, IN_WHEEL, _ours_first
from advisor.errors import BadKnowledge, EnginesDisagree
from advisor.knowledge.conditions import All, AnyOf, Finding, Not
from advisor.knowledge.conditions import Test as KeyTest
from advisor.knowledge.parameters import DatedValue, Parameters, Range
from advisor.knowledge.rules import Rule

durable_rules_engine: Any = sys.modules["durable_rules_engine"]
DAY = date(2026, 11, 21)
KINDS = {
    "data.boundary": FactKind("choice", ("anywhere", "vpc")),
    "staffing.on_call": FactKind("bool"),
    "volume.cached_share": FactKind("number", scale=10**9),
}
PARAMETERS = Parameters(DAY, {"none": DatedValue(DAY, "made-up", "recalled", value=0.0)}, {"none": ""})
VPC = KeyTest("data.boundary", "is", "vpc")
ON_CALL = KeyTest("staffing.on_call", "is", True)
CACHED = KeyTest("volume.cached_share", "above", "none")
INSIDE: dict[str, FactValue] = {"data.boundary": "vpc", "staffing.on_call": True}


def a_rule(id: str, when: Any, derives: str = "") -> Rule:
    if derives:
        return Rule(id, "derive", "derive", id, when, "", (), "recalled", DAY, derives=derives)
    return Rule(id, "must", "inform", id, when, "", (), "recalled", DAY)


RULES = [
    a_rule("private", VPC, "private"),
    a_rule("staffed", AnyOf((ON_CALL, CACHED)), "staffed"),
    a_rule("both", All((Finding("private"), Finding("staffed")))),
    a_rule("neither", All((Not(Finding("private")), Not(Finding("staffed"))))),
    a_rule("outside", Not(VPC)),
]


@pytest.fixture
def engine() -> Iterator[Engine]:
    with Engine.compile(RULES, PARAMETERS, KINDS) as compiled:
        yield compiled


def fired(engine: Engine, facts: dict[str, FactValue]) -> list[str]:
    return [firing.rule.id for firing in engine.run(facts).firings]


def test_an_assessment_in_which_nothing_fires_ends_quietly() -> None:
    with Engine.compile([a_rule("one", VPC)], PARAMETERS, KINDS) as engine:
        for _ in range(100):
            assert fired(engine, {}) == []


def test_an_engine_without_rules_runs() -> None:
    with Engine.compile([], PARAMETERS, KINDS) as engine:
        assert engine.run(INSIDE).firings == ()


def test_assessments_do_not_see_each_others_answers(engine: Engine) -> None:
    expected = {"inside": ["private", "staffed", "both"], "outside": ["neither", "outside"], "unknown": ["neither"]}
    cases: dict[str, dict[str, FactValue]] = {"inside": INSIDE, "outside": {"data.boundary": "anywhere"}, "unknown": {}}
    for _ in range(200):
        for name, facts in cases.items():
            assert fired(engine, facts) == expected[name]


def test_numbers_that_python_prints_with_an_exponent_are_not_lost(engine: Engine) -> None:
    assert fired(engine, {"volume.cached_share": Range.exactly(1e-09)}) == ["staffed"]
    assert fired(engine, {"volume.cached_share": Range.exactly(0.0)}) == ["neither"]


def test_many_threads_share_one_engine_one_session_at_a_time(engine: Engine, monkeypatch: pytest.MonkeyPatch) -> None:
    events: list[str] = []
    whole = durable_rules_engine.assert_fact

    def opening(handle: int, text: str) -> Any:
        if json.loads(text)["fact"] == "begin":
            events.append("open")
        time.sleep(0)  # lets another thread in
        return whole(handle, text)

    delete = durable_rules_engine.delete_state

    def shutting(handle: int, sid: str) -> None:
        delete(handle, sid)
        events.append("shut")

    monkeypatch.setattr(durable_rules_engine, "assert_fact", opening)
    monkeypatch.setattr(durable_rules_engine, "delete_state", shutting)
    with ThreadPoolExecutor(8) as pool:
        many = list(pool.map(lambda _: fired(engine, INSIDE), range(200)))
    assert many == [["private", "staffed", "both"]] * 200
    assert events == ["open", "shut"] * 200


def test_no_thread_is_started(engine: Engine) -> None:
    before = threading.active_count()
    engine.run(INSIDE)
    assert threading.active_count() == before


@pytest.mark.parametrize("code", [2, 3])
def test_a_fact_that_was_dropped_refuses_advice_and_leaves_no_session_behind(
    engine: Engine, monkeypatch: pytest.MonkeyPatch, code: int
) -> None:
    whole = durable_rules_engine.assert_fact

    def dropping(handle: int, text: str) -> tuple[int, int]:
        _, state = whole(handle, text)
        return (0 if json.loads(text)["fact"] == "begin" else code), state

    deleted = spy(monkeypatch, "delete_state")
    monkeypatch.setattr(durable_rules_engine, "assert_fact", dropping)
    with pytest.raises(EnginesDisagree, match=f"was dropped with code {code}"):
        engine.run(INSIDE)
    assert len(deleted) == 1


def test_an_error_of_the_engine_refuses_advice(engine: Engine, monkeypatch: pytest.MonkeyPatch) -> None:
    whole = durable_rules_engine.assert_fact

    def failing(handle: int, text: str) -> tuple[int, int]:
        if json.loads(text)["fact"] != "begin":
            raise durable_rules_engine.error("Could not assert fact, error code: 303")
        code, state = whole(handle, text)
        return code, state

    monkeypatch.setattr(durable_rules_engine, "assert_fact", failing)
    with pytest.raises(EnginesDisagree, match=r"the engine failed: .*303"):
        engine.run(INSIDE)
    monkeypatch.undo()
    assert fired(engine, INSIDE) == ["private", "staffed", "both"]


def test_our_engine_is_found_before_any_other_and_its_folder_is_left_out_of_later_imports() -> None:
    before = [*sys.path]
    with _ours_first():
        assert sys.path == [str(IN_WHEEL if IN_WHEEL.is_dir() else IN_CHECKOUT), *before]
    assert sys.path == before
    with (
        pytest.raises(BadKnowledge, match="the rule engine cannot be loaded: gone; install advisor again"),
        _ours_first(),
    ):
        raise ImportError("gone")
    assert sys.path == before


def test_rules_that_the_engine_cannot_load_refuse_advice(monkeypatch: pytest.MonkeyPatch) -> None:
    def failing(name: str, text: str) -> int:
        raise durable_rules_engine.error("Could not create ruleset, error code: 106")

    monkeypatch.setattr(durable_rules_engine, "create_ruleset", failing)
    with pytest.raises(EnginesDisagree, match="the rules could not be loaded"):
        Engine.compile(RULES, PARAMETERS, KINDS)


def test_an_engine_that_fires_without_end_is_stopped(engine: Engine, monkeypatch: pytest.MonkeyPatch) -> None:
    whole = durable_rules_engine.complete_and_start_action
    payloads = itertools.chain([None], itertools.repeat('{"private#0":{}}'))  # the sentinel's run ends, the next never

    def repeating(handle: int, state: int) -> str | None:
        payload = next(payloads)
        return payload or whole(handle, state)

    monkeypatch.setattr(durable_rules_engine, "complete_and_start_action", repeating)
    with pytest.raises(EnginesDisagree, match="more than 7 rules fired"):
        engine.run(INSIDE)


def test_every_session_is_deleted_and_the_ruleset_freed_once(monkeypatch: pytest.MonkeyPatch) -> None:
    deleted = spy(monkeypatch, "delete_state")
    freed = spy(monkeypatch, "delete_ruleset")
    engine = Engine.compile(RULES, PARAMETERS, KINDS)
    for _ in range(3):
        engine.run(INSIDE)
    assert len({sid for _, sid in deleted}) == 3
    engine.close()
    engine.close()
    assert len(freed) == 1
    with pytest.raises(EnginesDisagree, match="the ruleset is closed"):
        engine.run(INSIDE)
    assert engine.fired(INSIDE)


def test_a_forgotten_engine_is_freed(monkeypatch: pytest.MonkeyPatch) -> None:
    freed = spy(monkeypatch, "delete_ruleset")
    engine = Engine.compile(RULES, PARAMETERS, KINDS)
    del engine
    gc.collect()
    assert len(freed) == 1


def test_memory_stays_flat_over_assessments_and_over_compilations(engine: Engine) -> None:
    def assess() -> None:
        for _ in range(3000):
            engine.run(INSIDE)

    def recompile() -> None:
        for _ in range(100):
            with Engine.compile(RULES, PARAMETERS, KINDS) as another:
                another.run(INSIDE)

    assert growth(assess) < 1024
    assert growth(recompile) < 2048


def test_importing_the_engine_loads_neither_numpy_nor_textual() -> None:
    code = "import sys, advisor.engine.engine; print([name for name in ('numpy', 'textual') if name in sys.modules])"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


def spy(monkeypatch: pytest.MonkeyPatch, name: str) -> list[tuple[Any, ...]]:
    calls: list[tuple[Any, ...]] = []
    whole = getattr(durable_rules_engine, name)

    def recording(*arguments: Any) -> Any:
        calls.append(arguments)
        return whole(*arguments)

    monkeypatch.setattr(durable_rules_engine, name, recording)
    return calls


def growth(work: Any) -> int:
    """How many kB more are resident after the second of two rounds."""
    work()
    gc.collect()
    before = resident()
    work()
    gc.collect()
    return resident() - before


def resident() -> int:
    with open("/proc/self/statm", encoding="ascii") as status:
        return int(status.read().split()[1]) * resource.getpagesize() // 1024
