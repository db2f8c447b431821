"""Which answers each computed fact and each route's price is worked out from; a test changes every other answer."""

from __future__ import annotations

from advisor.workload.media import MEDIA
from advisor.workload.volumes import STATABLE

_SHAPE = frozenset({"workload.task", *STATABLE, *MEDIA})
"""Volumes, requests and lengths follow from each other, so that each of them may set the shape of a request."""
_TRAFFIC = _SHAPE
_VENDOR_MODEL = frozenset({
    "workload.task", "economics.api_model", "quality.frontier_required", "quality.frontier_share",
})  # fmt: skip
_OPEN_MODEL = frozenset({"workload.task", "economics.open_model", "license.models"})
_NEEDS = frozenset({
    "data.region", "data.classes", "data.regimes", "data.retention_days", "data.no_training_on_data",
})  # fmt: skip
_CHOSEN = frozenset({
    "workload.task", "economics.api_model", "economics.open_model", "license.models", "economics.provider",
    "quality.capability", "quality.frontier_required", "quality.frontier_share", "quality.multimodal_required",
    "quality.fine_tuning_required", "economics.api_input_usd", "economics.api_cached_usd", "economics.api_output_usd",
    "economics.open_input_usd", "economics.open_cached_usd", "economics.open_output_usd", "economics.discount",
    "volume.cached_share", "volume.batch_share", "volume.annual_growth", "economics.horizon_months",
    "economics.token_multiplier",
})  # fmt: skip
"""What tells which of all offers is the cheapest that will do."""
_OFFERS = _NEEDS | _TRAFFIC | _CHOSEN | {"economics.pricing"}
_FLEET = (
    _TRAFFIC
    | _OPEN_MODEL
    | _NEEDS
    | _CHOSEN
    | {
        "data.boundary",
        "latency.p95_ms", "economics.gpu_hour_usd", "economics.acquisition", "economics.electricity_usd_kwh",
        "economics.owned_gpus_spare", "economics.second_region", "economics.pricing", "workload.audience",
        "economics.service_tier", "latency.interactive",
        "economics.gpu", "economics.gpus", "economics.precision", "economics.utilization", "latency.p50_ms",
        "latency.inter_token_ms", "volume.peak_concurrency", "volume.batch_share", "volume.peak_to_average",
        "volume.cached_share",
    }
)  # fmt: skip
_EVIDENCE = frozenset({
    "quality.failure_cost_usd", "quality.api_success_rate", "quality.open_success_rate",
    "quality.open_model_accuracy",
})  # fmt: skip
_OF_EVERY_ROUTE = _TRAFFIC | _EVIDENCE | {"economics.horizon_months", "economics.pricing"}

STAFF = frozenset({"staffing.ml_infra_fte", "staffing.platform_fte", "staffing.evaluation_fte"})
LICENSED = frozenset({"economics.open_model", "license.models"})

FACTS = {
    "derived.sustained_fte": STAFF,
    "derived.fte_for_fleet": STAFF | _FLEET,
    "derived.fleet_gpus": _FLEET,
    "derived.accuracy_lower": frozenset({"quality.open_model_accuracy", "quality.eval_prompts"}),
    "derived.accuracy_upper": frozenset({"quality.open_model_accuracy", "quality.eval_prompts"}),
    "derived.first_token": _FLEET,
    "derived.fits": _FLEET,
    "derived.fits_workstation": _FLEET,
    "derived.candidates_blocked": LICENSED,
    "derived.hosted_api_offer": _OFFERS,
    "derived.managed_open_offer": _OFFERS | _FLEET,
    "derived.managed_cloud_offer": _OFFERS,
    "derived.self_host_offer": _FLEET,
}
"""Computed facts by the answers they read; those of an open model follow its license too."""

MODEL_TAKES = _SHAPE | LICENSED | {"workload.task", "quality.multimodal_required"}
"""What tells whether an open model takes the request and its license stands, whatever hardware it runs on."""

OF_OPEN_MODEL = frozenset({
    "derived.first_token", "derived.fits", "derived.fits_workstation", "derived.managed_open_offer",
    "derived.managed_cloud_offer", "derived.self_host_offer", "derived.fleet_gpus", "derived.fte_for_fleet",
})  # fmt: skip

_DEDICATED = _FLEET | {"volume.annual_growth", "economics.token_multiplier", "economics.gpu_hour_usd"}
_OWN = _DEDICATED | {
    "economics.acquisition", "economics.second_region", "economics.owned_gpus_spare", "economics.electricity_usd_kwh",
}  # fmt: skip

FIXED = {
    "hosted-api": _OF_EVERY_ROUTE | _VENDOR_MODEL | _OFFERS,
    "managed-cloud": _OF_EVERY_ROUTE | _VENDOR_MODEL | _OPEN_MODEL | _OFFERS,
    "managed-open": _OF_EVERY_ROUTE | _OPEN_MODEL | _OFFERS,
    "managed-open dedicated": _OF_EVERY_ROUTE | _OPEN_MODEL | _OFFERS | _DEDICATED,
    "self-host": _OF_EVERY_ROUTE | _OWN,
    "hybrid": _OF_EVERY_ROUTE | _VENDOR_MODEL | _OFFERS | _OWN | {"quality.routine_success_rate"},
}
"""Answers that must be settled before a route's price has bounds: they choose what is priced, not only how much."""

_BILL = frozenset({"volume.cached_share", "volume.batch_share", "volume.annual_growth", "economics.discount"})
_FAILURES = frozenset({"quality.tokens_per_task", "quality.routine_success_rate"})
_RUN = frozenset({"staffing.loaded_cost_usd", "economics.team_spare_fte", "economics.migration_cost_usd"})
_OPEN_TOKENS = frozenset({"economics.token_multiplier"})

PRICED = {
    "hosted-api": FIXED["hosted-api"] | _BILL | _FAILURES,
    "managed-cloud": FIXED["managed-cloud"] | _BILL | _FAILURES | _OPEN_TOKENS,
    "managed-open": FIXED["managed-open dedicated"] | _BILL | _FAILURES,
    "self-host": FIXED["self-host"] | _FAILURES | _RUN,
    "hybrid": FIXED["hybrid"] | _BILL | _FAILURES | _RUN,
}
"""All answers that a route's price is worked out from."""
