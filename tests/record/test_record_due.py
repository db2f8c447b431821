"""A decision falls due when its day has come, its figures have aged, or a rule changed so that it matters."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from functools import partial
from pathlib import Path

import pytest
import tomli
import tomli_w

import advisor
from advisor.api import assess
from advisor.knowledge.load_pack import knowledge_from_files
from advisor.knowledge.pack import Knowledge
from advisor.record.audit.replay import Now, pinned_knowledge
from advisor.record.audit.verify import Scope, verify
from advisor.record.formats.parse import read_front
from advisor.record.ledger import Ledger
from advisor.record.recheck import decisions_due

LEDGER = Ledger(Path(advisor.__file__).resolve().parent.parent / "examples" / "ledger")
DECIDED = date(2026, 11, 20)
ROUTE_ALONE = partial(assess, flips=False)
BOUNDARY = "must.boundary-own-infrastructure"


@pytest.fixture(scope="module")
def pinned() -> Knowledge:
    """The knowledge of that date, as if it were still installed."""
    return pinned_knowledge(LEDGER, read_front(LEDGER.entry(2).data, "x"))


def changed(knowledge: Knowledge, files: Mapping[str, bytes]) -> Knowledge:
    return knowledge_from_files({**knowledge.files, **files})


def reasons(now: Now) -> list[str]:
    return [reason for one in decisions_due(LEDGER, now, ROUTE_ALONE) for reason in one.reasons]


def test_on_its_own_day_nothing_is_due(pinned: Knowledge) -> None:
    assert reasons(Now(pinned, DECIDED)) == []


def test_figures_age_each_by_its_own_limit(pinned: Knowledge) -> None:
    parameters = pinned.parameters_at(DECIDED)
    limit = parameters.number("evidence.stale_days.prices")
    on = {
        days: reasons(Now(pinned, date.fromordinal(DECIDED.toordinal() + days)))
        for days in (int(limit), int(limit) + 1)
    }
    told = f"its figures on prices are {limit + 1:.0f} days old, more than {limit:.0f}"
    assert told not in on[int(limit)]
    assert told in on[int(limit) + 1]
    late = "; ".join(reasons(Now(pinned, date(2036, 11, 20))))
    for kind in ("prices", "hardware", "models", "licenses", "providers", "people"):
        assert f"its figures on {kind} are" in late


def test_a_changed_rule_counts_only_where_it_decides_otherwise(pinned: Knowledge) -> None:
    pack = tomli.loads(pinned.files["rules/pack.toml"].decode())
    renamed = changed(pinned, {"rules/pack.toml": tomli_w.dumps({**pack, "version": "9"}).encode()})
    assert renamed.pins != pinned.pins
    assert reasons(Now(renamed, DECIDED)) == []
    assert [one.reasons for one in decisions_due(LEDGER, Now(renamed, DECIDED), None)] == [
        ("changed since then: rules",)
    ]


def test_a_rule_taken_away_is_named_by_due_and_by_verify(pinned: Knowledge) -> None:
    path = next(path for path, data in pinned.files.items() if f'id = "{BOUNDARY}"'.encode() in data)
    table = tomli.loads(pinned.files[path].decode())
    table["rule"] = [rule for rule in table["rule"] if rule["id"] != BOUNDARY]
    now = Now(changed(pinned, {path: tomli_w.dumps(table).encode()}), DECIDED)
    (told,) = reasons(now)
    assert "instead of self-host (rules that fire differently: " in told
    assert BOUNDARY in told
    today = verify(LEDGER, Scope(2, ROUTE_ALONE, now=now)).shown[0].today
    assert today is not None
    assert today.option != "self-host"
    assert BOUNDARY in today.rules_then
    (alone,) = verify(LEDGER, Scope(2, now=now, route_alone=ROUTE_ALONE)).shown
    assert (alone.today, alone.not_replayed) == (today, "replay was left out")
