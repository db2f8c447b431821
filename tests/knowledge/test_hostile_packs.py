"""A pack is data: bombs are refused before anything is compiled, and what is lawful is not weakened unsaid."""

from __future__ import annotations

import re
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from advisor.cli.main import run
from advisor.errors import BadKnowledge
from advisor.knowledge.load_pack import load_knowledge, read_files

EXAMPLE = "examples/team-of-20.toml"
TEST = '{ key = "latency.interactive", is = true }'
PAIR = f'{{ all = [ {TEST}, {{ key = "latency.consistency_over_quality", is = true }} ] }}'


def _rule(name: str, when: str, derives: str = "") -> str:
    told = (
        f'gate = "derive"\neffect = "derive"\nderives = "{derives}"' if derives else 'gate = "can"\neffect = "inform"'
    )
    head = f'[[rule]]\nid = "{name}"\ntitle = "t"\nbecause = "b"\nsources = []\ngrade = "recalled"\nsince = 2026-01-01'
    return f'{head}\noptions = ["self-host"]\n{told}\nwhen = {when}\n'


def _chain(length: int) -> str:
    links = (_rule(f"c{n}", f'{{ finding = "chain.f{n - 1}" }}', f"chain.f{n}") for n in range(1, length))
    return _rule("c0", TEST, "chain.f0") + "".join(links)


@pytest.fixture
def pack(tmp_path: Path) -> Callable[..., Path]:
    """Write a pack: its files by path within it."""

    def write(files: dict[str, str], head: str = "") -> Path:
        for path, text in {"rules/pack.toml": f'name = "acme"\nversion = "1"\n{head}', **files}.items():
            (tmp_path / path).parent.mkdir(parents=True, exist_ok=True)
            (tmp_path / path).write_text(text, "utf-8")
        return tmp_path

    return write


@pytest.mark.parametrize(("text", "said"), [
    (_chain(520), "more than 32 deep"),
    (_rule("a", f"{{ any = [{','.join([TEST] * 2000)}] }}"), "more than 256 parts"),
    (_rule("a", f"{{ any = [{','.join([PAIR] * 2000)}] }}"), "more than 256 parts"),
    (_rule("a", "{ not = " * 60 + TEST + " }" * 60), "nested"),
    (_rule("a", '{ key = "data.boundary", in = [' + '"vpc",' * 50_000 + "] }"), "50000 alternatives"),
    ("".join(_rule(f"w{n}", TEST, f"w.f{n}") for n in range(900))
     + "".join(_rule(f"u{n}", f'{{ finding = "w.f{n}" }}') for n in range(900)), "at most 250"),
], ids=["chain", "alternatives", "pairs", "nesting", "list", "fan-out"])  # fmt: skip
def test_a_pack_that_would_hang_the_engine_is_refused_at_once(
    text: str, said: str, pack: Callable[..., Path], capsys: pytest.CaptureFixture[str]
) -> None:
    folder = pack({"rules/gates/x.toml": text})
    begun = time.process_time()
    assert run(["assess", EXAMPLE, "--rules", str(folder), "--draws", "100", "--no-flips"]) == 2
    told = capsys.readouterr().err
    assert said in told
    assert f"{folder}/rules/gates/x.toml" in told
    assert "packs/01" not in told
    assert time.process_time() - begun < 8


def _figure(name: str, old: str, new: str) -> str:
    """One shipped parameter, its text changed."""
    for path, data in read_files().items():
        if path.startswith("rules/parameters/"):
            for part in re.split(r"(?m)^\[\[parameter\]\]\n", data.decode())[1:]:
                if f'id = "{name}"' in part:
                    return f"[[parameter]]\n{re.sub(old, new, part)}"
    raise AssertionError(name)


