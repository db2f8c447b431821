"""How a record spells and compares values, and what a reader is told of one that cannot be saved or no longer holds."""

from __future__ import annotations

import errno
import os
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta, timezone
from hashlib import sha256
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest

from advisor.errors import AdvisorError
from advisor.knowledge.parameters import Range
from advisor.record import recheck
from advisor.record.durable_write import reason
from advisor.record.field_diff import MOST_CHANGES, compare_derivations, leaves, relative_error
from advisor.record.formats.encoding import (
    FIRST,
    Position,
    decimal_text,
    digests_of,
    name_of,
    plain,
    range_text,
    sealed_bytes,
    timestamp,
)
from advisor.record.recheck import Bought, offer_words


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (1.0, "1"), (0.1, "0.1"), (-2.5, "-2.5"), (1e21, "1000000000000000000000"), (1e-7, "0.0000001"), (0.0, "0"),
        (float("inf"), "unbounded"), (float("-inf"), "-unbounded"), (100.0, "100"), (3, "3"),
    ],
)  # fmt: skip
def test_a_number_is_a_decimal_text_that_reads_back_the_same(value: float, text: str) -> None:
    assert decimal_text(value) == text
    assert text.endswith("unbounded") or float(text) == value


def test_what_is_no_number_is_not_recorded() -> None:
    with pytest.raises(AdvisorError, match="a result is not a number"):
        decimal_text(float("nan"))
    with pytest.raises(AdvisorError, match=r"^record\.one: a object cannot be recorded"):
        plain({"one": object()}, "record")


@dataclass(frozen=True)
class Pair:
    one: float
    other: str | None = None


@pytest.mark.parametrize(
    ("value", "recorded"),
    [
        (True, True), (date(2026, 11, 29), "2026-11-29"), (2**53, 2**53), (-(2**53), -(2**53)),
        (2**53 + 1, "9007199254740993"), (-(2**53) - 1, "-9007199254740993"), ("e\u0301", "\u00e9"),
        (Pair(0.5), {"one": "0.5"}), ({"a": None, 2: 1}, {"2": 1}), ((1, None, "x"), [1, "x"]),
        (frozenset({"b", "a"}), ["a", "b"]), ({"b", "a"}, ["a", "b"]), (np.float64(0.25), "0.25"), (np.int64(7), 7),
        (Range(1.0, 2.0), "1..2"), ([["b", "a"]], [["b", "a"]]),
    ],
)  # fmt: skip
def test_each_kind_of_value_has_one_spelling(value: object, recorded: object) -> None:
    assert plain(value, "record") == recorded


def test_a_range_is_spelled_as_in_an_answers_file() -> None:
    assert range_text(Range(1.0, 2.5, 1.5)) == "1..1.5..2.5"
    assert range_text(Range(1.0, 2.5)) == "1..2.5"
    assert range_text(Range(2.0, 2.0, 2.0)) == "2"


def test_times_are_utc_to_the_second() -> None:
    moment = datetime(2026, 11, 29, 23, 30, 5, 999_999, timezone(timedelta(hours=2)))
    assert timestamp(moment) == "2026-11-29T21:30:05Z"
    assert timestamp(datetime(2026, 1, 2, tzinfo=UTC)) == "2026-01-02T00:00:00Z"
    with pytest.raises(ValueError, match="a record needs a time with a time zone"):
        timestamp(datetime(2026, 1, 2))


