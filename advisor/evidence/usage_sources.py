"""The usage logs that are understood: which columns hold what, and whether input counts what was read from a cache.

Column names as their projects document them: LiteLLM spend logs, the OpenAI and Anthropic usage APIs, OpenTelemetry's
GenAI conventions, Langfuse and Helicone exports. A name with dots is a path into nested JSON.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Literal

Clock = Literal["iso", "unix", "nanoseconds"]
FIELDS = (
    "at", "ended", "first_token_at", "model", "key", "team", "tag", "id", "requests", "input", "cached",
    "cache_write", "output", "batch", "status", "latency_ms", "first_token_ms", "cache_hit",
)  # fmt: skip
"""What a row may say; only `at`, `input` and `output` are required.

`cached` counts tokens that the model's server read from its prompt cache; `cache_hit` says that a gateway answered from
a store of its own, so that no model was called.
"""
REQUIRED = ("at", "input", "output")
FAILED = ("failure", "error", "failed")
"""The words by which a status tells that a request failed."""
BATCHED = ("true", "1", "batch", "t")
"""The words by which a row tells that its request could wait."""
DIMENSIONS = ("model", "key", "team", "tag")


@dataclass(frozen=True, slots=True)
class UsageSource:
    """One kind of log: candidate column names by field, first found first.

    `cached_within_input`: whether the input count includes cached reads; where it does not, they are added.
    `aggregated`: whether a row sums up the requests of a bucket of time.
    """

    id: str
    columns: Mapping[str, tuple[str, ...]]
    cached_within_input: bool = True
    clock: Clock = "iso"
    marks: tuple[str, ...] = ()
    aggregated: bool = False


SOURCES: tuple[UsageSource, ...] = (
    UsageSource(
        "litellm",
        {
            "at": ("startTime", "start_time"),
            "ended": ("endTime", "end_time"),
            "first_token_at": ("completionStartTime",),
            "model": ("model_group", "model"),
            "key": ("api_key",),
            "team": ("team_id",),
            "tag": ("end_user",),
            "id": ("request_id",),
            "input": ("prompt_tokens",),
            "output": ("completion_tokens",),
            "status": ("status",),
            "cache_hit": ("cache_hit",),
            "cached": (
                "metadata.usage_object.prompt_tokens_details.cached_tokens",
                "metadata.usage_object.cache_read_input_tokens",
                "cache_read_input_tokens",
            ),
            "cache_write": ("metadata.usage_object.cache_creation_input_tokens", "cache_creation_input_tokens"),
        },
        marks=("prompt_tokens", "completion_tokens", "startTime"),
    ),
    UsageSource(
        "openai",
        {
            "at": ("start_time",),
            "model": ("model",),
            "key": ("api_key_id",),
            "team": ("project_id",),
            "tag": ("user_id",),
            "requests": ("num_model_requests",),
            "input": ("input_tokens",),
            "cached": ("input_cached_tokens",),
            "output": ("output_tokens",),
            "batch": ("batch",),
        },
        clock="unix",
        aggregated=True,
        marks=("input_cached_tokens", "num_model_requests"),
    ),
    UsageSource(
        "anthropic",
        {
            "at": ("starting_at",),
            "model": ("model",),
            "key": ("api_key_id",),
            "team": ("workspace_id",),
            "input": ("uncached_input_tokens", "input_tokens"),
            "cached": ("cache_read_input_tokens",),
            "cache_write": ("cache_creation.total", "cache_creation_input_tokens"),
            "output": ("output_tokens",),
            "batch": ("service_tier",),
        },
        cached_within_input=False,
        aggregated=True,
        marks=("cache_read_input_tokens", "starting_at"),
    ),
    UsageSource(
        "otel",
        {
            "at": ("startTimeUnixNano",),
            "ended": ("endTimeUnixNano",),
            "model": ("gen_ai.response.model", "gen_ai.request.model"),
            "team": ("service.name",),
            "id": ("spanId",),
            "input": ("gen_ai.usage.input_tokens", "gen_ai.usage.prompt_tokens"),
            "output": ("gen_ai.usage.output_tokens", "gen_ai.usage.completion_tokens"),
            "cached": ("gen_ai.usage.cache_read.input_tokens",),
            "cache_write": ("gen_ai.usage.cache_creation.input_tokens",),
            "status": ("error.type",),
        },
        clock="nanoseconds",
        marks=("gen_ai.usage.input_tokens",),
    ),
    UsageSource(
        "langfuse",
        {
            "at": ("startTime", "start_time"),
            "ended": ("endTime", "end_time"),
            "first_token_at": ("completionStartTime", "completion_start_time"),
            "model": ("model",),
            "tag": ("name",),
            "id": ("id",),
            "input": ("usageDetails.input", "usage_details.input"),
            "output": ("usageDetails.output", "usage_details.output"),
            "cached": (
                "usageDetails.cache_read_input_tokens",
                "usageDetails.input_cached_tokens",
                "usage_details.cache_read_input_tokens",
                "usage_details.input_cached_tokens",
            ),
            "cache_write": ("usageDetails.cache_creation_input_tokens", "usage_details.cache_creation_input_tokens"),
            "status": ("level",),
        },
        cached_within_input=False,
        marks=("usageDetails",),
    ),
    UsageSource(
        "helicone",
        {
            "at": ("request_created_at",),
            "model": ("request_model", "response_model"),
            "key": ("user_id",),
            "id": ("request_id", "response_id"),
            "input": ("prompt_tokens",),
            "output": ("completion_tokens",),
            "cached": ("prompt_cache_read_tokens",),
            "cache_write": ("prompt_cache_write_tokens",),
            "latency_ms": ("delay_ms",),
            "first_token_ms": ("time_to_first_token",),
        },
        marks=("prompt_tokens", "request_created_at"),
    ),
)


def recognize(columns: Iterable[str]) -> UsageSource | None:
    """The source whose marks are all among the columns; None where no source is recognized."""
    present = set(columns)
    tops = {name.split(".", 1)[0] for name in present}
    return next((source for source in SOURCES if all(mark in present or mark in tops for mark in source.marks)), None)


def table_source(mapping: Mapping[str, str], *, cached_within_input: bool) -> UsageSource:
    """A plain table whose columns the user named: field → column."""
    columns = {name: (column,) for name, column in mapping.items()}
    return UsageSource("table", columns, cached_within_input=cached_within_input)
