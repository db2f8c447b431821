"""An organization's pack adds, replaces and tightens, visibly; it takes nothing back of the law without saying so."""

from __future__ import annotations

import os
import subprocess
import sys
from datetime import date
from pathlib import Path

import pytest

from advisor.cli.framework.open_interface import open_interface
from advisor.cli.main import run
from advisor.errors import BadInput, BadKnowledge
from advisor.knowledge.load_pack import knowledge_from_files, load_knowledge, read_files
from advisor.knowledge.pack import Knowledge

EXAMPLE = "examples/team-of-20.toml"
NO_API = """
[[rule]]
id = "must.acme-no-api"
gate = "must"
effect = "exclude"
kind = "law"
options = ["hosted-api"]
title = "Our own policy"
when = { key = "workload.developers", known = true }
because = "Our policy keeps developers off vendor APIs."
sources = ["acme"]
grade = "reported"
since = 2026-01-01

[[rule.case]]
name = "developers"
fires = true
given = { "workload.developers" = 20 }

[[rule.case]]
name = "none told"
fires = false
given = { }
"""
SOURCE = '[[source]]\nid = "acme"\ntitle = "Policy"\npublished = 2026-01-01\nkind = "contract"\n'
BOUNDARY = "must.boundary-own-infrastructure"


def _pack(folder: Path, name: str = "acme", head: str = "", **files: str) -> Path:
    """Write a pack; file names are given without rules/ and .toml, with __ for a slash."""
    texts = {"pack": f'name = "{name}"\nversion = "1.2"\n{head}', "sources": SOURCE, **files}
    for path, text in texts.items():
        target = folder / "rules" / f"{path.replace('__', '/')}.toml"
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_text(text, "utf-8")
    return folder


def _rule_text(rule: str, old: str, new: str) -> str:
    """One shipped must rule, its text changed at one place."""
    whole = read_files()["rules/gates/must.toml"].decode()
    found = next(part for part in whole.split("\n[[rule]]\n")[1:] if f'id = "{rule}"' in part)
    assert old in found
    return f"[[rule]]\n{found.replace(old, new, 1)}"


