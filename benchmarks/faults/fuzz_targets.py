"""Every parser of a file that somebody else may have written, with the files a fuzzer begins from."""

from __future__ import annotations

import contextlib
import io
import runpy
import shutil
import sys
from collections.abc import Callable, Iterator
from datetime import date
from hashlib import sha256
from pathlib import Path
from typing import NamedTuple

from advisor.bounded_read import parse_json, parse_toml
from advisor.evidence.benchmark_files import read_benchmark
from advisor.evidence.evaluation_files import read_evaluation
from advisor.interview.answers import read_answers, vocabulary
from advisor.interview.quantities import parse
from advisor.interview.session import read_session
from advisor.knowledge.load_pack import knowledge_from_files, load_knowledge, read_files
from advisor.knowledge.price_lists.price_changes import read_list
from advisor.portfolio.portfolio_file import read_portfolio
from advisor.record.audit.verify import Scope, verify
from advisor.record.formats.encoding import _SEAL
from advisor.record.formats.parse import read_front, read_record
from advisor.record.ledger import VERIFIER_SOURCE, Ledger
from advisor.record.signatures.ssh_keygen import Trust, read_signature, read_signers
from advisor.sizing.hf_config import read_config
from advisor.text import visible_output
from advisor.tui.ledger.save_screen import read_notes
from advisor.tui.settings import read_settings

ROOT = Path(__file__).resolve().parents[2]
EXAMPLES = ROOT / "examples"
LEDGER = EXAMPLES / "ledger"


class FuzzTarget(NamedTuple):
    """A parser, the files it begins from, and how large a share of all inputs it takes: the slow ones take less."""

    name: str
    starts: list[bytes]
    parse: Callable[[bytes], object]
    share: float = 1.0


def fuzz_targets(scratch: Path) -> list[FuzzTarget]:
    """All parsers; what they need besides the bytes is loaded once, and files they read are put into `scratch`."""
    return [*_interview_files(scratch), *_knowledge_files(scratch), *_measured_files(scratch), *_records(scratch)]


def _through(scratch: Path, name: str, read: Callable[[Path], object]) -> Callable[[bytes], object]:
    """Read the bytes from a file of this name."""
    path = scratch / name

    def read_file(data: bytes) -> object:
        path.write_bytes(data)
        return read(path)

    return read_file


def _interview_files(scratch: Path) -> Iterator[FuzzTarget]:
    knowledge = load_knowledge()
    words = vocabulary(knowledge)
    answers = [path.read_bytes() for path in sorted(EXAMPLES.glob("*.toml"))]
    session = b'schema = "advisor.session/1"\nquestionnaire = "quick"\nat = ""\n[answers]\n"data.boundary" = "vpc"\n'
    trial = b'[trial]\nname = "a"\nunknown = []\n[trial.answers]\n[[variants]]\nname = "b"\n[drafts]\n"data.x" = "1"\n'
    settings = [b'theme = "monochrome"\nmouse = true\nrecords = "/r"\n', b'[keys]\nverdict = "f5"\nhome = "ctrl+g"\n']
    kinds = sorted({question.kind for question in words.questions.values() if question.is_numeric})
    typed = (b"2B", b"30M/day", "5–500M".encode(), b"2s", b"200k..300k/year", b"1..2..3", b"90M tokens a month",
             b"30M to 40M/day", b"0.5s", b"500 ms", b"$2.50", b"1e-3", b"12,000", b"10%",
             b"8 to 12 (likely 9)")  # fmt: skip
    portfolios = [path.read_bytes() for path in sorted((EXAMPLES / "portfolio").glob("*.toml"))]

    def quantity(data: bytes) -> object:
        return parse(data[1:].decode(errors="replace"), kinds[data[0] % len(kinds)] if data else kinds[0], "x")

    yield FuzzTarget("answers", answers, lambda data: read_answers(data, "x", words))
    yield FuzzTarget("quantity", [bytes([place]) + text for place in range(len(kinds)) for text in typed], quantity, 3)
    yield FuzzTarget("session", [session, session + trial],
                     lambda data: read_session(data, "x", knowledge.questionnaires, words))  # fmt: skip
    yield FuzzTarget("settings", settings, _through(scratch, "config.toml", lambda path: read_settings(path, {})))
    yield FuzzTarget("notes", [b'title = "a"\nbecause = "b"\n'], _through(scratch, "notes.toml", read_notes))
    yield FuzzTarget("portfolio", portfolios, _through(scratch, "p.toml", lambda path: read_portfolio(path, words)))
    yield FuzzTarget("output", [b"\x1b[1ma\x1b[0m\n\xe2\x80\xae\xe3\x85\xa4\tb"],
                     lambda data: _plain(visible_output(data.decode(errors="replace"))))  # fmt: skip


def _plain(text: str) -> None:
    """Spelled once, a text must stay as it is."""
    text.encode()
    assert visible_output(text) == text, "not spelled wholly"