def test_the_last_line_seals_every_byte_above_it() -> None:
    data = sealed_bytes({"record": {"seq": 7}}, 7)
    body, last = data[: data.rindex(b"\n", 0, -1) + 1], data.splitlines()[-1]
    assert last == b"# sha256 of every byte above this line: " + sha256(body).hexdigest().encode()
    assert b"head -n -1 00000007-record.toml | sha256sum" in body
    assert digests_of(data) == (True, sha256(data).hexdigest())
    for place in (0, len(body) // 2, len(data) - 2):
        turned = data[:place] + bytes([data[place] ^ 1]) + data[place + 1 :]
        assert digests_of(turned) == (False, sha256(turned).hexdigest())
    assert digests_of(data + b"\n")[0] is False
    assert digests_of(data[:-1])[0] is False
    assert digests_of(b"") == (False, sha256(b"").hexdigest())
    assert (name_of(42), Position(1).prev_sha256, FIRST) == ("00000042-record.toml", "0" * 64, "0" * 64)


def test_leaves_have_dotted_paths_and_lists_their_lengths() -> None:
    found = list(leaves({"a": {"b": 1, "none": None}, "c": [{"d": "x"}, 2]}))
    assert found == [("a.b", 1), ("c[]", 2), ("c[0].d", "x"), ("c[1]", 2)]
    assert list(leaves([], "top")) == [("top[]", 0)]


@pytest.mark.parametrize(
    ("before", "after", "error"),
    [
        ("1", "1", 0.0), ("1", "1.0", 0.0), ("4", "5", 0.2), ("5", "4", 0.2), ("-1", "1", 2.0), ("0", "0.5", 1.0),
        ("1", None, float("inf")), ("x", "1", float("inf")), ("1e9", "1", float("inf")), (None, None, 0.0),
    ],
)  # fmt: skip
def test_a_relative_error_is_over_the_larger_of_both(before: object, after: object, error: float) -> None:
    assert relative_error(before, after) == pytest.approx(error)


def derivation(p50: str = "100", other: str = "150", by: str = "worth", **verdict: Any) -> dict[str, Any]:
    costs = {"api": {"monthly_usd": {"p50": p50}}, "own": {"monthly_usd": {"p50": other}}}
    return {
        "verdict": {"option": "api", "decided_by": by, "summary": "because", **verdict},
        "results": {"exact": {"ranking": ["api", "own"]}, "approx": {"options": costs}},
        "trace": {"rule": "one"},
    }  # fmt: skip


def test_two_derivations_are_compared_leaf_by_leaf() -> None:
    same = compare_derivations(derivation(), derivation())
    # option, decided_by, summary, the ranking's length and two entries, the rule
    assert (same.exact, same.exact_of, same.approximate_of, same.worst, same.verdict) == (7, 7, 2, 0.0, "same")
    assert same.margin == pytest.approx(1 / 3)
    near = compare_derivations(derivation(), derivation("100.0000000001"))
    assert (near.verdict, near.differs) == ("same", ())
    assert near.worst == pytest.approx(1e-12, rel=1e-3)
    off = compare_derivations(derivation(), derivation("100.001"))
    assert off.differs == ("results.approx.options.api.monthly_usd.p50",)
    assert (off.verdict, off.changes[0].recorded, off.changes[0].derived) == ("differs", "100", "100.001")
    other = compare_derivations(derivation(), derivation(option="own"))
    assert (other.exact, other.exact_of, other.differs, other.verdict) == (6, 7, ("verdict.option",), "differs")


def test_costs_closer_than_the_tolerance_prove_nothing_and_no_cost_explains_a_rule() -> None:
    close = derivation("100", "100.00000001")
    tossed = compare_derivations(derivation("100", "100.00000001", option="own"), close)
    assert (tossed.is_toss_up, tossed.verdict) == (True, "toss-up")
    apart = compare_derivations(derivation("100", "100.001", option="own"), derivation("100", "100.001"))
    assert apart.verdict == "differs"
    rule = compare_derivations(close | {"trace": {"rule": "two"}}, close)
    assert rule.verdict == "differs"
    by_law = compare_derivations(derivation(option="own"), derivation(by="must"))
    assert (by_law.margin, by_law.verdict) == (None, "differs")


def test_sentences_of_another_version_may_be_worded_otherwise_and_its_figures_may_not() -> None:
    before, after = derivation(summary="old", conditions=["a"]), derivation(summary="new", conditions=["b"])
    mine, others = compare_derivations(before, after), compare_derivations(before, after, same_program=False)
    assert mine.differs == ("verdict.summary", "verdict.conditions[0]")
    assert (others.differs, others.reworded) == ((), ("verdict.summary", "verdict.conditions[0]"))
    assert [(each.path, each.recorded, each.derived) for each in others.changes] == [
        ("verdict.summary", "old", "new"), ("verdict.conditions[0]", "a", "b"),
    ]  # fmt: skip
    assert others.exact == others.exact_of == mine.exact_of - 2
    added = derivation() | {"new": {"field": "x"}}
    assert compare_derivations(derivation(), added).differs == ("new.field",)
    assert compare_derivations(derivation(), added, same_program=False).differs == ()
    gone = derivation() | {"new": {"field": "x"}}
    assert compare_derivations(gone, derivation() | {"new": {}}, same_program=False).differs == ("new.field",)
    many = [str(number) for number in range(MOST_CHANGES + 50)]
    changed = compare_derivations(derivation() | {"trace": many}, derivation() | {"trace": [f"{one}x" for one in many]})
    assert (len(changed.differs), len(changed.changes)) == (MOST_CHANGES + 50, MOST_CHANGES)


@pytest.mark.parametrize(
    ("number", "why", "todo"),
    [
        (errno.ENOSPC, "no space is left on the device", "free some space and save again"),
        (errno.EDQUOT, "the disk quota is used up", "free some space and save again"),
        (errno.EROFS, "the file system is read-only", "choose another directory"),
        (errno.EACCES, "permission denied", "choose a directory you may write to"),
        (errno.EPERM, "the operation is not permitted here", "choose another directory"),
        (errno.ELOOP, "is a symbolic link", "name the directory itself"),
        (errno.ENOTDIR, "is not a directory", "name a directory"),
        (errno.ENOENT, "does not exist", "create it, or name another"),
        (errno.ENAMETOOLONG, "the name is too long", "choose a shorter one"),
        (errno.EIO, "the device reports an input/output error", "check the device before you save again"),
        (errno.EBUSY, os.strerror(errno.EBUSY).lower(), "try again"),
    ],
)
def test_what_keeps_a_record_from_being_saved_is_said_with_what_to_do(number: int, why: str, todo: str) -> None:
    assert reason(OSError(number, "x")) == (why, todo)


def option(name: str, p50: float, **more: Any) -> Any:
    given = {"state": "standing", "offer": None, "priced": "", "runners_up": (), "line_items": ()} | more
    return SimpleNamespace(option=name, monthly_usd=SimpleNamespace(p50=p50), **given)


def assessed(route: str, *options: Any, status: str = "firm", findings: Any = ()) -> Any:
    found = {each.option: each for each in options}
    verdict = SimpleNamespace(option=route, status=status, conditions=(), summary="")
    fired = [SimpleNamespace(rule=rule, option=name) for rule, name in findings]
    return SimpleNamespace(verdict=verdict, options=options, option=found.get, findings=fired)


def bought(**offer: Any) -> Any:
    given = {"gpu": "", "gpus": 0, "acquisition": "", "region": "", "provider": "", "pricing": "per-token"}
    return SimpleNamespace(model="m", **{**given, **offer})


def test_an_offer_is_model_seller_and_terms_or_its_machines() -> None:
    assert offer_words(option("api", 1.0, offer=bought(provider="p", region="eu"))) == "m at p in eu, per-token"
    assert offer_words(option("api", 1.0, offer=bought())) == "m at its vendor, per-token"
    assert offer_words(option("own", 1.0, offer=bought(gpu="h100", gpus=4, acquisition="reserved"))) == (
        "m on 4× h100, reserved"
    )
    assert offer_words(option("api", 1.0, priced="no price")) == "no price"


def test_a_margin_is_how_much_more_the_next_standing_route_costs() -> None:
    gone = option("cloud", 10.0, state="excluded")
    found = recheck._bought(assessed("api", option("api", 100.0, priced="x"), option("own", 150.0), gone))
    assert found == Bought("api", "x", 100.0, 0.5, "firm")
    assert recheck._bought(assessed("api", option("api", 100.0, priced="x"), gone)).margin is None
    assert recheck._bought(assessed("api", option("api", 0.0, priced="x"), option("own", 1.0))).margin is None
    assert recheck._bought(assessed("none", status="none")) == Bought("none", "", 0.0, None, "none")


def test_to_stay_the_cheapest_a_route_has_to_fall_to_the_one_now_chosen() -> None:
    then = Bought("api", "x", 100.0, None, "firm")
    (told,) = recheck._to_stay(assessed("own", option("api", 200.0), option("own", 150.0)), then)
    assert told == ("api costs $200 a month now and own $150: it stays the cheapest only if it becomes 25% cheaper")
    for now in (
        assessed("own", option("api", 150.0), option("own", 150.0)),
        assessed("own", option("api", 200.0, state="excluded"), option("own", 150.0)),
        assessed("own", option("own", 150.0)),
        assessed("none", option("api", 200.0)),
    ):
        assert list(recheck._to_stay(now, then)) == []


def test_causes_are_the_input_that_turned_the_route_with_its_rules_and_costs() -> None:
    before = assessed("api", option("api", 100.0), option("own", 150.0), findings=[("a", "own")])
    step = assessed("api", option("api", 100.0), option("own", 149.0), findings=[("a", "own")])
    turned = assessed("own", option("api", 100.0), option("own", 75.0), findings=[("b", "own")])
    told = list(recheck._causes(before, ["rules", "prices"], [step, turned], 0.1))
    assert told == ["by prices", "now fires b", "no longer fires a", "own goes from $149 to $75 a month"]
    moved = list(recheck._moved(before, ["rules", "prices"], [step, turned], 0.1))
    assert moved == ["by prices: now fires b; no longer fires a; own goes from $149 to $75 a month"]
    exactly = assessed("api", option("api", 110.0), option("own", 0.0))
    assert list(recheck._costs(before, exactly, 0.1)) == ["api goes from $100 to $110 a month"]
    assert list(recheck._rules(before, assessed("api", findings=[("a", "api")]))) == []


def test_what_fell_is_to_be_renegotiated() -> None:
    def items(**prices: float) -> tuple[Any, ...]:
        return tuple(
            SimpleNamespace(line="tokens", unit=unit, unit_usd=usd, usd=usd * 100) for unit, usd in prices.items()
        )

    offer = bought(provider="p")
    before = assessed(
        "api", option("api", 100.0, offer=offer, line_items=items(a=10.0, b=10.0, c=2e-6, d=10.0, e=10.0))
    )
    now = assessed("api", option("api", 80.0, offer=offer, line_items=items(a=9.0, b=9.1, c=1e-6, d=5.0, e=4.0)))
    assert list(recheck._renegotiate(before, now, 0.1)) == [
        "a: $10.00 when it was decided, $9.00 now: pay no more than that",
        "d: $10.00 when it was decided, $5.00 now: pay no more than that",
        "e: $10.00 when it was decided, $4.00 now: pay no more than that",
    ]
    small = assessed("api", option("api", 80.0, offer=offer, line_items=items(c=1e-6)))
    assert list(recheck._renegotiate(before, small, 0.1)) == [
        "c: $2.00 per million when it was decided, $1.00 per million now: pay no more than that"
    ]
    other = bought(provider="q")
    runner = SimpleNamespace(offer=offer, monthly_usd=100.0)
    overtaken = assessed("api", option("api", 80.0, offer=other, runners_up=(runner,)))
    assert list(recheck._renegotiate(before, overtaken, 0.2)) == [
        "m at p, per-token costs $100 a month now, m at q, per-token $80: ask for 20% less, or change"
    ]
    assert list(recheck._renegotiate(before, overtaken, 0.21)) == []
    ended = assessed("api", option("api", 80.0, offer=other))
    assert list(recheck._renegotiate(before, ended, 0.2)) == [
        "m at q, per-token is now bought at $80 a month in place of m at p, per-token"
    ]
    assert list(recheck._renegotiate(before, assessed("own", option("own", 1.0)), 0.2)) == []