@pytest.mark.parametrize("price", ["-500000.0", "nan", "inf", "1e300"])
def test_a_number_outside_its_domain_is_refused(price: str, pack: Callable[..., Path]) -> None:
    figure = (
        f'[[parameter]]\nid = "acme.price"\ntitle = "t"\nunit = "USD per month"\n[[parameter.value]]\nvalue = {price}\n'
    )
    told = 'since = 2026-01-01\nsource = "contract"\ngrade = "recalled"\n'
    with pytest.raises(BadKnowledge, match="is not between"):
        load_knowledge([pack({"rules/parameters/acme.toml": figure + told})])


def test_hardware_and_models_have_no_negative_figures(pack: Callable[..., Path]) -> None:
    gpu = 'id = "x"\ntitle = "X"\nmemory_gb = 8\nbandwidth_gbs = 1\nbf16_tflops = 1\nwatts = 1\npurchase_low_usd = -9\n'
    told = 'source = "contract"\ngrade = "recalled"\nchecked = 2026-01-01\n'
    with pytest.raises(BadKnowledge, match="purchase_low_usd"):
        load_knowledge([pack({"rules/catalog/gpus.toml": f"[[gpu]]\n{gpu}{told}"})])


def _entry(path: str, table: str, name: str) -> str:
    whole = read_files()[path].decode()
    return next(part for part in whole.split(f"[[{table}]]\n")[1:] if f'id = "{name}"' in part)


def test_what_the_law_asks_for_is_weakened_only_by_name(pack: Callable[..., Path]) -> None:
    ours = load_knowledge()
    task = next(rule for rule in ours.rules if rule.gate == "must" and rule.effect == "task")
    duty = next(iter(ours.obligations.values()))
    days = _figure("data.standard_retention_days", r"(?m)^value = .*$", "value = 9999")
    text = _entry(task.file, "rule", task.id)
    silenced = re.sub(r"(?m)^because = .*$", 'because = "Nothing needs to be done."', text)
    home = next(path for path, data in ours.files.items() if f'id = "{duty.id}"'.encode() in data)
    eased = re.sub(r"(?m)^duty = .*$", 'duty = "None."', _entry(home, "obligation", duty.id))
    for name, path, table in (
        ("data.standard_retention_days", "rules/parameters/acme.toml", days),
        (task.id, "rules/gates/acme.toml", f"[[rule]]\n{silenced}"),
        (duty.id, "rules/obligations/acme.toml", f"[[obligation]]\n{eased}"),
    ):
        folder = pack({path: table})
        with pytest.raises(BadKnowledge, match=re.escape(f"{name!r} would exclude less")):
            load_knowledge([folder])
        assert load_knowledge([pack({path: table}, f'loosens = ["{name}"]')]).packs[0].loosens == (name,)
        (folder / path).unlink()


@pytest.mark.parametrize("path", [
    "rule/gates/x.toml", "rules.toml", "pack.toml", "rules/gate/x.toml", "rules/gates/x.tml", "questionaires/x.toml",
    "rules/parametres/x.toml", "rules/license.toml", "rules/catalog/gpu.toml",
])  # fmt: skip
def test_a_misspelt_folder_or_file_is_an_error(path: str, pack: Callable[..., Path]) -> None:
    with pytest.raises(BadKnowledge, match="nothing reads this"):
        load_knowledge([pack({path: "[[rule]]\n"})])


@pytest.mark.parametrize("path", [
    "rules/gates/x.toml", "rules/parameters/x.toml", "rules/facts.toml", "rules/catalog/gpus.toml",
    "rules/obligations/x.toml", "rules/licenses/licenses.toml", "rules/systems.toml", "questionnaires/questions/x.toml",
])  # fmt: skip
def test_a_misspelt_table_is_an_error(path: str, pack: Callable[..., Path]) -> None:
    with pytest.raises(BadKnowledge, match=r"table|\[\["):
        load_knowledge([pack({path: '[[rulle]]\nid = "x"\n'})])


def test_a_file_or_folder_linked_into_a_pack_is_refused(pack: Callable[..., Path], tmp_path: Path) -> None:
    folder = pack({"rules/gates/x.toml": ""})
    (folder / "rules" / "parameters").symlink_to(tmp_path)
    with pytest.raises(BadKnowledge, match="symbolic link"):
        load_knowledge([folder])
