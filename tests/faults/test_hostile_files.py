"""Any file of at most 1 MB is read or refused at once and in little memory; pipes, devices and links are refused."""

from __future__ import annotations

import os
import time
import tracemalloc
from collections.abc import Callable
from hashlib import sha256
from pathlib import Path
from shutil import copytree

import pytest

from advisor.bounded_read import MOST_BYTES, parse_json, parse_toml, read_file
from advisor.cli.main import run
from advisor.errors import AdvisorError, BadInput, BadKnowledge, nearest
from advisor.interview.session import unfinished
from advisor.knowledge.overlays import with_packs
from advisor.record.field_diff import relative_error
from advisor.record.signatures.ssh_keygen import read_signers
from advisor.tui.ledger.save_screen import read_notes
from advisor.tui.settings import read_settings

ROOT = Path(__file__).resolve().parents[2]

BOMBS = {
    "keys of 985 parts": "\n".join(".".join([f"a{n}", *["b"] * 984]) + "=1" for n in range(500)),
    "keys of 15 parts": "\n".join(".".join([f"a{n}", *["b"] * 14]) + "=1" for n in range(30_000)),
    "table headers": "".join(f"[{n:x}]\n" for n in range(160_000)),
    "inline tables": "a=[" + "{a=1}," * 160_000 + "]",
    "brackets": "a=" + "[" * 900_000,
    "braces": "a=" + "{a=" * 300_000,
    "digits": "a=" + "9" * 999_000,
    "an exponent": "a = 1e30000000",
    "an open text": 'a="""' + '\\"""' * 240_000,
    "quotes": 'a="' * 300_000,
    "one word": "a" * 999_999,
    "spaces": ("a" + " " * 1_000) * 900,
    "plain keys": "".join(f"{n:x}=1\n" for n in range(140_000)),
    "lists": "a=[" + "[]," * 330_000 + "]",
}


@pytest.mark.parametrize("name", BOMBS)
def test_a_bomb_is_read_or_refused_within_a_second_and_100_mb(name: str) -> None:
    data = BOMBS[name].encode()[:MOST_BYTES]
    tracemalloc.start()
    begun, said = time.process_time(), "bomb.toml: "
    try:
        parse_toml(data, "bomb.toml")
    except BadInput as error:
        said = error.sentence
    assert said.startswith("bomb.toml: ")
    assert len(said) < 300
    spent, peak = time.process_time() - begun, tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < 100_000_000
    assert spent < 8  # a second, where memory is not traced and nobody else computes


def test_what_cannot_be_seen_is_spelled_as_it_is_read() -> None:
    table = parse_toml('"k\\u202e" = ["\\u001b[31m", "\u3164\u115f\u1680", "two\\nlines"]'.encode(), "x.toml")
    assert table == {"k<U+202E>": ["<U+001B>[31m", "<U+3164><U+115F><U+1680>", "two\nlines"]}
    assert parse_json('{"a\\u009b": "\u2067"}', "x.json") == {"a<U+009B>": "<U+2067>"}


@pytest.fixture(params=["pipe", "device", "folder", "link"])
def strange(request: pytest.FixtureRequest, tmp_path: Path) -> Callable[[str], Path]:
    """Put something that is not a file at a name."""

    def put(name: str) -> Path:
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        if request.param == "pipe":
            os.mkfifo(path)
        elif request.param == "folder":
            path.mkdir()
        else:
            path.symlink_to("/dev/zero" if request.param == "device" else "/etc/hostname")
        return path

    return put


def test_a_strange_file_is_refused_by_every_reader(strange: Callable[[str], Path], tmp_path: Path) -> None:
    with pytest.raises(BadInput):
        read_file(strange("any.toml"))
    strange("sessions/20260101T000000-1.toml")
    assert [one.questionnaire for one in unfinished(tmp_path / "sessions")] == ["cannot be read"]
    strange("notes.saving")
    assert read_notes(tmp_path / "notes.toml") == {}
    strange("pack/rules/facts.toml")
    (tmp_path / "pack" / "rules" / "pack.toml").write_text('name = "acme"\nversion = "1"\n')
    if (tmp_path / "pack" / "rules" / "facts.toml").is_dir() and not (tmp_path / "any.toml").is_symlink():
        return
    with pytest.raises(BadKnowledge, match=r"facts\.toml"):
        with_packs({}, [tmp_path / "pack"])


