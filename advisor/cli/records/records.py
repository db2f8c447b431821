"""`advisor records`: the decisions of a ledger, listed, shown, verified, signed, and those that are due again."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from datetime import UTC, date, datetime
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from advisor.cli.compare import comparison
from advisor.cli.framework.click_extensions import Sentences, examples, files
from advisor.cli.framework.inputs import act, found_record, ledger_at, recorded_input, signing_with
from advisor.cli.framework.options import (
    AS_OF,
    AUTHORITY,
    BECAUSE,
    BY,
    EXIT_CODE,
    FORMAT,
    OUTPUT,
    QUIET,
    RECORDS,
    REPLAY,
    REPLAY_WITH,
    RULES,
    formats,
    with_options,
)
from advisor.cli.framework.output import as_json, emit, terminal_width, write_result
from advisor.cli.records.records_archive import export
from advisor.cli.records.records_merge import merge, merge_driver
from advisor.cli.records.records_policy import KEY, ROLE, SIGNER, policy
from advisor.cli.records.records_recheck import recheck
from advisor.errors import BadInput
from advisor.text import WIDTH, visible, wrapped_rows

if TYPE_CHECKING:
    from advisor.record.audit.replay import Inputs, Now
    from advisor.record.audit.verify import Scope
    from advisor.record.ledger import Ledger


# `advisor records sign`, `disapprove`, `accept`, `supersede`, `withdraw`, `redact`, `timestamp`: what happens later.


@click.command("sign", epilog=examples('advisor records sign 1 --key ~/.ssh/id_ed25519 --because "Read and agreed."'))
@click.argument("record", shell_complete=files)
@click.option("--key", type=click.Path(path_type=Path), help="An SSH key.  [default: the one git signs with]")
@with_options(RECORDS, SIGNER, ROLE, BECAUSE)
def sign(record: str, records: Path, key: Path | None, by: str, role: str, because: str) -> None:
    """Sign RECORD with your own SSH key (ssh-keygen -Y sign, namespace decision-record)."""
    from advisor.api import assess
    from advisor.record.signatures.signing import sign as save
    from advisor.record.signatures.ssh_keygen import signing_key, user_email

    ledger, number = found_record(record, records)
    said = act(number, by or user_email(), because, role)
    click.echo(save(ledger, said, key or signing_key(), assess, click.echo).sentence)


DISAPPROVE_EXAMPLE = 'advisor records disapprove 1 --key ~/.ssh/id_ed25519 --because "The volumes are guesses."'


@click.command("disapprove", epilog=examples(DISAPPROVE_EXAMPLE))
@click.argument("record", shell_complete=files)
@click.option("--key", type=click.Path(path_type=Path), help="An SSH key.  [default: the one git signs with]")
@with_options(RECORDS, SIGNER, ROLE, BECAUSE)
def disapprove(record: str, records: Path, key: Path | None, by: str, role: str, because: str) -> None:
    """Object to the decision RECORD, signed: while this stands, it cannot be accepted.

    You take it back by signing the decision (advisor records sign). A sign-off of yours from before counts no more.
    What was accepted already stays accepted, and is shown as disapproved of.
    """
    from advisor.record.signatures.signing import object_to
    from advisor.record.signatures.ssh_keygen import signing_key, user_email

    ledger, number = found_record(record, records)
    said = act(number, by or user_email(), because, role)
    click.echo(object_to(ledger, said, key or signing_key(), click.echo).sentence)


@click.command("accept", epilog=examples('advisor records accept 1 --signers 2 --by Ada --because "Two have signed."'))
@click.argument("record", shell_complete=files)
@click.option("--signers", default=1, show_default=True, type=click.IntRange(1), help="How many must have signed.")
@with_options(RECORDS, BY, BECAUSE, KEY)
def accept(record: str, records: Path, signers: int, by: str, because: str, key: Path | None) -> None:
    """Accept RECORD, once enough different people have signed it, each with a key of their own, and nobody objects."""
    from advisor.record.ledger_events import accept as save

    ledger, number = found_record(record, records)
    click.echo(save(ledger, act(number, by, because), signers, signing_with(ledger, key)).sentence)


@click.command("supersede", epilog=examples('advisor records supersede 1 4 --by Ada --because "Prices fell."'))
@click.argument("record", shell_complete=files)
@click.argument("newer", shell_complete=files)
@with_options(RECORDS, BY, BECAUSE, KEY)
def supersede(record: str, newer: str, records: Path, by: str, because: str, key: Path | None) -> None:
    """Mark RECORD as superseded by the decision NEWER."""
    from advisor.record.ledger_events import supersede as save

    ledger, number = found_record(record, records)
    click.echo(
        save(ledger, act(number, by, because), found_record(newer, records)[1], signing_with(ledger, key)).sentence
    )


@click.command("withdraw", epilog=examples('advisor records withdraw 1 --by Ada --because "The project ended."'))
@click.argument("record", shell_complete=files)
@with_options(RECORDS, BY, BECAUSE, KEY)
def withdraw(record: str, records: Path, by: str, because: str, key: Path | None) -> None:
    """Withdraw RECORD without a replacement."""
    from advisor.record.ledger_events import withdraw as save

    ledger, number = found_record(record, records)
    click.echo(save(ledger, act(number, by, because), signing_with(ledger, key)).sentence)


@click.command("redact", epilog=examples('advisor records redact 2 --only deciders --by Ada --because "Asked for."'))
@click.argument("record", shell_complete=files)
@click.option(
    "--only", multiple=True, metavar="FIELD",
    help="title, rationale, consequences, confirmation, deciders, by, because or role; repeatable.  [default: all]",
)  # fmt: skip
@with_options(RECORDS, BY, BECAUSE, ROLE, KEY)
def redact(
    record: str, only: tuple[str, ...], records: Path, by: str, because: str, role: str, key: Path | None
) -> None:
    """Delete names and free text of RECORD; a new record tells of it, and the ledger still verifies.

    Copies, backups and the history of a version control system are yours to find. Records of schema 4 and before hold
    names and text in clear, and cannot be redacted.
    """
    from advisor.record.ledger_events import redact as delete

    ledger, number = found_record(record, records)
    click.echo(delete(ledger, act(number, by, because, role), only, signing_with(ledger, key)).sentence)


@click.command("timestamp", epilog=examples("advisor records timestamp 2 --query two.tsq"))
@click.argument("record", shell_complete=files)
@click.option("--query", type=click.Path(path_type=Path), metavar="FILE", help="Write the question to an authority.")
@click.option("--reply", type=click.Path(path_type=Path), metavar="FILE", help="Keep the authority's answer.")
@with_options(
    RECORDS, AUTHORITY, BY._replace(required=False, default=""),
    BECAUSE._replace(required=False, default="A time token of an authority."),
)  # fmt: skip
def timestamp(
    record: str, query: Path | None, reply: Path | None, records: Path, authority: Path | None, by: str, because: str
) -> None:
    """Prove that RECORD, and every record before it, existed at a time: by an RFC 3161 token of an authority.

    Write the question with --query, send it to an authority of yours (this program opens no network connection), and
    keep the answer with --reply and --time-authority. Needs openssl.
    """
    from advisor.record.ledger_events import stamp
    from advisor.record.signatures.time_token import read_authority, read_reply, time_query

    ledger, number = found_record(record, records)
    if (query is None) == (reply is None):
        raise BadInput("records timestamp", "takes either --query FILE or --reply FILE")
    if query is not None:
        write_result(query, time_query(ledger.entry(number).digest))
        click.echo(f"wrote {query}; send it to an authority as application/timestamp-query")
    elif reply is not None:
        if authority is None or not by:
            raise BadInput("--reply", "takes --time-authority FILE and --by NAME")
        said = act(number, by, because)
        click.echo(stamp(ledger, said, read_reply(reply), read_authority(authority)).sentence)


# `advisor records verify`: everything that can be checked, and what was not.


_SHOW_PROGRESS_FROM = 20


@dataclass(frozen=True, slots=True)
class How:
    """The options of `verify` that say how far to check."""

    replay: bool
    head: str
    allowed: Path | None
    revoked: Path | None
    today: bool | None
    replay_with: Path | None
    evidence: tuple[Path, ...]
    authority: Path | None
    policy: Path | None


VERIFY_EXAMPLES = examples(
    "advisor records verify --records examples/ledger",
    "advisor records verify 3 --records examples/ledger --allowed-signers examples/ledger/allowed_signers",
)


@click.command("verify", epilog=VERIFY_EXAMPLES)
@click.argument("record", required=False, shell_complete=files)
@with_options(REPLAY, REPLAY_WITH)
@click.option(
    "--evidence",
    type=click.Path(path_type=Path),
    multiple=True,
    metavar="DIR",
    help="Folder with files that answers were measured from, compared by digest; repeatable.",
)
@click.option("--head", default="", metavar="SHA256", help="The digest of the last record, as kept elsewhere.")
@click.option("--allowed-signers", "allowed", type=click.Path(path_type=Path), help="Whose signatures count.")
@click.option("--policy", type=click.Path(path_type=Path), help="A policy that says who may set the ledger's first.")
@click.option("--revoked", type=click.Path(path_type=Path), help="Revoked keys (as for ssh-keygen -r).")
@click.option(
    "--today/--no-today",
    default=None,
    help="Report what the rules installed today would decide.  [default: of one RECORD]",
)
@with_options(AUTHORITY, RECORDS, FORMAT, OUTPUT, EXIT_CODE, QUIET)
def verify(
    record: str | None, records: Path, form: str, output: Path | None, exit_code: bool, quiet: bool, **how: Any
) -> int:
    """Check RECORD (its number, or its file), or every record of the ledger, and say what was not checked.

    Exit status: 0 what was checked holds, 4 tampered, 5 cannot be verified, 6 replay differs, 7 numeric toss-up;
    with --exit-code 1 where what was checked holds, and a verdict was NOT DERIVED AGAIN.
    Without --allowed-signers, a file allowed_signers in the ledger is used; better keep it where the writers
    of the ledger cannot change it. From the first policy of the ledger on (advisor records policy), the people of the
    policy in force count instead. What is judged by the ledger itself (thresholds, which programs and knowledge may
    be used), `advisor audit` judges by a policy of yours.
    """
    from advisor.record.audit.verification import as_json, tell
    from advisor.record.audit.verify import verify as check

    ledger, number = found_record(record, records) if record else (ledger_at(records), 0)
    scope = _scope(ledger, number, How(**how))
    with progress_on(0 if quiet else len(ledger.numbers())) as progress:
        found = check(ledger, scope, progress)
    emit(json.dumps(as_json(found), indent=2) if form == "json" else "\n".join(tell(found)), output, quiet=quiet)
    return found.status or int(exit_code and bool(found.not_derived_again))


def _scope(ledger: Ledger, number: int, how: How) -> Scope:
    from advisor.api import assess
    from advisor.record.audit.verify import Scope, trust_of
    from advisor.record.signatures.policy import policy_at
    from advisor.record.signatures.time_token import read_authority

    today = how.today if how.today is not None else how.replay and number > 0
    trust = trust_of(ledger, how.allowed, how.revoked)
    return Scope(
        asked=number,
        assess=assess if how.replay else None,
        trust=trust,
        head=how.head,
        now=_now() if today else None,
        route_alone=partial(assess, flips=False),
        replay_with=how.replay_with,
        evidence=how.evidence,
        portfolio=solve_again,
        first_policy=None if how.policy is None else policy_at(how.policy)[0],
        authorities=() if how.authority is None else (read_authority(how.authority),),
    )


def solve_again(terms: Mapping[str, Any], members: Sequence[Inputs]) -> Mapping[str, Any]:
    """The answer to a recorded portfolio, from what the decisions about its members were derived from."""
    from advisor.decision.compiled import compiled_knowledge
    from advisor.portfolio.portfolio_answer import solve
    from advisor.portfolio.portfolio_report import as_json
    from advisor.portfolio.read_portfolio import portfolio_of
    from advisor.portfolio.standing_offers import priced_portfolio

    first = members[0]
    read = portfolio_of(terms, [each.answers for each in members])
    at = compiled_knowledge(first.knowledge, first.as_of)
    return as_json(solve(read.name, priced_portfolio(read, at, first.seed, lambda name, place: None), read.limits))


def _now() -> Now:
    from advisor.cli.framework.inputs import knowledge_with
    from advisor.record.audit.replay import Now

    return Now(knowledge_with(()), datetime.now(UTC).date())


@contextmanager
def progress_on(total: int) -> Iterator[Callable[[int], None]]:
    """A bar on standard error, where a person is looking and the wait is worth one."""
    if total < _SHOW_PROGRESS_FROM or not sys.stderr.isatty():
        yield lambda done: None
        return
    with click.progressbar(length=total, label="verifying", file=sys.stderr) as bar:
        yield lambda done: bar.update(1)


EXAMPLES = examples(
    "advisor records list --records examples/ledger",
    "advisor records show 2 --records examples/ledger",
    "advisor records verify --records examples/ledger",
)


@click.group("records", cls=Sentences, epilog=EXAMPLES)
def command() -> None:
    """The ledger of decisions: numbered files, each chained to the one before."""


@command.command("list")
@with_options(RECORDS, FORMAT, OUTPUT, QUIET)
def list_records(records: Path, form: str, output: Path | None, quiet: bool) -> None:
    """One line for each record: number, claimed time, kind, status, what it is about."""
    from advisor.record.summary import lines_of, listed

    ledger = ledger_at(records)
    text = (
        as_json([asdict(one) for one in listed(ledger)])
        if form == "json"
        else "\n".join(wrapped_rows(lines_of(ledger, datetime.now(UTC).date()), WIDTH if output else terminal_width()))
    )
    emit(text, output, quiet=quiet)


@command.command("show", epilog=examples("advisor records show 2 --records examples/ledger --format html > two.html"))
@click.argument("record", shell_complete=files)
@with_options(RECORDS, formats("text", "markdown", "html", "json"), OUTPUT, QUIET)
def show(record: str, records: Path, form: str, output: Path | None, quiet: bool) -> None:
    """Print what RECORD (its number, or its file) says, from its bytes alone: nothing is assessed again."""
    ledger, number = found_record(record, records)
    if form != "text":
        from advisor.cli.records.records_export import export

        emit(export(ledger, number, form), output, quiet=quiet)
        return
    from advisor.record.audit.status import standing_of
    from advisor.record.merging.branches import original_entry
    from advisor.record.record_text import outline

    width = terminal_width() if output is None else WIDTH
    lines = outline(original_entry(ledger, number), width, standing_of(ledger, number))
    emit("\n".join(lines).rstrip(), output, quiet=quiet)


@command.command("diff", epilog=examples("advisor records diff 1 2 --records examples/ledger"))
@click.argument("first", metavar="A", shell_complete=files)
@click.argument("second", metavar="B", shell_complete=files)
@with_options(RECORDS, FORMAT, OUTPUT, QUIET)
def diff(first: str, second: str, records: Path, form: str, output: Path | None, quiet: bool) -> None:
    """What differs between the decisions A and B: answers, rules, costs, verdict, and which difference caused it."""
    (ledger, number), (other, newer) = found_record(first, records), found_record(second, records)
    if ledger.directory.resolve() != other.directory.resolve():
        raise BadInput(second, f"is in another ledger than {first}", "see: advisor compare")
    a, b = recorded_input(ledger, number), recorded_input(other, newer)
    emit(comparison(a, b, form)[0], output, quiet=quiet)


@command.command("due", epilog=examples("advisor records due --as-of 2027-06-01 --records examples/ledger"))
@with_options(RECORDS, AS_OF, RULES, FORMAT, OUTPUT, EXIT_CODE, QUIET)
@click.option("--assess/--no-assess", "again", default=True, help="Where rules or prices changed, decide again.")
def due(
    records: Path,
    as_of: date,
    packs: tuple[Path, ...],
    form: str,
    output: Path | None,
    exit_code: bool,
    quiet: bool,
    again: bool,
) -> int:
    """Which decisions must be looked at again: time passed, prices aged, a rule changed, or their retention ended.

    Exit status: 0; with --exit-code 1 where one is due.
    """
    from advisor.api import assess
    from advisor.cli.framework.inputs import knowledge_with
    from advisor.record.audit.replay import Now
    from advisor.record.recheck import decisions_due

    now = Now(knowledge_with(packs, quiet=quiet), as_of)
    route_alone = partial(assess, flips=False)
    listed = list(decisions_due(ledger_at(records), now, route_alone if again else None))
    lines = [visible(f"record {one.number}: {one.title}: {'; '.join(one.reasons)}") for one in listed]
    count = f"{len(listed)} decision{' is' if len(listed) == 1 else 's are'} due on {now.day}"
    found = {"as_of": now.day, "due": [asdict(one) for one in listed]}
    emit(as_json(found) if form == "json" else "\n".join([*lines, count]), output, quiet=quiet)
    return 1 if exit_code and listed else 0


for later in (
    verify,
    recheck,
    sign,
    disapprove,
    accept,
    supersede,
    withdraw,
    redact,
    timestamp,
    export,
    merge,
    merge_driver,
    policy,
):
    command.add_command(later)
