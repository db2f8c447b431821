"""Neither rules nor figures change under a version that stands for others."""

from __future__ import annotations

import tomllib

import pytest

from advisor.authoring.pack_diff import logic_digest, stamped, version_faults
from advisor.errors import BadKnowledge
from advisor.knowledge.load_pack import read_files
from advisor.paths import data_directory

FILES = read_files()
CHANGELOG = (data_directory("rules") / "CHANGELOG.md").read_text("utf-8")
VERSION = tomllib.loads(FILES["rules/pack.toml"].decode())["version"]
NEXT = "99.0.0"
MUST, PACK = "rules/gates/must.toml", "rules/pack.toml"


def _changed(path: str, old: bytes, new: bytes) -> dict[str, bytes]:
    assert old in FILES[path]
    return {**FILES, path: FILES[path].replace(old, new, 1)}


def _said(files: dict[str, bytes], changelog: str = CHANGELOG) -> str:
    return " ".join(fault.line for fault in version_faults(files, changelog))


def test_the_shipped_rules_are_those_of_their_version() -> None:
    assert _said(FILES) == ""
    assert stamped(FILES, CHANGELOG) == CHANGELOG


@pytest.mark.parametrize(
    ("path", "old", "new"),
    [
        (MUST, b'"on-premises"', b'"tenancy"'),
        ("rules/tiers.toml", b'derives = "regulated"', b'derives = "regulation"'),
        ("rules/licenses/conditions.toml", b'posture = "blocked"', b'posture = "clear"'),
        ("rules/methods/cost-guide.toml", b"{panel.tokens_per_month}", b"{panel.tokens}"),
        ("rules/parameters/gates.toml", b"value = 0.25", b"value = 0.3"),
        ("rules/catalog/api.toml", b"output = ", b"output = 1"),
        ("rules/obligations/health.toml", b'"rented-gpu"', b'"own-hardware"'),
        ("rules/checklists/beats-api.toml", b'"checklist.security_items"', b'"checklist.none"'),
    ],
)
def test_changed_logic_needs_a_new_version(path: str, old: bytes, new: bytes) -> None:
    files = _changed(path, old, new)
    assert "rules or figures have changed since this version was stamped; raise the version" in _said(files)
    with pytest.raises(BadKnowledge, match="raise the version"):
        stamped(files, CHANGELOG)


def test_comments_and_cases_change_no_contents() -> None:
    case = b'\n[[rule.case]]\nname = "one more"\nfires = false\ngiven = { }\n'
    same = {**FILES, MUST: b"# A remark\n" + FILES[MUST] + case}
    assert logic_digest(same) == logic_digest(FILES)


def test_a_new_version_needs_its_entry_and_then_a_stamp() -> None:
    raised = {**_changed(PACK, f'version = "{VERSION}"'.encode(), f'version = "{NEXT}"'.encode())}
    raised[MUST] = FILES[MUST].replace(b'"on-premises"', b'"tenancy"', 1)
    assert f"{VERSION}: the newest entry is not of version {NEXT}" in _said(raised)
    told = CHANGELOG.replace(f"## {VERSION}", f"## {NEXT} — 2026-12-24\n\n- Another boundary.\n\n## {VERSION}", 1)
    assert f"{NEXT}: holds no digest of its logic" in _said(raised, told)
    done = stamped(raised, told)
    assert _said(raised, done) == ""
    assert logic_digest(raised) in done
    assert logic_digest(FILES) in done
