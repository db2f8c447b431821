"""A portfolio's record: it pins its members, is solved again from them, and any changed byte is found."""

from __future__ import annotations

import json
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path

import pytest
from click.testing import CliRunner

from advisor.api import assess
from advisor.cli.portfolio import command
from advisor.cli.records.records import list_records, show
from advisor.cli.records.records_verify import SOLVER, verify
from advisor.interview.answer_format import dollars
from advisor.record.audit.verification import Verification
from advisor.record.audit.verify import Scope
from advisor.record.audit.verify import verify as check
from advisor.record.formats.parse import read_front
from advisor.record.ledger import Ledger, Saved
from advisor.record.save_decision import PortfolioMember, save_portfolio
from advisor.record.signatures.policy import policy_at
from advisor.tui.workers.open_record import opened

ROOT = Path(__file__).resolve().parents[2]
TEAMS = str(ROOT / "examples/portfolio/teams.csv")
STATED = ["--as-of", "2026-11-29", "--brief", "--quiet", "--decider", "Ada", "--reason", "One fleet for three teams."]


def run(act: object, *arguments: str) -> tuple[int, str]:
    done = CliRunner().invoke(act, list(arguments), standalone_mode=False)  # type: ignore[arg-type]
    if done.exception is not None:
        raise done.exception
    return int(done.return_value or 0), done.output


@pytest.fixture(scope="module")
def ledger(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("ledger") / "records"
    run(command, TEAMS, *STATED, "--save", "--records", str(folder))
    return folder


def changed(file: Path, ledger: Path, old: str, new: str) -> int:
    kept = file.read_bytes()
    file.write_bytes(kept.replace(old.encode(), new.encode(), 1))
    try:
        return run(verify, "4", "--records", str(ledger), "--no-today")[0]
    finally:
        file.write_bytes(kept)


def test_a_portfolio_is_one_record_that_is_solved_again_from_its_members(ledger: Path) -> None:
    status, told = run(verify, "4", "--records", str(ledger))
    assert (status, "replay     same" in told) == (0, True)
    front = read_front((ledger / "00000004-record.toml").read_bytes(), "")
    assert [each["workload"] for each in front["members"]] == ["claims", "case-notes", "mail-triage"]
    assert [each["seq"] for each in front["members"]] == [1, 2, 3]
    alone = subprocess.run(
        [sys.executable, "-I", "verify.py", "."], cwd=ledger, capture_output=True, text=True, check=True
    )
    assert "4 records hold" in alone.stdout


def test_a_person_reads_its_name_costs_and_members(ledger: Path) -> None:
    listed = " ".join(run(list_records, "--records", str(ledger))[1].split())
    assert listed.endswith("portfolio teams by Ada: One fleet for three teams.")
    told = run(show, "4", "--records", str(ledger))[1]
    front = read_front((ledger / "00000004-record.toml").read_bytes(), "")
    assert f"together    {dollars(float(front['portfolio']['joint_usd']))} a month" in told
    assert "record 2: case-notes" in told


def test_a_changed_answer_terms_or_member_is_found(ledger: Path) -> None:
    blobs = {each.read_bytes()[:4000].decode("utf-8", "ignore").find('"joint_usd"') >= 0: each
             for each in (ledger / "blobs/sha256").iterdir() if each.read_bytes().startswith(b"{\n ")}  # fmt: skip
    assert changed(blobs[True], ledger, '"joint_usd"', '"joint_usd" ') == 4
    assert changed(blobs[False], ledger, '"seed": ', '"seed": 1') == 4
    assert changed(ledger / "00000002-record.toml", ledger, "[verdict]", "[verdicT]") == 4


def test_a_portfolio_is_saved_only_where_it_is_said_who_decides() -> None:
    with pytest.raises(Exception, match="says who decides"):
        run(command, TEAMS, "--brief", "--quiet", "--save")
    with pytest.raises(Exception, match="requires --save"):
        run(command, TEAMS, *STATED)


def audited(ledger: Path, number: int) -> Verification:
    policy, _ = policy_at(ROOT / "examples/auditor/policy.toml")
    found = check(Ledger(ledger), Scope(number, assess, policy=policy, solver=SOLVER))
    return next(one for one in found.records if one.number == number)


def test_an_auditor_solves_it_again_in_a_process_with_limits(ledger: Path) -> None:
    told = audited(ledger, 4)
    assert told.replay is not None
    assert (told.replay.verdict, told.problems) == ("same", [])


def test_an_auditor_finds_an_answer_that_the_members_do_not_have(ledger: Path) -> None:
    front = read_front((ledger / "00000004-record.toml").read_bytes(), "")
    terms, answer = (json.loads((ledger / "blobs/sha256" / front["portfolio"][name]).read_bytes())
                     for name in ("terms", "answer"))  # fmt: skip
    members = [PortfolioMember(each["workload"], Saved(ledger, each["seq"], each["sha256"], True))
               for each in front["members"]]  # fmt: skip
    forged = answer | {"joint_usd": answer["joint_usd"] / 2}
    saved = save_portfolio(Ledger(ledger), members, terms, forged, ("Ada", "Cheaper."), datetime.now(UTC))
    told = audited(ledger, saved.number)
    assert [problem.sentence for problem in told.problems] == ["derived again, joint_usd came out different"]


def test_the_interface_opens_a_portfolio_with_its_members(ledger: Path) -> None:
    shown = opened(Ledger(ledger), 4)
    assert (shown.kind, shown.assessment) == ("portfolio", None)
    assert dict(shown.rows)["record 1"] == "claims"
    assert dict(shown.rows)["by"] == "Ada"
