"""A gateway's configuration as YAML, with comments that say what it was derived from."""

from __future__ import annotations

from collections.abc import Sequence

from advisor.knowledge.labels import catalog_words
from advisor.rollout.gateway_config import GatewayConfig
from advisor.rollout.yaml_text import as_yaml
from advisor.text import wrap

_COLUMNS = 100


def gateway_yaml(config: GatewayConfig, heading: Sequence[str]) -> str:
    """The whole file; the same configuration and heading give the same bytes."""
    comments = [*heading, config.callers, *config.notes, "", "Groups, each with what it buys:"]
    comments += [f"  {each.group}: {catalog_words(each.title)}, {each.price}" for each in config.deployments]
    lines = [line for each in comments for line in (wrap(each, _COLUMNS) or [""])]
    return "\n".join(f"# {line}".rstrip() for line in lines) + "\n\n" + as_yaml(config.as_table())