def test_a_rule_of_a_pack_fires_and_says_where_it_comes_from(tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    pack = _pack(tmp_path / "acme", gates__must=NO_API)
    assert run(["assess", EXAMPLE, "--rules", str(pack), "--full", "--no-flips", "--draws", "100"]) == 0
    out, err = capfd.readouterr()
    assert "must.acme-no-api" in out
    assert "The pack acme 1.2 is laid over ours: it adds" in " ".join(out.split())
    assert f"with the pack acme 1.2 (adds 2, replaces 0) from {pack}" in err


def test_why_names_the_file_of_the_pack(tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    pack = _pack(tmp_path / "acme", gates__must=NO_API)
    assert run(["why", EXAMPLE, "must.acme-no-api", "--rules", str(pack), "--no-flips"]) == 0
    assert "packs/01-acme/rules/gates/must.toml" in "".join(capfd.readouterr().out.split())


@pytest.mark.parametrize(("head", "kept"), [("", False), ('prices = "by-day"\n', True)])
def test_an_older_price_of_a_pack_leaves_a_newer_one_of_ours_where_prices_go_by_day(
    tmp_path: Path, head: str, kept: bool
) -> None:
    row = '{ provider = "openai", since = 2025-01-01, input = 7, output = 9, source = "acme", grade = "reported" }'
    pack = _pack(tmp_path / "acme", head=head, catalog__api=f'[[api]]\nid = "gpt-5.4"\nprice = [{row}]\n')
    ours = {row for row in load_knowledge().catalog.api["gpt-5.4"].prices if row.provider == "openai"}
    now = set(load_knowledge([pack]).catalog.api["gpt-5.4"].prices)
    assert (ours <= now) is kept
    assert any(row.source == "acme" for row in now)


def test_a_price_takes_the_place_of_that_providers_alone_and_is_shown_as_the_packs(tmp_path: Path) -> None:
    price = '[[api.price]]\nprovider = "openai"\nsince = 2026-01-01\ninput = 7\noutput = 9\nsource = "acme"\n'
    text = f'[[api]]\nid = "gpt-5"\ntitle = "GPT-5"\nvendor = "openai"\nfrontier = true\n{price}grade = "reported"\n'
    known = "gpt-5.4"
    pack = _pack(tmp_path / "acme", catalog__api=text.replace("gpt-5", known, 1))
    knowledge, ours = load_knowledge([pack]), load_knowledge().catalog.api[known]
    own = [price for price in knowledge.catalog.api[known].prices if price.key == ("openai", "", "standard")]
    assert [(price.input, price.output, price.source) for price in own] == [(7, 9, "acme")]
    others = [price for price in ours.prices if price.key != ("openai", "", "standard")]
    assert [price for price in knowledge.catalog.api[known].prices if price not in own] == others
    assert knowledge.catalog.api[known].context == ours.context
    assert knowledge.packs[0].replaces == (f"api {known}",)
    assert knowledge.pack_of("api", known) == "acme"
    assert knowledge.pack_of("gpu", "h100-sxm") == "advisor-base"


def test_the_later_pack_counts(tmp_path: Path) -> None:
    packs = [_pack(tmp_path / name, name, sources=SOURCE.replace("Policy", name)) for name in ("zebra", "acme")]
    assert load_knowledge(packs).sources["acme"].title == "acme"
    assert load_knowledge(packs[::-1]).sources["acme"].title == "zebra"
    assert load_knowledge(packs).version == f"{load_knowledge().version} + zebra 1.2 + acme 1.2"


def test_its_files_alone_rebuild_the_same_knowledge(tmp_path: Path) -> None:
    knowledge = load_knowledge([_pack(tmp_path / "acme", gates__must=NO_API)])
    assert knowledge_from_files(knowledge.files) == knowledge
    assert knowledge.pins.rules != load_knowledge().pins.rules
    assert knowledge.pins.catalog == load_knowledge().pins.catalog


def test_a_record_made_with_a_pack_replays_without_it(tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    pack, ledger = _pack(tmp_path / "acme", gates__must=NO_API), tmp_path / "records"
    saved = ["assess", EXAMPLE, "--rules", str(pack), "--save", "--records", str(ledger), "--draws", "100"]
    assert run(saved) == 0
    (pack / "rules" / "gates" / "must.toml").unlink()
    capfd.readouterr()
    assert run(["records", "verify", "--records", str(ledger)]) == 0
    record = (ledger / "00000001-record.toml").read_text("utf-8")
    assert "packs/01-acme/rules/gates/must.toml" in record
    assert f"{load_knowledge().version} + acme 1.2" in record


def test_a_pack_that_excludes_less_is_refused(tmp_path: Path) -> None:
    weaker = _rule_text(BOUNDARY, "since = ", "until = 2026-08-01\nsince = ")
    with pytest.raises(BadKnowledge, match=f"pack acme: .*{BOUNDARY}.*loosens = "):
        load_knowledge([_pack(tmp_path / "acme", gates__must=weaker)])


def test_a_pack_may_exclude_less_when_it_says_so(tmp_path: Path) -> None:
    weaker = _rule_text(BOUNDARY, "since = ", "until = 2026-08-01\nsince = ")
    knowledge = load_knowledge([_pack(tmp_path / "acme", head=f'loosens = ["{BOUNDARY}"]', gates__must=weaker)])
    assert BOUNDARY not in [rule.id for rule in knowledge.rules_at(date(2026, 11, 21))]


def test_another_reason_for_the_same_exclusion_is_no_loosening(tmp_path: Path) -> None:
    again = _rule_text(BOUNDARY, 'title = "', 'title = "Ours: ')
    knowledge = load_knowledge([_pack(tmp_path / "acme", gates__must=again)])
    assert _rule_title(knowledge, BOUNDARY).startswith("Ours: ")


def _rule_title(knowledge: Knowledge, name: str) -> str:
    return next(rule.title for rule in knowledge.rules if rule.id == name)


def test_a_license_made_milder_is_a_loosening(tmp_path: Path) -> None:
    terms = next(one for one in load_knowledge().licenses.values() if one.posture == "review")
    whole = read_files()["rules/licenses/licenses.toml"].decode()
    found = next(part for part in whole.split("[[license]]\n")[1:] if f'id = "{terms.id}"' in part)
    milder = "[[license]]\n" + found.replace('posture = "review"', 'posture = "duties"')
    with pytest.raises(BadKnowledge, match=f"'{terms.id}' would exclude less"):
        load_knowledge([_pack(tmp_path / "acme", licenses__licenses=milder)])


def test_a_model_under_another_license_is_a_loosening(tmp_path: Path) -> None:
    whole = read_files()["rules/catalog/models.toml"].decode()
    found = next(part for part in whole.split("[[model]]\n")[1:] if 'license = "llama-4"' in part)
    name = found.partition('id = "')[2].partition('"')[0]
    freed = "[[model]]\n" + found.replace('license = "llama-4"', 'license = "apache-2.0"')
    with pytest.raises(BadKnowledge, match=f"'{name}' would exclude less"):
        load_knowledge([_pack(tmp_path / "acme", catalog__models=freed)])


def test_a_new_rule_for_what_the_law_needs_absent_is_a_loosening(tmp_path: Path) -> None:
    unless_exempt = _rule_text(BOUNDARY, "when = ", 'when = { not = { finding = "exempt" } }\nwas = ')
    kept = [line for line in unless_exempt.splitlines() if not line.startswith("was = ")]
    rule = "\n".join(kept).partition("\n[[rule.case")[0]
    first = _pack(tmp_path / "first", "first", f'loosens = ["{BOUNDARY}"]', gates__must=rule)
    barring = 'gate = "must"\neffect = "exclude"\nkind = "law"\noptions = ["hosted-api"]'
    exempt = NO_API.replace(barring, 'gate = "derive"\neffect = "derive"\nderives = "exempt"')
    assert len(load_knowledge([first]).rules) == len(load_knowledge().rules)
    with pytest.raises(BadKnowledge, match=r"'must\.acme-no-api' would exclude less"):
        load_knowledge([first, _pack(tmp_path / "acme", gates__exempt=exempt)])


def test_the_interview_takes_a_pack_too(tmp_path: Path) -> None:
    pack = _pack(tmp_path / "acme", gates__must=NO_API)
    asked = [sys.executable, "-m", "advisor", "ask", "--plain", "--questionnaire", "quick", "--rules", str(pack)]
    home = {"HOME": str(tmp_path), "PATH": os.environ["PATH"], "LC_ALL": "C.UTF-8"}
    done = subprocess.run(
        asked, input="verdict\nquit\n", env=home, cwd=tmp_path, capture_output=True, text=True, check=True
    )
    assert "The pack acme 1.2 is laid over ours" in " ".join(done.stdout.split())


@pytest.mark.parametrize(
    ("head", "name", "said"),
    [
        ('loosens = ["must.none"]', "acme", "no rule, parameter, license, model, provider or duty 'must.none'"),
        ("tightens = []", "acme", "rules/pack.toml: tightens"),
        ("", "Acme Inc", "is not a name for a pack"),
    ],
)
def test_a_wrong_manifest_is_named_with_its_key(tmp_path: Path, head: str, name: str, said: str) -> None:
    with pytest.raises(BadKnowledge) as error:
        load_knowledge([_pack(tmp_path / "acme", name, head)])
    assert said in error.value.sentence


def test_a_folder_without_manifest_is_no_pack(tmp_path: Path) -> None:
    with pytest.raises(BadKnowledge, match=r"is not a rule pack: rules/pack\.toml is missing"):
        load_knowledge([tmp_path])
    with pytest.raises(BadInput, match="is not a rule pack"):
        open_interface(packs=[tmp_path])


QUESTION = """[[question]]
key = "acme.cost_center"
kind = "text"
text = "Which cost center pays?"
why = "The bill is split."
"""


def test_a_pack_may_ask_questions_of_its_own_and_add_choices(tmp_path: Path) -> None:
    pack = _pack(tmp_path / "acme")
    folder = pack / "questionnaires" / "questions"
    folder.mkdir(parents=True)
    region = '[[question]]\nkey = "data.region"\nchoices = [{ id = "ch", text = "Switzerland" }]\n'
    (folder / "acme.toml").write_text(QUESTION + region, "utf-8")
    knowledge = load_knowledge([pack])
    assert knowledge.questionnaires["full"].sections[-1].keys == ("acme.cost_center",)
    assert "acme.cost_center" in knowledge.questions
    ours = load_knowledge().questions["data.region"].choices
    assert [choice.id for choice in knowledge.questions["data.region"].choices] == [*(one.id for one in ours), "ch"]


def test_a_pack_changes_nothing_else_of_our_questions(tmp_path: Path) -> None:
    pack = _pack(tmp_path / "acme")
    folder = pack / "questionnaires" / "questions"
    folder.mkdir(parents=True)
    (folder / "acme.toml").write_text('[[question]]\nkey = "data.region"\ntext = "Where?"\n', "utf-8")
    with pytest.raises(BadKnowledge, match=r"data\.region: text: a pack may add choices"):
        load_knowledge([pack])


def test_one_pack_has_no_id_twice(tmp_path: Path) -> None:
    with pytest.raises(BadKnowledge, match=r"acme/rules/sources\.toml: acme: the id 'acme' is taken already"):
        load_knowledge([_pack(tmp_path / "acme", sources=SOURCE * 2)])


def test_the_users_own_packs_are_laid_over_and_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path))
    _pack(tmp_path / "advisor" / "packs" / "mine", "mine", sources=SOURCE)
    assert run(["catalog", "show", "providers"]) == 0
    assert "with the pack mine 1.2 (adds 1, replaces 0)" in capfd.readouterr().err
    assert run(["locate", "packs"]) == 0
    assert capfd.readouterr().out.strip() == str(tmp_path / "advisor" / "packs")


def test_lint_tells_what_is_wrong_in_a_pack(tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    pack = _pack(tmp_path / "acme", gates__must=NO_API.replace('"acme"]', '"acne"]'))
    assert run(["rules", "lint", "--rules", str(pack)]) == 1
    said = f"{pack}/rules/gates/must.toml: must.acme-no-api: no source 'acne'; did you mean 'acme'?"
    assert said in capfd.readouterr().out


def test_a_threshold_keeps_what_the_pack_does_not_mention_of_it(tmp_path: Path) -> None:
    stricter = """
[[parameter]]
id = "gate.hybrid_margin"
[[parameter.value]]
since = 2026-01-01
value = 0.2
source = "acme"
grade = "reported"
"""
    ours = load_knowledge().parameters["gate.hybrid_margin"]
    theirs = load_knowledge([_pack(tmp_path / "acme", parameters__acme=stricter)]).parameters["gate.hybrid_margin"]
    assert (theirs.title, theirs.unit) == (ours.title, ours.unit)
    assert [value.value for value in theirs.values] == [0.2]


def test_all_that_an_entry_lacks_is_named_at_once_with_a_path_that_exists(tmp_path: Path) -> None:
    pack = _pack(tmp_path / "acme", catalog__open='[[open]]\nid = "acme-8b"\ntitle = "ACME 8B"\nfamily = "llama"\n')
    with pytest.raises(BadKnowledge, match="lacks context, license, source, grade, checked, capability") as caught:
        load_knowledge([pack])
    assert caught.value.where.startswith(f"{pack}/rules/catalog/open.toml: acme-8b")
