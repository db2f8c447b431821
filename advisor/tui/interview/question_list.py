"""The questions of an interview as widgets and menu entries, and what is offered when none matters any more."""

from __future__ import annotations

from typing import TYPE_CHECKING

from advisor.analysis.analysis_results import counted, enough
from advisor.interview.answer_format import said
from advisor.interview.answers import allowed_choices
from advisor.knowledge.labels import with_route_names
from advisor.tui.interview.question_widget import QuestionWidget
from advisor.tui.widgets.menu import MenuItem
from advisor.tui.widgets.styled_text import BLANK, wrapped

if TYPE_CHECKING:
    from collections.abc import Iterator

    from advisor.analysis.analysis_results import NeverAsked
    from advisor.interview.reducer import Answer, State
    from advisor.tui.interview.controller import InterviewController
    from advisor.tui.widgets.styled_text import Line


# The questions of an interview: those of the current section as widgets, and all of them as menu entries.


class QuestionList:
    """Has a widget for every question of the selected section, the closed ones too: an answer may open them."""

    def __init__(self, controller: InterviewController) -> None:
        self._controller = controller
        self._section = ""
        self._widgets: list[QuestionWidget] = []
        self.load_section(retype=True)

    def load_section(self, retype: bool) -> None:
        """Load the current section, with new widgets where it is another; `retype` has each show its answer.

        Otherwise they follow their questions when the page is drawn next.
        """
        state = self._controller.state
        sections = state.open_sections
        section = sections[state.section][0] if sections else None
        if section is not None and section.id != self._section:
            ids = state.vocabulary.ids
            questions = [state.question(key) for key in section.keys]
            self._widgets = [QuestionWidget(one, allowed_choices(one, ids) if one.catalog else ()) for one in questions]
            self._section, retype = section.id, True
        if retype:
            self.follow(retype)

    def follow(self, retype: bool = False) -> None:
        """Have every widget show the state of its question."""
        controller = self._controller
        for widget in self._widgets:
            key = widget.question.key
            widget.name_choices(controller.assumptions.titles)
            assumed, source = controller.assumed(key), controller.assumed_from(key)
            widget.follow(controller.state, assumed, controller.moot(key), retype, source)

    def settle(self) -> list[Answer]:
        """Give what was typed last as answers, readable or not."""
        return [answer for answer in (widget.settle() for widget in self._widgets) if answer is not None]

    @property
    def open(self) -> list[QuestionWidget]:
        """The widgets that are shown."""
        open_keys = self._controller.state.open_keys
        return [widget for widget in self._widgets if widget.question.key in open_keys]

    @property
    def selected(self) -> QuestionWidget | None:
        """The widget of the selected question; None where no question is open."""
        return next((widget for widget in self._widgets if widget.question.key == self._controller.state.at), None)

    @property
    def is_touched(self) -> bool:
        """Whether a choice of the current question was moved to, which Enter takes."""
        return self.selected is not None and self.selected.view.is_touched

    def placed(self, start: int, columns: int) -> Iterator[tuple[QuestionWidget, int, int]]:
        """Give each open widget with its first line and the line after its last; `start` is the first line of all."""
        for widget in self.open:
            end = start + len(widget.lines(columns))
            yield widget, start, end
            start = end


LONGEST_STANDING = 30


SYNONYMS = {
    "workload.task": "use case job purpose",
    "workload.audience": "users customers internal public",
    "workload.developers": "headcount seats users engineers",
    "data.classes": "phi pii sensitive confidential",
    "data.boundary": "residency sovereignty location vpc air-gap on-premises",
    "data.regimes": "compliance regulation law hipaa gdpr fedramp soc2",
    "data.retention_days": "zdr zero retention logs",
    "data.no_training_on_data": "training opt-out",
    "volume.output_tokens": "completion generated output volume",
    "volume.input_tokens": "prompt input volume",
    "volume.requests": "calls queries qps rps traffic",
    "volume.input_per_request": "prompt length context window",
    "volume.output_per_request": "completion length answer max tokens",
    "volume.peak_concurrency": "parallel simultaneous concurrent",
    "volume.peak_to_average": "burst spike peak",
    "volume.cached_share": "prompt cache caching",
    "volume.batch_share": "batch offline asynchronous",
    "latency.interactive": "realtime real-time chat",
    "latency.p50_ms": "ttft latency time to first token median",
    "latency.p95_ms": "ttft latency time to first token tail percentile",
    "latency.inter_token_ms": "itl tpot tokens per second speed streaming",
    "quality.open_model_accuracy": "accuracy eval benchmark score",
    "quality.eval_prompts": "evaluation test set sample size",
    "quality.fine_tuning_required": "finetune fine-tuning lora training",
    "quality.multimodal_required": "vision pictures scans speech",
    "staffing.ml_infra_fte": "fte headcount mlops engineers",
    "staffing.platform_fte": "fte headcount devops sre engineers",
    "staffing.evaluation_fte": "fte headcount",
    "staffing.loaded_cost_usd": "salary wage labor cost",
    "staffing.on_call": "pager 24/7 oncall",
    "economics.monthly_api_spend_usd": "bill invoice budget today spend",
    "economics.gpu_hour_usd": "gpu price rental hourly",
    "economics.discount": "rebate enterprise agreement negotiated",
    "economics.horizon_months": "period term contract length",
    "economics.second_region": "failover redundancy high availability dr",
    "economics.lock_in_concern": "vendor lock-in portability",
}
"""What people type for a question whose words are others."""


def question_items(state: State) -> list[MenuItem]:
    """List every question that is asked, with its answer."""
    return [
        MenuItem(key, state.question(key).text, _standing(state, key), group=section.title, also=SYNONYMS.get(key, ""))
        for section, keys in state.open_sections
        for key in keys
    ]


def _standing(state: State, key: str) -> str:
    """Say what a question has for an answer, in a few words."""
    value = state.answers.get(key)
    if value is None:
        return "unknown" if key in state.unknown else "open"
    words = said(value, state.question(key))
    return words if len(words) <= LONGEST_STANDING else words[: LONGEST_STANDING - 1] + "…"


# What is said and offered when no open question can change the route.


TITLE = "Enough is known"


def enough_lines(state: State, found: NeverAsked, columns: int) -> list[Line]:
    """Say why the interview stops here."""
    why = with_route_names(found.why)
    lines = [
        *wrapped(enough(state), columns, "  ", "strong"),
        *wrapped(f"{why[:1].upper()}{why[1:]}.", columns, "  ", "muted"),
    ]
    passed = len(state.unknown & set(state.open_keys))
    if passed:
        sentence = (
            f"{counted(passed)} left unknown: an answer to {'it' if passed == 1 else 'these'} may still change it."
        )
        lines += wrapped(sentence, columns, "  ", "muted")
    return [*lines, BLANK]


def enough_items(state: State) -> list[MenuItem]:
    """Offer what can be done then."""
    rest = "They move the cost and its range, not the route; those that move it most come first."
    asks = [MenuItem("rest", "Ask the rest", f"{len(state.unsettled)} open", rest)] if state.unsettled else []
    return [
        MenuItem(
            "verdict", "See the verdict", "f2", "The route, why, what it costs, and what would change it.", key="f2"
        ),
        MenuItem(
            "save", "Save the record", "ctrl+s", "It lists what was never asked, and why that is safe.", key="ctrl+s"
        ),
        *asks,
        MenuItem("back", "Back to the questions", "esc", "Change an answer, or page through what is open."),
    ]