@pytest.mark.parametrize("arguments", [
    ["assess", "PIPE"], ["why", "PIPE"],
    ["size", "--config", "PIPE", "--gpu", "h200", "--gpus", "1", "--precision", "fp8"],
    ["catalog", "import", "litellm", "PIPE"], ["measure", "evaluation", "PIPE"], ["assess", "/dev/zero"],
    ["measure", "evaluation", "/dev/zero"], ["catalog", "import", "genai-prices", "/dev/zero"],
], ids=" ".join)  # fmt: skip
def test_no_command_waits_for_a_pipe(arguments: list[str], tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    os.mkfifo(tmp_path / "pipe")
    given = [str(tmp_path / "pipe") if one == "PIPE" else one for one in arguments]
    assert run(given) == 2
    assert "not a file" in capsys.readouterr().err


LAYERS = (
    '{"num_hidden_layers": %s, "hidden_size": 64, "vocab_size": 9, "num_attention_heads": 2, "intermediate_size": 9}'
)
FOREIGN = {
    "field.csv": "task,candidate,passed\n" + "a" * 200_000,
    "layers.json": LAYERS % 1_000_000_000,
    "digits.json": LAYERS % ("9" * 4_000),
    "types.json": '{"text_config": "x", "num_hidden_layers": 2}',
    "zero.json": LAYERS % '2, "full_attention_interval": 0',
    "columns.csv": ",".join(f"c{n}" for n in range(100_000)) + "\n",
}


@pytest.mark.parametrize(("command", "name"), [
    ("measure evaluation", "field.csv"),
    ("measure benchmark --gpu h200 --gpus 1 --model llama-3.1-8b", "field.csv"),
    ("measure usage", "columns.csv"),
    ("size --gpu h200 --gpus 1 --precision fp8 --config", "layers.json"),
    ("size --gpu h200 --gpus 1 --precision fp8 --config", "digits.json"),
    ("size --gpu h200 --gpus 1 --precision fp8 --config", "types.json"),
    ("size --gpu h200 --gpus 1 --precision fp8 --config", "zero.json"),
])  # fmt: skip
def test_what_other_programs_wrote_is_refused_in_one_sentence(
    command: str, name: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / name).write_text(FOREIGN[name])
    assert run([*command.split(), str(tmp_path / name)]) == 2
    said = capsys.readouterr().err
    assert name in said
    assert len(said) < 1_000


def test_settings_that_are_a_pipe_are_refused(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "config.toml")
    with pytest.raises(AdvisorError, match="is a pipe"):
        read_settings(tmp_path / "config.toml", {})


@pytest.mark.parametrize(("old", "new"), [("draws = ", "draws = 1000000000 #"), ("seed = ", "seed = -1 #")])
def test_a_record_that_asks_for_endless_draws_cannot_be_verified(
    old: str, new: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    shipped = ROOT / "examples" / "ledger"
    copytree(shipped / "blobs", tmp_path / "blobs")
    body = (
        (shipped / "00000001-record.toml").read_bytes().rpartition(b"# sha256")[0].replace(old.encode(), new.encode())
    )
    seal = f"# sha256 of every byte above this line: {sha256(body).hexdigest()}\n"
    (tmp_path / "00000001-record.toml").write_bytes(body + seal.encode())
    begun = time.process_time()
    assert run(["records", "verify", "1", "--records", str(tmp_path)]) == 5
    assert "draws" in capsys.readouterr().out
    assert time.process_time() - begun < 8


def test_huge_numbers_and_lines_cost_nothing() -> None:
    begun = time.process_time()
    assert relative_error("1e30000000", "1") == float("inf")
    assert read_signers("a " + "'" * 3_000_000 + " ssh-ed25519 AAAA") == []
    assert time.process_time() - begun < 1


@pytest.mark.parametrize(("length", "count"), [(30_000, 2), (60, 15_000), (900_000, 1)])
def test_a_misspelled_name_is_compared_with_few_and_short_ones_only(length: int, count: int) -> None:
    """Finding the nearest name took minutes where a file brought both, of 30,000 letters, or 15,000 names."""
    letters = [chr(0x4E00 + number % 150) for number in range(length)]
    names = ["".join(letters[number % 50 :] + letters[: number % 50]) for number in range(count)]
    begun = time.process_time()
    said = nearest("".join(reversed(letters)), names)
    assert time.process_time() - begun < 1
    assert len(said) < 2_000
    assert nearest("vollume", ["volume", *names]) == "did you mean 'volume'?"
