"""Images and audio of a request become tokens, and their part of the bill."""

from datetime import date

import pytest

from advisor import assess, load_knowledge, read_answers
from advisor.interview.defaults import CompletedAnswers
from advisor.workload.resolve import Workload, input_mix, media_tokens, resolve_workload

KNOWLEDGE = load_knowledge()
DAY = date(2026, 11, 28)
TASK = '[workload]\nname = "media"\ntask = "multimodal-analysis"\n[volume]\n'
REST = "cached_share = 0\nbatch_share = 0\nannual_growth = 0\n"


def known(volume: str) -> CompletedAnswers:
    answers = read_answers((TASK + volume).encode(), "media.toml", KNOWLEDGE)
    return CompletedAnswers(answers, KNOWLEDGE.parameters_at(DAY), KNOWLEDGE.questions)


def resolved(volume: str) -> Workload:
    return resolve_workload(known(volume))


def test_an_image_and_a_minute_have_the_tokens_that_vendors_publish() -> None:
    found = media_tokens(known("images_per_request = 2\naudio_minutes_per_request = 5"))
    assert (found.low, found.point, found.high) == (2 * 250 + 9_600, 2 * 1_300 + 9_600, 2 * 4_000 + 9_600)


@pytest.mark.parametrize(("images", "tokens"), [(0, 1_500), (0.1, 1_630), (2, 4_100), (500, 651_500)])
def test_images_lengthen_a_request_whose_length_was_not_stated(images: float, tokens: float) -> None:
    found = resolved(f'requests = "100k"\nimages_per_request = {images}')
    assert found.input_per_request.value.point == pytest.approx(tokens)
    assert found.input_tokens.value.point == pytest.approx(tokens * 100_000)


def test_stated_input_holds_the_images_and_is_not_lengthened() -> None:
    found = resolved('requests = "100k"\ninput_per_request = 5200\nimages_per_request = "2"')
    assert found.input_per_request.value.point == 5_200
    assert found.mix.image == pytest.approx((500 + 2_600 + 8_000) / 3 / 5_200)
    assert found.contradictions == ()


def test_images_beyond_the_stated_input_are_a_contradiction() -> None:
    (found,) = resolved('requests = "100k"\ninput_per_request = 1000\nimages_per_request = 10').contradictions
    assert found.keys == ("volume.images_per_request", "volume.input_per_request")


def test_media_never_are_more_than_all_of_the_input() -> None:
    answers = known("images_per_request = 10\naudio_minutes_per_request = 60")
    mix = input_mix(answers, answers.range("volume.input_per_request"))
    assert mix.image + mix.audio == pytest.approx(1.0)
    assert mix.text == pytest.approx(0.0)


@pytest.mark.parametrize(
    ("media", "unit", "price"),
    [("images_per_request = 2", "image token", 0.3), ("audio_minutes_per_request = 5", "audio token", 1.0)],
)
def test_the_bill_has_a_position_for_each_modality(media: str, unit: str, price: float) -> None:
    text = TASK + f'requests = "100k"\noutput_per_request = 300\ninput_per_request = 20000\n{media}\n{REST}'
    text += '[economics]\napi_model = "gemini-2.5-flash"\nhorizon_months = 1\n'
    found = assess(read_answers(text.encode(), "media.toml", KNOWLEDGE), KNOWLEDGE, DAY, flips=False)
    (option,) = (one for one in found.options if one.option == "hosted-api")
    items = {item.unit: item for item in option.line_items if item.line == "tokens"}
    assert items[unit].unit_usd * 1e6 == pytest.approx(price, rel=1e-3)
    assert items["input token"].unit_usd * 1e6 == pytest.approx(0.3, rel=1e-3)
    assert items[unit].quantity + items["input token"].quantity == pytest.approx(2e9, rel=1e-3)
    assert items[unit].quantity == pytest.approx({"image token": 370e6, "audio token": 960e6}[unit], rel=1e-3)


def test_audio_needs_a_model_that_hears() -> None:
    text = TASK + f'requests = "100k"\naudio_minutes_per_request = 5\n{REST}'
    found = assess(read_answers(text.encode(), "media.toml", KNOWLEDGE), KNOWLEDGE, DAY, flips=False)
    bought = [one.offer.model for one in found.options if one.offer is not None and one.state != "excluded"]
    assert bought
    assert all("audio" in KNOWLEDGE.catalog.api[model].modalities for model in bought)
