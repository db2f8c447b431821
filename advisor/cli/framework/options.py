"""Every option and every command, declared once; read without click, so that the first screen is painted soon."""

from __future__ import annotations

from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple, TypeVar

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from datetime import date

    import click


# Every option of the command line, declared once: click, the fast start-up path and the documents read it from here.
#
# Importing this module does not import click: `advisor` alone paints its first screen without it.


SEED, DRAWS = 1, 10_000
"""As in advisor.api, which is too slow to import for a help text."""
MOST_SEED, FEWEST_DRAWS = 2**53, 100
Command = TypeVar("Command", bound="Callable[..., Any]")


class OptionSpec(NamedTuple):
    """One option: its spelling, the argument it becomes, and what it takes.

    `kind` is `flag` (no value; the argument gets `value`), `switch` (`--x/--no-x`), `text`, `path`, `day`, `integer`
    or `choice`. `complete` names the function of `advisor.cli.framework.click_extensions` that completes its value.
    """

    name: str
    parameter: str
    kind: str
    help: str
    metavar: str = ""
    default: Any = None
    choices: tuple[str, ...] = ()
    least: int | None = None
    most: int | None = None
    several: bool = False
    required: bool = False
    complete: str = ""
    value: bool = True

    @property
    def spellings(self) -> tuple[str, ...]:
        """The words a user may write: two for a switch."""
        return tuple(self.name.split("/"))


# --- the set that all commands share ---

AS_OF = OptionSpec(
    "--as-of", "as_of", "day", "Use the rules and figures of this day (YYYY-MM-DD).  [default: today]", "DATE"
)
RULES = OptionSpec(
    "--rules", "packs", "path", "Overlay the rule pack in DIR; repeatable. A record keeps its own packs.",
    "DIR", several=True, complete="folders",
)  # fmt: skip
RECORDS = OptionSpec(
    "--records", "records", "path", "Folder of the ledger of decision records.",
    "DIR", default="records", complete="folders",
)  # fmt: skip
FORMAT = OptionSpec("--format", "form", "choice", "Output format.", default="text", choices=("text", "json"))
OUTPUT = OptionSpec(
    "--output", "output", "path", "Write the result to FILE instead of printing it.", "FILE", complete="files"
)
BRIEF = OptionSpec("--brief", "brief", "flag", "One line per workload: route, offer, dollars a month, status.")
FULL = OptionSpec("--full", "full", "flag", "Everything the assessment says, as text.")
FULL_LIST = FULL._replace(help="List every entry that was not imported, instead of the first few of each reason.")
EXIT_CODE = OptionSpec("--exit-code", "exit_code", "flag", "Exit with status 1 when the answer calls for action.")
QUIET = OptionSpec("--quiet", "quiet", "flag", "Print no progress and no notes on standard error.")
COLOR = OptionSpec(
    "--color", "color", "choice", "Bold headings in text.", default="auto", choices=("auto", "always", "never")
)
SAMPLES = OptionSpec(
    "--draws", "draws", "integer", "Number of Monte Carlo draws.", default=DRAWS, least=FEWEST_DRAWS, most=1_000_000
)
RANDOM_SEED = OptionSpec("--seed", "seed", "integer", "Random seed.", default=SEED, least=0, most=MOST_SEED)
JUDGED = (AS_OF, RULES, SAMPLES, RANDOM_SEED)
"""What a verdict on answers is computed with."""
PRINTED = (FORMAT, OUTPUT, QUIET)
JOBS = OptionSpec("--jobs", "jobs", "integer", "Processes that assess.  [default: one per CPU]", "N", least=1)

# --- the interview ---

QUESTIONNAIRE = OptionSpec(
    "--questionnaire", "questionnaire", "text", "quick, full, coding-agents or license-review.",
    "ID", default="", complete="questionnaires",
)  # fmt: skip
ASK = (
    QUESTIONNAIRE,
    OptionSpec("--plain", "plain", "flag", "Ask line by line: for screen readers, dumb terminals and scripts."),
    OptionSpec("--resume", "resume", "flag", "Continue the most recent unfinished interview."),
    OptionSpec(
        "--what-matters", "by_what_matters", "flag", "Ask only what can still change the route, most important first."
    ),
    RECORDS._replace(kind="text", default="", help="Save the record in this folder."),
    OptionSpec("--no-mouse", "mouse", "flag", "Disable mouse support.", default=True, value=False),
    RULES,
    AS_OF._replace(kind="text", default=""),
)

