"""The table of commands: adding one is adding a line.

The summaries are kept here, so that `advisor --help` imports no command's module.
"""

from __future__ import annotations

from importlib import import_module
from typing import Any, NamedTuple

from advisor.cli.framework.options import ASK


class CommandEntry(NamedTuple):
    """One command: `target` is `module:attribute` of its click command, `summary` its line in the help."""

    target: str
    summary: str


COMMANDS: dict[str, CommandEntry] = {
    "ask": CommandEntry("advisor.cli.ask:command", "Ask the questions, show the verdict, save the record."),
    "new": CommandEntry("advisor.cli.new:command", "An annotated answers file: every key, explained, to fill in."),
    "assess": CommandEntry("advisor.cli.assess:command", "Answer files to verdicts, without the interface."),
    "why": CommandEntry(
        "advisor.cli.why:command", "Which rules fired, which nearly did, what one answer would change."
    ),
    "compare": CommandEntry(
        "advisor.cli.compare:command", "What differs between two answer files or records, and why."
    ),
    "records": CommandEntry(
        "advisor.cli.records.records:command", "The ledger of decisions: list, show, verify, sign, follow up."
    ),
    "audit": CommandEntry(
        "advisor.cli.audit:command", "Verify a received ledger by a policy of your own; nothing in it is trusted."
    ),
    "sensitivity": CommandEntry(
        "advisor.cli.sensitivity:command", "Which inputs move the choice, and what each is worth."
    ),
    "size": CommandEntry(
        "advisor.cli.size:command", "Whether a model fits on a group of GPUs, how fast, at what price."
    ),
    "catalog": CommandEntry(
        "advisor.cli.knowledge.catalog:command", "Prices, hardware, models, licenses; how old each figure is."
    ),
    "measure": CommandEntry("advisor.cli.measure:command", "Usage logs and evaluation results to measured answers."),
    "portfolio": CommandEntry(
        "advisor.cli.portfolio:command", "Many workloads, one fleet and team: what they cost least together."
    ),
    "plan": CommandEntry("advisor.cli.plan:command", "The evaluation to run: candidates, prompts, load test."),
    "gateway": CommandEntry("advisor.cli.gateway:command", "LiteLLM proxy configuration for the routing decided."),
    "rules": CommandEntry("advisor.cli.knowledge.rules:command", "Check the knowledge base: lint, test, coverage."),
    "schema": CommandEntry(
        "advisor.cli.knowledge.schema:command", "JSON Schema of answers, rules, records and assessments."
    ),
    "claims": CommandEntry(
        "advisor.cli.knowledge.claims:command", "Every published figure recomputed: what holds, what differs, why."
    ),
    "sources": CommandEntry(
        "advisor.cli.knowledge.sources:command", "Sources with dates and grades; what implements each system."
    ),
    "locate": CommandEntry("advisor.cli.arguments.locate:command", "Where rules, examples, records and settings are."),
    "completions": CommandEntry("advisor.cli.framework.completions:command", "Print the completion script of a shell."),
}

INTERFACE = "advisor.cli.arguments.open_interface:open_interface"
"""What `advisor` and `ask` call with their plain options: to paint soon it imports no click."""


INTERFACE_OPTIONS = tuple(option.name for option in ASK)
"""Options that need no command before them: those of `ask`."""

COMPLETION = "_ADVISOR_COMPLETE"
"""The environment variable by which a shell asks for completions, with no arguments either."""


def load(target: str) -> Any:
    """Import `module:attribute`."""
    module, _, attribute = target.partition(":")
    return getattr(import_module(module), attribute)