def _knowledge_files(scratch: Path) -> Iterator[FuzzTarget]:
    shipped = read_files()
    catalog = load_knowledge().catalog
    litellm = b'{"gpt-5.4": {"litellm_provider": "openai", "mode": "chat", "input_cost_per_token": 1e-6}}'
    genai = (
        b'[{"id": "openai", "name": "OpenAI", "models": [{"id": "gpt-5.4", "match": {"equals": "gpt-5.4"}, '
        b'"prices": {"input_mtok": 1.25, "output_mtok": {"base": 10, "tiers": [{"start": 200000, "price": 20}]}}}]}]'
    )
    day = date(2026, 11, 1)
    configs = [path.read_bytes() for path in sorted((ROOT / "tests" / "data" / "configs").glob("*.json"))]
    small = {path: text for path, text in shipped.items() if "catalog" not in path and "throughput" not in path}
    acme = EXAMPLES / "packs" / "acme"
    own = [path for path in sorted(acme.rglob("*.toml")) if path.parent.name != "catalog" and path.name != "pack.toml"]
    fact = b'[[fact]]\nkey = "acme.x"\n'
    places = [*(str(path.relative_to(acme)) for path in own), "rules/facts.toml"]
    texts = [*(path.read_bytes() for path in own), fact]

    def pack(data: bytes) -> object:
        name = places[data[0] % len(places)] if data else places[0]
        laid = {"packs/01-acme/rules/pack.toml": b'name = "acme"\nversion = "1"\n', f"packs/01-acme/{name}": data[1:]}
        return knowledge_from_files({**small, **laid})

    yield FuzzTarget("TOML", [shipped["rules/pack.toml"], fact], lambda data: parse_toml(data, "x"), 3)
    yield FuzzTarget("JSON", [litellm, genai], lambda data: parse_json(data, "x"), 3)
    yield FuzzTarget("pack", [bytes([place]) + text for place, text in enumerate(texts)], pack, 0.1)
    yield FuzzTarget("litellm", [litellm], lambda data: read_list("litellm", data, "x", catalog, day))
    yield FuzzTarget("genai", [genai], lambda data: read_list("genai-prices", data, "x", catalog, day))
    yield FuzzTarget("config", configs, _through(scratch, "config.json", read_config))


def _measured_files(scratch: Path) -> Iterator[FuzzTarget]:
    samples = {path.name: path.read_bytes() for path in sorted((EXAMPLES / "measure").iterdir()) if path.is_file()}
    logs = [data[:4000] for data in samples.values()]
    yield FuzzTarget("benchmark", logs, _through(scratch, "run.json", lambda path: read_benchmark(path, 0.9)))
    yield FuzzTarget("evaluation", logs, _through(scratch, "samples.jsonl", read_evaluation))
    yield FuzzTarget("table", [b"task,candidate,passed,tokens\na,b,1,3\nc,d,no,\n"],
                     _through(scratch, "table.csv", read_evaluation))  # fmt: skip


def _records(scratch: Path) -> Iterator[FuzzTarget]:
    records = [path.read_bytes() for path in sorted(LEDGER.glob("*-record.toml"))]
    bodies = [data.rpartition(b"# sha256")[0] for data in records]
    fronts = [body.partition(b"\n[answers")[0] + b"\n" for body in bodies]
    signatures = [path.read_bytes() for path in sorted((LEDGER / "signatures").glob("*"))]
    signers = (LEDGER / "allowed_signers").read_bytes()
    options = b'a@x,*@y namespaces="decision-record",valid-after="20260101" ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIA==\n'

    def record(data: bytes) -> object:
        whole = _sealed(data)
        read_front(whole, "x")
        return read_record(whole, "x")

    yield FuzzTarget("record", [*fronts, *bodies[2:]], record)
    yield FuzzTarget("whole-record", bodies[:2], record, 0.2)
    yield FuzzTarget("signers", [signers, options], lambda data: read_signers(data.decode(errors="replace")), 3)
    yield FuzzTarget("signature", signatures, lambda data: read_signature(data, "x"), 3)
    yield FuzzTarget("verify", [bytes([place]) + body for place, body in enumerate([*bodies, signers])],
                     _verifier(scratch), 0.1)  # fmt: skip


def _sealed(data: bytes) -> bytes:
    """The bytes as a record whose last line holds their digest, so that they are read and not only hashed."""
    body = data if data.endswith(b"\n") else data + b"\n"
    return body + _SEAL + sha256(body).hexdigest().encode() + b"\n"


def _verifier(scratch: Path) -> Callable[[bytes], object]:
    """The ledger with one file replaced, judged by the program and by the verifier beside it.

    The first byte chooses the file; the others are its bytes, sealed if it is a record.
    """
    place = Path(shutil.copytree(LEDGER, scratch / "ledger"))
    files = [*sorted(place.glob("*-record.toml")), place / "allowed_signers"]
    whole = {path: path.read_bytes() for path in files}

    def judge(data: bytes) -> object:
        path = files[data[0] % len(files)] if data else files[0]
        path.write_bytes(_sealed(data[1:]) if path.suffix == ".toml" else data[1:])
        given = sys.argv[1:]
        try:
            trust = Trust(place / "allowed_signers")
            found = verify(Ledger(place), Scope(trust=trust))
            with contextlib.redirect_stdout(io.StringIO()), contextlib.suppress(SystemExit):
                sys.argv[1:] = [str(place)]
                runpy.run_path(str(VERIFIER_SOURCE), run_name="__main__")
            return found
        finally:
            sys.argv[1:] = given
            path.write_bytes(whole[path])

    return judge
