"""A hospital's whole interview by keys ends in the very decision that the command line gives for the same answers."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from typing import Any, NamedTuple

import pytest
import tomli

from advisor.interview.answers import read_value
from advisor.knowledge.labels import route_name
from advisor.paths import data_directory
from tests.terminal.canned import QUESTIONS, VOCABULARY
from tests.terminal.hospital import EXAMPLE, Tour, open_terminal, said
from tests.terminal.hospital_page import IN_SHORT, moments

MOST_ASKED = 60
"""Of all questions, before nothing open can change the hospital's route: many tell what a fleet can carry."""


class Gone(NamedTuple):
    """One interview gone through: what was seen at each moment, and the record it ended in."""

    seen: dict[str, str]
    record: Path

    @property
    def saved(self) -> dict[str, Any]:
        return tomli.loads(self.record.read_text("utf-8"))


@pytest.fixture(scope="module")
def gone(tmp_path_factory: pytest.TempPathFactory) -> Gone:
    home = tmp_path_factory.mktemp("hospital")
    seen: dict[str, str] = {}
    with open_terminal(home, (80, 24)) as tmux:
        record = Tour(tmux, home, lambda name: seen.update({name: tmux.screen()})).run()
    return Gone(seen, record)


def advisor(*arguments: str) -> None:
    done = subprocess.run([sys.executable, "-m", "advisor", *arguments], check=False, capture_output=True, text=True)
    assert done.returncode == 0, done.stdout + done.stderr


def test_the_record_holds_the_answers_of_the_example(gone: Gone) -> None:
    given = {key: read_value(raw, QUESTIONS[key], key, VOCABULARY.ids) for key, raw in said().items()}
    wanted = {key: value for key, value in given.items() if value is not None}
    kept = {key: entry["value"] for key, entry in gone.saved["answers"].items() if not entry["unknown"]}
    assert {key: read_value(raw, QUESTIONS[key], key, VOCABULARY.ids) for key, raw in kept.items()} == wanted


def test_the_verdict_is_that_of_the_command_line(gone: Gone, tmp_path: Path) -> None:
    example = str(data_directory("examples") / f"{EXAMPLE}.toml")
    day = str(gone.saved["decision"]["as_of"])
    advisor("assess", example, "--as-of", day, "--save", "--records", str(tmp_path))
    (path,) = tmp_path.glob("*.toml")
    other = tomli.loads(path.read_text("utf-8"))
    for part in ("verdict", "options", "trace"):
        assert gone.saved[part] == other[part], part


def test_the_record_is_verified(gone: Gone) -> None:
    advisor("records", "verify", str(gone.record))


def test_the_verdict_under_the_questions_follows_the_answers(gone: Gone) -> None:
    before, after = gone.seen["before-the-boundary"], gone.seen["data"]
    assert "open-model API · " in before
    assert "self-hosted · " in after


def test_what_was_typed_wrongly_is_explained_and_what_is_unknown_is_assumed(gone: Gone) -> None:
    assert "is reversed; write the lower end first" in gone.seen["mistake"]
    assert "unknown · assumed" in gone.seen["unknown"]


def test_every_screen_fits(gone: Gone) -> None:
    for name, screen in gone.seen.items():
        assert len(screen.splitlines()) == 24, name
        assert all(len(row) <= 80 for row in screen.splitlines()), name


def test_every_moment_has_its_sentence_on_the_page(gone: Gone) -> None:
    assert list(gone.seen) == moments()


def test_asked_only_what_matters_it_stops_by_itself_at_the_same_route(gone: Gone, tmp_path: Path) -> None:
    seen: dict[str, str] = {}
    with open_terminal(tmp_path, (80, 24)) as tmux:
        asked = Tour(tmux, tmp_path, lambda name: seen.update({name: tmux.screen()})).run_in_short()
    assert len(asked) <= MOST_ASKED
    assert f"{route_name(gone.saved['verdict']['option'])} · " in seen["matters"]
    assert "No open question can change the route" in seen["enough"]
    assert set(seen) == {"start", *IN_SHORT}
