"""Records keep what they are given to the last bit, notice every change, and survive whatever is put into them."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from contextlib import suppress
from datetime import date
from decimal import Decimal
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import tomli
from hypothesis import Phase, given, settings
from hypothesis import strategies as st

import advisor
from advisor.cli.records.records_export import export
from advisor.errors import AdvisorError
from advisor.knowledge.load_pack import load_knowledge
from advisor.knowledge.pack import Knowledge
from advisor.record.audit.replay import Now
from advisor.record.audit.verification import as_json, tell
from advisor.record.audit.verify import Scope, verify
from advisor.record.field_diff import leaves, relative_error
from advisor.record.formats.encoding import decimal_text, digests_of, plain, sealed_bytes
from advisor.record.ledger import Ledger
from advisor.record.recheck import decisions_due
from advisor.record.record_text import outline
from advisor.record.signatures.ssh_keygen import Trust
from advisor.record.summary import lines_of
from advisor.text import visible

LEDGER = Path(advisor.__file__).resolve().parent.parent / "examples" / "ledger"
TEXT = st.text(st.characters(exclude_categories=["Cs"]), max_size=20)
LEAVES = st.one_of(TEXT, st.booleans(), st.integers(-(2**53), 2**53), st.floats(allow_nan=False), st.dates())
TREES = st.recursive(
    LEAVES, lambda part: st.lists(part, max_size=4) | st.dictionaries(TEXT, part, max_size=4), max_leaves=12
)


@given(st.floats(allow_nan=False, allow_infinity=False))
def test_a_decimal_text_reads_back_to_the_same_bits(value: float) -> None:
    text = decimal_text(value)
    assert float(text).hex() == value.hex()
    assert "e" not in text.lower()


@given(st.dictionaries(TEXT, TREES, max_size=6))
def test_a_record_reads_back_as_it_was_written(table: dict[str, Any]) -> None:
    data = sealed_bytes(table, 1)
    assert tomli.loads(data.decode()) == plain(table, "record")
    assert b"\r" not in data.replace(b"\\r", b"")
    assert digests_of(data)[0]


@given(st.dictionaries(TEXT, TREES, max_size=4), st.integers(0, 2**20), st.integers(1, 255))
def test_every_changed_cut_or_added_byte_breaks_the_seal(table: dict[str, Any], place: int, change: int) -> None:
    data = sealed_bytes(table, 1)
    at = place % len(data)
    assert not digests_of(data[:at] + bytes([data[at] ^ change]) + data[at + 1 :])[0]
    assert not digests_of(data[:at])[0]
    assert not digests_of(data[:at] + bytes([change]) + data[at:])[0]


@given(st.floats(1e-300, 1e300), st.floats(0, 1e-6))
def test_the_relative_error_is_symmetric_and_never_understated(value: float, error: float) -> None:
    other = value * (1 + error)
    found = relative_error(decimal_text(value), decimal_text(other))
    assert found == relative_error(decimal_text(other), decimal_text(value))
    one, two = Decimal(decimal_text(value)), Decimal(decimal_text(other))
    exact = abs(two - one) / max(one, two)
    assert found == float(exact)
    assert relative_error("1", None) == relative_error("unbounded", "1") == float("inf")


@given(st.text())
def test_nothing_invisible_reaches_a_terminal(text: str) -> None:
    assert visible(text).isprintable() or visible(text).replace("\u00a0", " ").isprintable()


def name(number: int) -> str:
    return f"{number:08d}-record.toml"


Damage = Callable[[Path, int, int], None]


def remove(place: Path, one: int, other: int) -> None:
    (place / name(one)).unlink()


def exchange(place: Path, one: int, other: int) -> None:
    first, second = (place / name(one)).read_bytes(), (place / name(other)).read_bytes()
    (place / name(one)).write_bytes(second)
    (place / name(other)).write_bytes(first)


def repeat(place: Path, one: int, other: int) -> None:
    shutil.copy(place / name(one), place / name(other))


def cut(place: Path, one: int, other: int) -> None:
    data = (place / name(one)).read_bytes()
    (place / name(one)).write_bytes(data[: len(data) // (other + 1)])


def reseal(place: Path, one: int, other: int) -> None:
    table = tomli.loads((place / name(one)).read_text())
    table["record"]["created_utc"] = "2026-11-21T13:00:00Z"
    (place / name(one)).write_bytes(sealed_bytes(table, one))


@settings(deadline=None, max_examples=25)
@given(
    st.sampled_from([remove, exchange, repeat, cut, reseal]),
    st.lists(st.integers(1, 5), min_size=2, max_size=2, unique=True),
)
def test_whatever_is_done_to_the_chain_the_head_kept_elsewhere_tells(damage: Damage, numbers: list[int]) -> None:
    with TemporaryDirectory() as directory:
        place = Path(directory) / "ledger"
        shutil.copytree(LEDGER, place)
        head = Ledger(place).entry(5).digest
        assert verify(Ledger(place), Scope(head=head)).status == 0
        damage(place, *numbers)
        assert verify(Ledger(place), Scope(head=head)).status in (4, 5)


@settings(deadline=None, max_examples=20, phases=[Phase.explicit, Phase.reuse, Phase.generate])
@given(st.data())
def test_a_record_with_anything_in_it_gets_a_result_and_no_crash(data: st.DataObject) -> None:
    """Someone may seal any table: it is read, listed, told and verified all the same, or refused in a sentence."""
    number = data.draw(st.sampled_from([1, 2, 3, 4, 5]))
    table = tomli.loads((LEDGER / name(number)).read_text())
    spoiled(table, data)
    with TemporaryDirectory() as directory:
        place = Path(directory) / "ledger"
        shutil.copytree(LEDGER, place)
        (place / name(number)).write_bytes(sealed_bytes(table, number))
        examine(Ledger(place), number)


def spoiled(table: dict[str, Any], data: st.DataObject) -> None:
    """Replace or drop up to three nodes anywhere, the upper ones as often as the many lower ones."""
    for _ in range(data.draw(st.integers(1, 3))):
        node: Any = table
        for _ in range(data.draw(st.integers(0, 3))):
            inner = [part for part in node.values() if isinstance(part, dict) and part]
            node = data.draw(st.sampled_from(inner)) if inner else node
        if node:
            key = data.draw(st.sampled_from(sorted(node)))
            node[key] = data.draw(st.one_of(LEAVES, st.just({}), st.just([]), st.just([{}]), st.just({"x": 1})))
            if data.draw(st.booleans()):
                del node[key]


@cache
def installed() -> Knowledge:
    return load_knowledge()


def refuse(*_: object) -> Any:
    raise AdvisorError("assess", "is not asked here")


def examine(ledger: Ledger, spoiled: int) -> None:
    now = Now(installed(), date(2027, 1, 1))
    found = verify(ledger, Scope(assess=refuse, trust=Trust(LEDGER / "allowed_signers"), now=now))
    assert "\n".join(tell(found))
    assert as_json(found)["status"] == found.status
    assert list(lines_of(ledger))
    with suppress(AdvisorError):
        assert [list(outline(ledger.entry(number))) for number in ledger.numbers()]
    for form in ("markdown", "html", "json"):
        with suppress(AdvisorError):
            assert export(ledger, spoiled, form)
    with suppress(AdvisorError):
        assert list(decisions_due(ledger, now, None)) is not None


def test_leaves_name_every_part_of_a_table_once() -> None:
    table = {"a": {"b": [1, {"c": True}], "d": {}, "e": []}, "f": None, "g": "x"}
    assert dict(leaves(table)) == {"a.b[]": 2, "a.b[0]": 1, "a.b[1].c": True, "a.e[]": 0, "g": "x"}