# --- what only some commands take ---

FLIPS = OptionSpec(
    "--flips/--no-flips", "flips", "switch", "Look for single answers that would change the verdict.", default=True
)
SETTINGS = OptionSpec(
    "--set", "settings", "text", "Replace one answer; repeatable.", "KEY=VALUE", several=True, complete="answer_keys"
)
KEEP_GOING = OptionSpec(
    "--keep-going", "keep_going", "flag", "Report a file that cannot be read, and assess the others."
)
SAVE = OptionSpec("--save", "save", "flag", "Write each assessment into the ledger of decision records.")
STATEMENT = (
    OptionSpec("--title", "title", "text", "Title of the decision in its record.", "TEXT", default=""),
    OptionSpec("--reason", "reason", "text", "Reason for the decision, in your words.", "TEXT", default=""),
    OptionSpec("--decider", "deciders", "text", "Who decides; repeatable.", "NAME", several=True),
    OptionSpec("--review-by", "review_by", "text", "Latest day to decide again (YYYY-MM-DD).", "DATE", default=""),
    OptionSpec(
        "--retain-until",
        "retain_until",
        "text",
        "Day until which its names and text are kept (YYYY-MM-DD).",
        "DATE",
        default="",
    ),
    OptionSpec(
        "--confirmation", "confirmation", "text", "How you will check whether it was right.", "TEXT", default=""
    ),
    OptionSpec(
        "--measured", "measured", "text", "An answer that was measured from logs; repeatable.", "KEY", several=True
    ),
)
SAVING = (SAVE, RECORDS, *STATEMENT)
INTERACTIVE = OptionSpec(
    "--interactive", "interactive", "flag", "Show a table in the terminal: sort, find, open, change, save."
)
REPLAY = OptionSpec(
    "--replay/--no-replay", "replay", "switch", "Derive each verdict again from its pinned knowledge.", default=True
)
REPLAY_WITH = OptionSpec(
    "--replay-with", "replay_with", "path", "Replay what another version decided with that version, installed in VENV.",
    "VENV", complete="folders",
)  # fmt: skip
BY = OptionSpec("--by", "by", "text", "Who does it.", "NAME", required=True)
AUTHORITY = OptionSpec(
    "--time-authority", "authority", "path", "Certificates (PEM) of an authority whose time tokens count.", "FILE",
    complete="files",
)  # fmt: skip
BECAUSE = OptionSpec("--because", "because", "text", "Why, in a sentence.", "TEXT", required=True)
KEY = OptionSpec("--key", "key", "path", "Sign it with this SSH key.", "FILE")
ROLE = OptionSpec("--role", "role", "text", "In which role you sign, such as security.", "TEXT", default="")
SIGNER = OptionSpec("--as", "by", "text", "Who you are.  [default: the e-mail git knows]", "PRINCIPAL", default="")


def own_options(*options: OptionSpec) -> Callable[[Command], Command]:
    """Add options to a click command; each arrives under its `parameter` name."""

    def add(command: Command) -> Command:
        for option in reversed(options):
            command = _decorator(option)(command)
        return command

    return add


def formats(*choices: str) -> OptionSpec:
    """The `--format` option with these formats, the first one the default."""
    return FORMAT._replace(choices=choices, default=choices[0])


def _decorator(option: OptionSpec) -> Callable[[Command], Command]:
    import click

    from advisor.cli.framework import click_extensions as shell_words

    given: dict[str, Any] = {"help": option.help, "multiple": option.several, "required": option.required}
    if option.metavar:
        given["metavar"] = option.metavar
    if option.complete:
        given["shell_complete"] = getattr(shell_words, option.complete)
    if option.kind == "flag":
        given |= {"is_flag": True, "flag_value": option.value, "default": not option.value}
    elif option.kind == "switch":
        given |= {"default": option.default}
    else:
        given |= {"type": _type(option), "show_default": option.default not in (None, "")}
        if option.default is not None:
            given["default"] = option.default
    if option.kind == "day":
        given["callback"] = _or_today
    return click.option(option.name, option.parameter, **given)


def _or_today(_context: click.Context, _parameter: click.Parameter, day: date | None) -> date:
    from advisor.cli.framework.click_extensions import parse_day

    return day or parse_day(None)


