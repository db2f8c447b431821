"""Mutated files through every parser: nothing but the program's own errors, and nothing over a second.

python -m benchmarks.fuzz_parsers [INPUTS] [SEED]     ends with status 1 where an input broke a parser
"""

from __future__ import annotations

import random
import resource
import sys
import time
from collections.abc import Callable
from datetime import date
from hashlib import sha256
from pathlib import Path

from advisor.bounded_read import parse_json, parse_toml
from advisor.errors import AdvisorError
from advisor.interview.answers import read_answers, vocabulary
from advisor.interview.sessions.session import read_session
from advisor.knowledge.packs.load_pack import knowledge_from_files, load_knowledge, read_files
from advisor.knowledge.price_lists.list_files import read_list
from advisor.record.formats.encoding import _SEAL
from advisor.record.formats.parse import read_front, read_record
from advisor.record.signatures.signers import read_signers
from advisor.record.signatures.ssh_signature import read_signature
from advisor.text import visible_output

ROOT = Path(__file__).resolve().parents[1]
KEPT = ROOT / "benchmarks" / "fuzz-corpus"
SLOW_S = 1.0
PIECES = (
    b"[", b"]", b"{", b"}", b'"""', b"'''", b"=", b".", b"\n", b"\x1b", b"\xc2\x9b", b"\xe2\x80\xae", b"\xe3\x85\xa4",
    b"\x00", b"1e999999", b"-1", b"nan", b"inf", b"9" * 500, b"a." * 20, b"\\u202e", b"\xff", b"[[a]]", b"\\", b'"',
)  # fmt: skip


def mutated(data: bytes, dice: random.Random) -> bytes:
    """A file with a few places cut, doubled, overwritten or filled with what parsers stumble over."""
    changed = bytearray(data)
    for _ in range(dice.randint(1, 6)):
        at, length = dice.randrange(len(changed) + 1), dice.choice((1, 2, 8, 64, 512))
        kind = dice.randrange(4)
        if kind == 0:
            del changed[at : at + length]
        elif kind == 1:
            changed[at:at] = changed[at : at + length] * dice.choice((1, 2, 50))
        elif kind == 2:
            changed[at : at + 1] = bytes([dice.randrange(256)])
        else:
            changed[at:at] = dice.choice(PIECES)
    return bytes(changed[:1_000_000])


def targets() -> list[tuple[str, list[bytes], Callable[[bytes], object]]]:
    """Each parser with the files it begins from."""
    knowledge = load_knowledge()
    words = vocabulary(knowledge)
    shipped = read_files()
    examples = [path.read_bytes() for path in sorted((ROOT / "examples").glob("*.toml"))]
    ledger = ROOT / "examples" / "ledger"
    records = [path.read_bytes() for path in sorted(ledger.glob("*.toml"))]
    session = b'schema = "advisor.session/1"\nquestionnaire = "quick"\nat = ""\n[answers]\n"data.boundary" = "vpc"\n'
    prices = b'{"gpt-5.4": {"litellm_provider": "openai", "mode": "chat", "input_cost_per_token": 1e-6}}'

    def resealed(data: bytes) -> object:
        body = data.rpartition(b"# sha256")[0] or data
        whole = body + _SEAL + sha256(body).hexdigest().encode() + b"\n"
        read_front(whole, "x")
        return read_record(whole, "x")

    def pack(data: bytes) -> object:
        head = b'name = "acme"\nversion = "1"\n'
        left_out = ("catalog", "throughput")
        small = {path: text for path, text in shipped.items() if not any(one in path for one in left_out)}
        own = {"packs/01-acme/rules/pack.toml": head, "packs/01-acme/rules/facts.toml": data}
        return knowledge_from_files({**small, **own})

    return [
        ("answers", examples, lambda data: read_answers(data, "x", words)),
        ("session", [session], lambda data: read_session(data, "x", knowledge.questionnaires, words)),
        ("TOML", [shipped["rules/facts.toml"], shipped["rules/pack.toml"]], lambda data: parse_toml(data, "x")),
        ("JSON", [prices], lambda data: parse_json(data, "x")),
        ("record", records, resealed),
        ("pack", [b'[[fact]]\nkey = "acme.x"\n'], pack),
        ("price list", [prices], lambda data: read_list("litellm", data, "x", knowledge.catalog, date(2026, 11, 1))),
        ("signers", [(ledger / "allowed_signers").read_bytes()],
         lambda data: read_signers(data.decode(errors="replace"))),
        ("signature", [path.read_bytes() for path in sorted((ledger / "signatures").glob("*"))],
         lambda data: read_signature(data, "x")),
        ("output", examples, lambda data: visible_output(data.decode(errors="replace")).encode()),
    ]  # fmt: skip


def main(inputs: int, seed: int) -> int:
    """Run the inputs in turn over all parsers; what breaks one is kept in the corpus, which is tried first."""
    dice, broken = random.Random(seed), 0
    for name, starts, parse in targets():
        share = inputs // (40 if name == "pack" else 10)
        kept = [path.read_bytes() for path in sorted(KEPT.glob(f"{name.replace(' ', '-')}-*"))]
        refused, slowest = 0, 0.0
        for number in range(share + len(kept)):
            data = kept[number] if number < len(kept) else mutated(dice.choice(starts), dice)
            begun = time.process_time()
            try:
                parse(data)
            except AdvisorError:
                refused += 1
            except Exception as error:
                broken += 1
                KEPT.mkdir(exist_ok=True)
                (KEPT / f"{name.replace(' ', '-')}-{sha256(data).hexdigest()[:12]}").write_bytes(data)
                print(f"{name}: {type(error).__name__}: {str(error)[:120]}")
            spent = time.process_time() - begun
            slowest = max(slowest, spent)
        broken += slowest > SLOW_S
        print(f"{name:10} {share + len(kept):>9,} inputs, {refused:,} refused, slowest {slowest * 1000:.0f} ms")
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
    print(f"{broken} faults; at most {memory} MB")
    return 1 if broken else 0


if __name__ == "__main__":
    given = [int(word) for word in sys.argv[1:3]]
    sys.exit(main(*(given + [20_000, 1][len(given) :])))
