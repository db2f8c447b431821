"""A model the user names is the one bought, whatever other candidates they listed for the license review."""

from tests.contract.asking import Given, ask, route

PRIVATE: Given = {
    "workload.task": "summarization",
    "data.boundary": "vpc",
    "staffing.ml_infra_fte": 2,
    "staffing.platform_fte": 1,
    "staffing.gpu_experience": True,
    "volume.output_tokens": "200M/month",
    "volume.input_tokens": "700M/month",
    "license.models": ["qwen3-32b", "gpt-oss-120b"],
}


def bought(**given: object) -> str:
    said = PRIVATE | {key.replace("__", "."): value for key, value in given.items()}
    offer = route(ask(said), "self-host").offer
    assert offer is not None
    return offer.model


def test_candidates_alone_leave_the_choice_to_the_price() -> None:
    assert bought() in {"qwen3-32b", "gpt-oss-120b"}


def test_the_model_named_is_bought_though_another_candidate_is_cheaper() -> None:
    assert bought(economics__open_model="llama-3.3-70b") == "llama-3.3-70b"


def test_a_named_model_whose_license_blocks_it_gives_way_to_the_candidates() -> None:
    many = {"license__monthly_active_users_at_release": 900_000_000, "license__monthly_active_users": 900_000_000}
    assert bought(economics__open_model="llama-3.3-70b", **many) in {"qwen3-32b", "gpt-oss-120b"}
