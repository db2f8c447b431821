"""One assessment in durable_rules, by our own loop over its ruleset; and the one import of that engine.

The package's own host starts timer threads and swallows what its actions raise; the loop here does neither. Each
assessment is a session with an id of its own, and is deleted afterwards.
"""

from __future__ import annotations

import itertools
import json
import sys
import weakref
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from operator import itemgetter
from pathlib import Path
from threading import Lock
from typing import Any

from advisor.engine.compile import FROM_ANSWERS, SENTINEL, Program, WideFact
from advisor.engine.facts import Readings
from advisor.engine.normalize import Clause
from advisor.errors import BadKnowledge, EnginesDisagree

# The engine: compiled into our wheel or checkout, else as the published package installed it. It keeps its own import
# names, `durable_rules_engine` for the C extension and `durable` for the package around it.


IN_WHEEL = Path(__file__).with_name("_durable_rules")
IN_CHECKOUT = Path(__file__).parents[2] / "build" / "engine"
"""Where hatch_build.py puts what it compiles."""


@contextmanager
def _ours_first() -> Iterator[None]:
    """Let imports find our copy before any that is installed in the same environment."""
    folder = str(IN_WHEEL if IN_WHEEL.is_dir() else IN_CHECKOUT)
    sys.path.insert(0, folder)
    try:
        yield
    except ImportError as fault:
        raise BadKnowledge(
            folder, f"the rule engine cannot be loaded: {fault}", "install advisor again; in a checkout: make run"
        ) from fault
    finally:
        sys.path.remove(folder)


with _ours_first():
    import durable_rules_engine
    from durable.engine import Ruleset

__all__ = ["DurableRules", "Ruleset", "durable_rules_engine"]


# Our loop over its ruleset.


_encode = json.JSONEncoder(ensure_ascii=False, separators=(",", ":")).encode
_HANDLED = (0, 1)  # matched something, matched nothing; any other code means that the fact was dropped


class DurableRules:
    """A compiled ruleset inside durable_rules; safe to call from any thread, one assessment at a time."""

    def __init__(self, program: Program) -> None:
        self._program = program
        self._messages = [_FactMessage(fact) for fact in program.facts]
        self._ids = itertools.count(1)
        self._lock = Lock()
        self._most = len(program.definition)
        self._handle = _load(program)
        self._free = weakref.finalize(self, durable_rules_engine.delete_ruleset, self._handle)

    def close(self) -> None:
        """Free the ruleset; the package never does so by itself."""
        with self._lock:
            self._free()

    def fire(self, readings: Readings) -> dict[str, Clause]:
        """The clause by which each rule fired, by rule id; the first one where several did.

        Raises EnginesDisagree when durable_rules refuses a fact or fires more than it has rules.
        """
        with self._lock:
            if not self._free.alive:
                raise EnginesDisagree("durable_rules", "the ruleset is closed")
            return self._fire(str(next(self._ids)), readings)

    def _fire(self, sid: str, readings: Readings) -> dict[str, Clause]:
        fired: dict[str, Clause] = {}
        state = self._post(sid, SENTINEL, {})
        if self._run(state) != [SENTINEL]:
            raise EnginesDisagree("durable_rules", "the first rule of a session did not fire alone")
        try:
            for level, messages in itertools.groupby(self._messages, key=lambda message: message.level):
                if level != FROM_ANSWERS:
                    self._collect(state, fired)
                derived = {clause.rule.derives for clause in fired.values()}
                for message in messages:
                    self._post(sid, message.id, message.properties(readings, derived))
            self._collect(state, fired)
        finally:
            durable_rules_engine.delete_state(self._handle, sid)
        return fired

    def _collect(self, state: int, fired: dict[str, Clause]) -> None:
        for name in self._run(state):
            clause = self._program.clauses[name]
            known = fired.get(clause.rule.id)
            if known is None or clause.number < known.number:
                fired[clause.rule.id] = clause

    def _post(self, sid: str, fact: str, properties: Mapping[str, int | str]) -> int:
        text = _encode({"sid": sid, "id": fact, "fact": fact, **properties})
        code, state = self._call(durable_rules_engine.assert_fact, text)
        if code not in _HANDLED:
            raise EnginesDisagree("durable_rules", f"fact {fact!r} was dropped with code {code}")
        return int(state)

    def _run(self, state: int) -> list[str]:
        """Names of the rules that fire now."""
        started = self._call(durable_rules_engine.start_action_for_state, state)
        payload = started[1] if started else None
        names: list[str] = []
        complete, handle, most = durable_rules_engine.complete_and_start_action, self._handle, self._most
        try:
            while payload is not None and len(names) < most:
                names.append(payload[2 : payload.index('":', 2)])
                payload = complete(handle, state)
        except (durable_rules_engine.error, MemoryError) as fault:
            raise _failure(fault) from fault
        if payload is not None:
            raise EnginesDisagree("durable_rules", f"more than {most} rules fired")
        return names

    def _call(self, function: Callable[..., Any], argument: str | int) -> Any:
        try:
            return function(self._handle, argument)
        except (durable_rules_engine.error, MemoryError) as fault:
            raise _failure(fault) from fault


def _failure(fault: BaseException) -> EnginesDisagree:
    return EnginesDisagree("durable_rules", f"the engine failed: {fault}", "no advice is given")


def _load(program: Program) -> int:
    """Build the ruleset and return its handle."""
    rules = {name: {**rule, "run": _never_called} for name, rule in program.definition.items()}
    try:
        return int(Ruleset("advisor", None, rules)._handle)
    except (durable_rules_engine.error, MemoryError) as fault:
        raise EnginesDisagree(
            "durable_rules", f"the rules could not be loaded: {fault}", "no advice is given"
        ) from fault


def _never_called(_: Any) -> None:
    """Stand in for the action that the package demands of every rule; our loop reads the names instead."""


class _FactMessage:
    """Turns readings, or the findings derived so far, into the properties of one wide fact."""

    def __init__(self, fact: WideFact) -> None:
        self.id, self.level = fact.id, fact.level
        pairs = [(name, key) for key, names in fact.properties.items() for name in names]
        self._findings = [(name, key.removeprefix("finding:")) for name, key in pairs]
        readers = [(name, key, name.removeprefix(key)) for name, key in pairs]
        self._asked = [(name, key) for name, key, suffix in readers if suffix == "?"]
        self._read = [(name, key, _reader(suffix)) for name, key, suffix in readers if suffix != "?"]

    def properties(self, readings: Readings, derived: set[str]) -> dict[str, int | str]:
        if self.level != FROM_ANSWERS:
            return {name: int(finding in derived) for name, finding in self._findings}
        get = readings.get
        properties: dict[str, int | str] = {name: int(get(key) is not None) for name, key in self._asked}
        for name, key, read in self._read:
            reading = get(key)
            if reading is not None:
                properties[name] = read(reading)
        return properties


def _reader(suffix: str) -> Callable[[Any], int | str]:
    """How a property is read from a reading, by what its name adds to the key."""
    if suffix.startswith("="):
        return lambda chosen: int(suffix[1:] in chosen)
    readers: dict[str, Callable[[Any], int | str]] = {".low": itemgetter(0), ".high": itemgetter(1), "": _value}
    return readers[suffix]


def _value(reading: bool | str) -> int | str:
    return int(reading) if isinstance(reading, bool) else reading
