"""The site of the documentation: reference pages name every key, rule and parameter; no link leaves the site."""

from __future__ import annotations

import re
from pathlib import Path

from advisor.cli.framework.options import COMMANDS
from advisor.knowledge.load_pack import load_knowledge
from maintenance.make_docs_site import generated_pages, write_source

KNOWLEDGE = load_knowledge()
PAGES = generated_pages(KNOWLEDGE)


def test_the_reference_names_everything() -> None:
    assert all(f"| `{key}` |" in PAGES["answers.md"] for key in KNOWLEDGE.questions)
    assert all(f"| `{rule.id}` |" in PAGES["rules.md"] for rule in KNOWLEDGE.rules)
    assert all(f"| `{name}` |" in PAGES["parameters.md"] for name in KNOWLEDGE.parameters)
    assert all(f"## advisor {name}\n" in PAGES["commands.md"] for name in COMMANDS)
    assert "| `verdict` |" in PAGES["assessment-json.md"]


def test_every_link_of_the_site_is_found_in_it(tmp_path: Path) -> None:
    source = write_source(tmp_path / "site")
    for page in source.rglob("*.md"):
        for target in re.findall(r"\]\((?!https?:|#|mailto:)([^)#\s]+)", page.read_text("utf-8")):
            assert (page.parent / target).exists(), f"{page.name}: {target}"
