"""Mutated files through every parser: nothing but the program's own errors, and nothing over a second.

python -m benchmarks.faults.fuzz_parsers [INPUTS] [SEED]     ends with status 1 where an input broke a parser
"""

from __future__ import annotations

import random
import resource
import sys
import tempfile
import time
from hashlib import sha256
from pathlib import Path

from advisor.errors import AdvisorError
from benchmarks.faults.fuzz_targets import ROOT, fuzz_targets

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


def main(inputs: int, seed: int) -> int:
    """Run the inputs in turn over all parsers; what breaks one is kept in the corpus, which is tried first."""
    dice, broken = random.Random(seed), 0
    with tempfile.TemporaryDirectory() as scratch:
        targets = fuzz_targets(Path(scratch))
        shares = sum(target.share for target in targets)
        for name, starts, parse, part in targets:
            kept = [path.read_bytes() for path in sorted(KEPT.glob(f"{name}-*"))]
            share = max(1, round(inputs * part / shares))
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
                    (KEPT / f"{name}-{sha256(data).hexdigest()[:12]}").write_bytes(data)
                    print(f"{name}: {type(error).__name__}: {str(error)[:120]}")
                slowest = max(slowest, time.process_time() - begun)
            broken += slowest > SLOW_S
            print(f"{name:12} {share + len(kept):>9,} inputs, {refused:,} refused, slowest {slowest * 1000:.0f} ms")
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
    print(f"{broken} faults; at most {memory} MB")
    return 1 if broken else 0


if __name__ == "__main__":
    given = [int(word) for word in sys.argv[1:3]]
    sys.exit(main(*(given + [20_000, 1][len(given) :])))
