"""A disapproval is signed, counted and shown like a sign-off, blocks an acceptance, and is taken back by its person."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path

import pytest
import tomli

from advisor.cli.main import run
from advisor.errors import BadInput
from advisor.record.audit.status import SignOff, last_words, standing_in
from advisor.record.audit.verify import Scope, trust_of, verify
from advisor.record.formats.encoding import name_of, sealed_bytes
from advisor.record.formats.kept_words import WordKeeper
from advisor.record.formats.models import Head
from advisor.record.ledger import VERIFIER_SOURCE, Ledger
from advisor.record.ledger_events import Act, Signing, accept, disapprove, redact, set_policy, sign_off
from advisor.record.merge import Merger, merge
from tests.record.page_verifier import Verifier

EXAMPLE = Path(__file__).parents[2] / "examples" / "ledger"
WHEN = datetime(2026, 11, 21, 12, tzinfo=UTC)
PEOPLE = ("eva", "leo", "max")
Captured = pytest.CaptureFixture[str]


@pytest.fixture(scope="module")
def keys(tmp_path_factory: pytest.TempPathFactory) -> Path:
    place = tmp_path_factory.mktemp("keys")
    for name in PEOPLE:
        subprocess.run(["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-C", name, "-f", place / name], check=True)
    return place


@pytest.fixture
def ledger(keys: Path, tmp_path: Path) -> Ledger:
    """The example, in which two have signed record 2, with three more people who may sign."""
    place = Path(shutil.copytree(EXAMPLE, tmp_path / "ledger"))
    lines = [(place / "allowed_signers").read_text()]
    lines += [f'{one}@x.org namespaces="decision-record" {(keys / f"{one}.pub").read_text()}' for one in PEOPLE]
    (place / "allowed_signers").write_text("".join(lines))
    return Ledger(place)


def said(name: str, about: int = 2) -> Act:
    return Act(about, f"{name}@x.org", f"Said by {name}.", WHEN)


def signing(ledger: Ledger, keys: Path, name: str) -> Signing:
    return Signing(keys / name, trust_of(ledger))


def objected(ledger: Ledger, keys: Path, name: str) -> int:
    return disapprove(ledger, said(name), signing(ledger, keys, name)).number


def signed(ledger: Ledger, keys: Path, name: str) -> int:
    return sign_off(ledger, said(name), signing(ledger, keys, name)).number


def statuses(ledger: Ledger) -> set[int]:
    """What `records verify --no-replay`, the verifier of 150 lines and the one from the page say."""
    command = [sys.executable, "-I", str(VERIFIER_SOURCE), str(ledger.directory)]
    done = subprocess.run(command, capture_output=True, check=False)
    return {
        verify(ledger, Scope(trust=trust_of(ledger))).status,
        done.returncode,
        Verifier(ledger.directory, ledger.directory / "allowed_signers").run(),
    }


def problems(ledger: Ledger, number: int = 2) -> str:
    found = verify(ledger, Scope(trust=trust_of(ledger)))
    return "; ".join(one.sentence for one in found.records[number - 1].problems)


def test_a_decision_that_somebody_disapproves_of_is_not_accepted_until_they_sign_it(keys: Path, ledger: Ledger) -> None:
    number = objected(ledger, keys, "eva")
    assert standing_in(ledger, 2).words == "proposed, signed by 2, disapproved by 1"
    with pytest.raises(BadInput, match=rf"is disapproved by eva@x.org \(record {number}\); who signs it takes"):
        accept(ledger, said("leo"), 2)
    assert statuses(ledger) == {0}
    signed(ledger, keys, "eva")
    assert standing_in(ledger, 2).words == "proposed, signed by 3"
    accept(ledger, said("leo"), 3)
    assert statuses(ledger) == {0}


def test_a_disapproval_takes_back_the_sign_off_of_the_same_person_and_no_other(keys: Path, ledger: Ledger) -> None:
    signed(ledger, keys, "eva")
    objected(ledger, keys, "eva")
    assert standing_in(ledger, 2).words == "proposed, signed by 2, disapproved by 1"
    signer = verify(ledger, Scope(trust=trust_of(ledger))).records[1].signers
    told = [(one.principal, one.act, one.refused, one.taken_back_in) for one in signer[2:]]
    assert told == [("eva@x.org", "sign-off", "", 7), ("eva@x.org", "disapprove", "", 0)]


def test_after_an_acceptance_a_disapproval_is_shown_and_undoes_nothing(keys: Path, ledger: Ledger) -> None:
    accept(ledger, said("leo"), 2)
    objected(ledger, keys, "eva")
    assert standing_in(ledger, 2).words == "accepted (record 6), disapproved by 1"
    assert statuses(ledger) == {0}


def test_the_last_word_of_each_key_and_of_each_person_counts() -> None:
    def by(record: int, person: str, key: str) -> SignOff:
        return SignOff(record, person, key, "", "")

    first, other = by(1, "ada", "k1"), by(2, "ben", "k2")
    same_key, same_person = by(3, "eve", "k1"), by(4, "ben", "k3")
    assert last_words([first, other], [same_key]) == ([other], [same_key])
    assert last_words([first, other], [same_person]) == ([first], [same_person])
    assert last_words([first, same_person], [other, same_key]) == ([same_person], [same_key])


def forged_acceptance(ledger: Ledger, signers: int = 2) -> None:
    """Lay down an acceptance as a program does that asks nobody."""
    keeper, at = WordKeeper(ledger), ledger.next()
    table = {"record": Head.of("accept", at, WHEN).table(), "about": {"seq": 2, "sha256": ledger.entry(2).digest}}
    table |= keeper.commit({"statement": {"by": "mal@x.org", "because": "All agree."}})
    keeper.keep()
    table |= {"threshold": {"signers": signers}}
    (ledger.directory / name_of(at.seq)).write_bytes(sealed_bytes(table, at.seq))


def test_an_acceptance_over_a_disapproval_is_refused_by_every_verifier(keys: Path, ledger: Ledger) -> None:
    objected(ledger, keys, "eva")
    forged_acceptance(ledger)
    assert problems(ledger) == "it was accepted while it was disapproved by eva@x.org (record 6)"
    assert statuses(ledger) == {5}


def test_a_sign_off_that_was_taken_back_does_not_count_for_an_acceptance(keys: Path, ledger: Ledger) -> None:
    signed(ledger, keys, "eva")
    objected(ledger, keys, "eva")
    signed(ledger, keys, "eva")
    forged_acceptance(ledger, 3)
    assert statuses(ledger) == {0}
    forged_acceptance(ledger, 4)
    assert statuses(ledger) == {5}
    assert "accepted for 4 signers, and 3 of its signatures count" in problems(ledger)


@pytest.mark.parametrize(
    ("table", "field", "value"),
    [
        ("record", "kind", "sign-off"),
        ("record", "kind", "withdraw"),
        ("signature", "covers", None),
        ("signature", "key", None),
        ("record", "schema", "advisor.record/4"),
        ("statement", "by", None),
    ],
)
def test_a_changed_disapproval_is_found_by_every_verifier(
    keys: Path, ledger: Ledger, table: str, field: str, value: str | None
) -> None:
    """A disapproval turned into a sign-off or a withdrawal, or without what it must have, sealed again."""
    path = ledger.directory / name_of(objected(ledger, keys, "eva"))
    tables = tomli.loads(path.read_text())
    if value is None:
        del tables[table][field]
    else:
        tables[table][field] = value
    path.write_bytes(sealed_bytes(tables, 6))
    found = statuses(ledger)
    assert len(found) == 1
    assert found <= {4, 5}


def test_who_may_not_sign_disapproves_of_nothing(keys: Path, ledger: Ledger, tmp_path: Path) -> None:
    subprocess.run(["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", tmp_path / "mal"], check=True)
    with pytest.raises(BadInput, match="its signature would not count"):
        disapprove(ledger, said("mal"), Signing(tmp_path / "mal", trust_of(ledger)))
    with pytest.raises(BadInput, match="its signature would not count"):
        disapprove(ledger, said("leo"), Signing(keys / "eva", trust_of(ledger)))
    disapprove(ledger, said("mal"), Signing(tmp_path / "mal"))
    forged_acceptance(ledger)
    assert statuses(ledger) == {5}
    assert "disapproved" not in problems(ledger)
    with pytest.raises(BadInput, match="is not a decision"):
        disapprove(ledger, said("eva", 3), Signing(keys / "eva"))
    with pytest.raises(BadInput, match="is superseded by record 2 already"):
        disapprove(ledger, said("eva", 1), Signing(keys / "eva"))


def test_a_disapproval_of_what_was_withdrawn_or_is_no_decision_is_found(keys: Path, ledger: Ledger) -> None:
    number = objected(ledger, keys, "eva")
    path = ledger.directory / name_of(number)
    whole = path.read_bytes()
    for about in (1, 3):  # superseded; a sign-off
        tables = tomli.loads(whole.decode())
        tables["about"] = {"seq": about, "sha256": ledger.entry(about).digest}
        path.write_bytes(sealed_bytes(tables, number))
        assert len(statuses(ledger)) == 1
        assert statuses(ledger) <= {4, 5}


def policy(keys: Path, roles: dict[str, str], may: str) -> Path:
    lines = ['schema = "advisor.policy/1"']
    for name, role in roles.items():
        key = " ".join((keys / f"{name}.pub").read_text().split()[:2])
        lines.append(f'[[people]]\nname = "{name}@x.org"\nkey = "{key}"\nroles = ["{role}"]')
    file = keys / "policy.toml"
    file.write_text("\n".join([*lines, "[may]", 'policy = ["owner"]', may, ""]))
    return file


def test_a_policy_says_who_may_disapprove(keys: Path, ledger: Ledger) -> None:
    owners = {"eva": "owner", "leo": "owner", "max": "clerk"}
    set_policy(ledger, said("eva", 0), policy(keys, owners, 'sign-off = ["owner"]'), keys / "eva")
    with pytest.raises(BadInput, match=r"disapprove takes the role owner, not max@x\.org's"):
        disapprove(ledger, said("max"), Signing(keys / "max"))
    disapprove(ledger, said("leo"), Signing(keys / "leo"))
    sign_off(ledger, said("eva"), keys / "eva")
    with pytest.raises(BadInput, match=r"is disapproved by leo@x.org \(record 7\)"):
        accept(ledger, said("eva"), 1, Signing(keys / "eva"))
    forged_acceptance(ledger, 1)
    assert statuses(ledger) == {5}
    (ledger.directory / name_of(9)).unlink()
    # A key that is revoked from before it disapproved does not stand in the way.
    revoked = policy(keys, {"eva": "owner", "max": "owner"}, "")
    key = " ".join((keys / "leo.pub").read_text().split()[:2])
    text = revoked.read_text().replace("[may]", f'[[revoked]]\nkey = "{key}"\nfrom_record = 7\n[may]')
    revoked.write_text(text)
    set_policy(ledger, said("eva", 0), revoked, keys / "eva")
    accept(ledger, said("eva"), 1, Signing(keys / "eva"))
    assert statuses(ledger) == {0}


def test_a_policy_under_which_a_disapproval_could_not_be_taken_back_is_refused(keys: Path, ledger: Ledger) -> None:
    people = {"eva": "owner", "max": "clerk"}
    stuck = policy(keys, people, 'sign-off = ["owner"]\ndisapprove = ["owner", "clerk"]')
    with pytest.raises(BadInput, match=r"max@x.org could disapprove of a decision and never take it back"):
        set_policy(ledger, said("eva", 0), stuck, keys / "eva")
    set_policy(ledger, said("eva", 0), policy(keys, people, 'disapprove = ["clerk"]'), keys / "eva")
    with pytest.raises(BadInput, match=r"disapprove takes the role clerk, not eva@x\.org's"):
        disapprove(ledger, said("eva"), Signing(keys / "eva"))
    disapprove(ledger, said("max"), Signing(keys / "max"))
    assert statuses(ledger) == {0}


def test_an_acceptance_knows_the_disapprovals_of_its_own_branch(keys: Path, ledger: Ledger, tmp_path: Path) -> None:
    """One branch accepts, the other disapproves: both stay, in either order, and it is shown."""
    merger = Merger("eva@x.org", "Taken over.", WHEN)
    for place, first, second in (("one", "accepts", "objects"), ("two", "objects", "accepts")):
        ours, theirs = (Ledger(Path(shutil.copytree(ledger.directory, tmp_path / place / side))) for side in "ab")
        for side, does in ((ours, first), (theirs, second)):
            if does == "accepts":
                accept(side, said("leo"), 2)
            else:
                objected(side, keys, "eva")
        assert len([*merge(ours, theirs, merger)]) == 1
        assert standing_in(ours, 2).words.endswith(", disapproved by 1")
        assert standing_in(ours, 2).words.startswith("accepted (record ")
        assert statuses(ours) == {0}
        with pytest.raises(BadInput, match="is disapproved by eva"):
            accept(ours, said("leo"), 2)
        forged_acceptance(ours)
        assert statuses(ours) == {5}


def test_a_disapproval_whose_name_was_removed_counts_by_its_key(keys: Path, ledger: Ledger) -> None:
    number = objected(ledger, keys, "eva")
    redact(ledger, Act(number, "the office", "Asked for.", WHEN))
    assert standing_in(ledger, 2).words == "proposed, signed by 2, disapproved by 1"
    forged_acceptance(ledger)
    assert statuses(ledger) == {5}


def test_the_command_verifies_signs_and_shows_it_everywhere(
    keys: Path, ledger: Ledger, capsys: Captured, tmp_path: Path
) -> None:
    records = str(ledger.directory)
    given = ["--key", str(keys / "eva"), "--as", "eva@x.org", "--because", "Guesses.", "--role", "security"]
    assert run(["records", "disapprove", "2", *given, "--records", records]) == 0
    told = capsys.readouterr().out
    assert told.startswith("objects record 2, sha256 ")
    assert "as      eva@x.org, security\nwords   Guesses.\nsaved " in told
    assert run(["records", "disapprove", "2", *given[2:], "--key", str(keys / "nokey"), "--records", records]) == 2
    for arguments, words in (
        (["list"], "proposed, signed by 2, disapproved by 1]"),
        (["show", "2"], "disapproved in record 6"),
        (["show", "2", "--format", "markdown"], "* Disapproved by eva@x.org with SHA256:"),
        (["show", "2", "--format", "html"], "; disapproved by eva@x.org; proposed, signed by 2, disapproved by 1"),
        (["show", "2", "--format", "json"], '"standing": "proposed, signed by 2, disapproved by 1"'),
        (["verify", "2", "--no-replay"], "objects eva@x.org with SHA256:"),
    ):
        capsys.readouterr()
        assert run(["records", *arguments, "--records", records]) == 0
        assert words in " ".join(capsys.readouterr().out.split())
    assert run(["records", "verify", "2", "--no-replay", "--format", "json", "--records", records]) == 0
    signers = json.loads(capsys.readouterr().out)["records"][0]["signers"]
    assert [one["act"] for one in signers] == ["sign-off", "sign-off", "disapprove"]
    own = policy(keys, {"leo": "owner"}, "")
    assert run(["audit", records, "--policy", str(own), "--no-replay"]) == 5
    assert "is not among the people of the policy" in capsys.readouterr().out


def test_nobody_disapproves_of_a_broken_record(keys: Path, ledger: Ledger, capsys: Captured) -> None:
    path = ledger.directory / name_of(2)
    path.write_bytes(path.read_bytes().replace(b"air-gap", b"air-gip", 1))
    given = ["--key", str(keys / "eva"), "--as", "eva@x.org", "--because", "No.", "--records", str(ledger.directory)]
    assert run(["records", "disapprove", "2", *given]) == 2
    assert "it was not signed; see: advisor records verify" in capsys.readouterr().err
    assert len(ledger.numbers()) == 5