def _type(option: OptionSpec) -> click.ParamType[Any]:
    import click

    match option.kind:
        case "path":
            return click.Path(path_type=Path)
        case "integer":
            return click.IntRange(option.least, option.most)
        case "choice":
            return click.Choice(option.choices)
        case "day":
            from advisor.cli.framework.click_extensions import Day

            return Day()
    return click.STRING


# The table of commands: adding one is adding a line.
#
# The summaries are kept here, so that `advisor --help` imports no command's module.


class CommandEntry(NamedTuple):
    """One command: `place` is `module:attribute` of its click command, in `advisor.cli`, `summary` its line of help."""

    place: str
    summary: str

    @property
    def target(self) -> str:
        """Where to import it from, as `load` takes it."""
        return f"advisor.cli.{self.place}"


COMMANDS: dict[str, CommandEntry] = {
    "ask": CommandEntry("ask:command", "Ask the questions, show the verdict, save the record."),
    "new": CommandEntry("new:command", "An annotated answers file: every key, explained, to fill in."),
    "assess": CommandEntry("assess:command", "Answer files to verdicts, without the interface."),
    "why": CommandEntry("why:command", "Which rules fired, which nearly did, what one answer would change."),
    "compare": CommandEntry("compare:command", "What differs between two answer files or records, and why."),
    "records": CommandEntry("records.records:command", "The ledger of decisions: list, show, verify, sign, follow up."),
    "audit": CommandEntry(
        "records.records_verify:audit", "Verify a received ledger by a policy of your own; nothing in it is trusted."
    ),
    "sensitivity": CommandEntry("sensitivity:command", "Which inputs move the choice, and what each is worth."),
    "size": CommandEntry("size:command", "Whether a model fits on a group of GPUs, how fast, at what price."),
    "catalog": CommandEntry("knowledge.catalog:command", "Prices, hardware, models, licenses; how old each figure is."),
    "measure": CommandEntry("measure:command", "Usage logs and evaluation results to measured answers."),
    "portfolio": CommandEntry(
        "portfolio:command", "Many workloads, one fleet and team: what they cost least together."
    ),
    "plan": CommandEntry("plan:command", "The evaluation to run: candidates, prompts, load test."),
    "gateway": CommandEntry("gateway:command", "LiteLLM proxy configuration for the routing decided."),
    "rules": CommandEntry("knowledge.rules:command", "Check the knowledge base: lint, test, coverage."),
    "schema": CommandEntry("knowledge.schema:command", "JSON Schema of answers, rules, records and assessments."),
    "claims": CommandEntry(
        "knowledge.claims:command", "Every published figure recomputed: what holds, what differs, why."
    ),
    "sources": CommandEntry("knowledge.sources:command", "Sources with dates and grades; what implements each system."),
    "locate": CommandEntry("locate:command", "Where rules, examples, records and settings are."),
    "completions": CommandEntry("completions:command", "Print the completion script of a shell."),
}

INTERFACE = "advisor.cli.framework.open_interface:open_interface"
"""What `advisor` and `ask` call with their plain options: to paint soon it imports no click."""


INTERFACE_OPTIONS = tuple(option.name for option in ASK)
"""Options that need no command before them: those of `ask`."""

COMPLETION = "_ADVISOR_COMPLETE"
"""The environment variable by which a shell asks for completions, with no arguments either."""


def load(target: str) -> Any:
    """Import `module:attribute`."""
    module, _, attribute = target.partition(":")
    return getattr(import_module(module), attribute)


# The options of `ask` read without click, from their declarations: the first screen is painted sooner.


OPTIONS: dict[str, OptionSpec] = {option.name: option for option in ASK}


def options_of_ask(arguments: Sequence[str]) -> dict[str, Any] | None:
    """Read them in any order; None where anything else is written, help and mistakes included, which click handles."""
    found: dict[str, Any] = {}
    words = iter(arguments[1:] if arguments[:1] == ["ask"] else arguments)
    for word in words:
        name, is_joined, text = word.partition("=")
        option = OPTIONS.get(name)
        if option is None or (option.kind == "flag" and is_joined):
            return None
        if option.kind == "flag":
            found[option.parameter] = option.value
            continue
        text = text if is_joined else next(words, "")
        if not text or text.startswith("-"):
            return None
        value = Path(text) if option.kind == "path" else text
        found[option.parameter] = (*found.get(option.parameter, ()), value) if option.several else value
    return found
