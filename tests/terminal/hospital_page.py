"""The page that shows the hospital's interview picture by picture, each with a sentence."""

from __future__ import annotations

from pathlib import Path

from advisor.paths import data_directory
from tests.terminal.hospital import EXAMPLE

DOCS = data_directory("examples").parent / "docs"
PICTURES = DOCS / "pictures"
PAGE = DOCS / "hospital-interview.md"
CAST = DOCS / "hospital-interview.cast"
HEAD = f"""\
# A hospital's interview, key by key

A hospital whose ward network has no way out asks where its summaries should be computed:
[`examples/{EXAMPLE}.toml`](../examples/{EXAMPLE}.toml), answered at an 80 × 24 terminal by keys alone.
The record it ends in holds the same answers and the same verdict as `advisor assess` gives for that file.
The same keys are a recording, too: [`hospital-interview.cast`](hospital-interview.cast) is an
[asciicast](https://docs.asciinema.org/manual/asciicast/v2/) that any player of that format shows.
"""
PARTS: dict[str, dict[str, str]] = {
    "Begin": {
        "start": "The first screen says what can be begun and how long it takes; nothing else has to be chosen.",
        "work": "The work: the name is typed, the rest is chosen; the two lines below are today's verdict already.",
    },
    "Answer": {
        "why-we-ask": "`f1` says why a question is asked, and what to mark when in doubt.",
        "before-the-boundary": "Before anyone said how far the data may travel, a provider is the cheapest route.",
        "data": "The data may not leave the building: the verdict changes at once, and three questions are not asked.",
        "quality": "What the answers must be able to do; what nobody knows is left open with `tab`.",
        "mistake": "A range typed the wrong way round is explained in place and kept as it was typed.",
        "volume": "Mended: ranges are typed as people say them, and what was understood stands below.",
        "unknown": "`?` says that nobody knows; the range that is assumed stands there with its grade and source.",
        "shape": "The shape of the traffic.",
        "latency": "How long a doctor is made to wait.",
        "people": "Nobody has run GPUs, nobody is on call: the verdict becomes conditional.",
        "evidence": "What was measured on the hospital's own prompts; nothing else counts as measured.",
        "fleet": "The hospital names its model, its card and the precision; how many cards is left to the cost model.",
        "means": "How long the decision holds, and in which money.",
        "stance": "What the service must withstand.",
        "jump": "`ctrl+o` finds any question by a part of its words, and shows what it was answered.",
        "licenses": "What would be done with open weights.",
        "company": "Facts that some licenses turn on.",
        "security": "The last section: how far the weights are trusted.",
    },
    "Read the verdict": {
        "verdict": "`f2`: the route, who decided it, why, under which conditions, and for how much a month.",
        "view-why": "`1`: each rule that fired, by gate, and what it does; `enter` opens one.",
        "view-why-opened": "The rule that decided: its reason, the answer it matched, its source, grade and file.",
        "view-why-not": "`2`: what excludes each other route, and what it would have cost.",
        "view-flips": "`3`: the single answers that would change the route, and the open ones that cannot.",
        "view-costs": "`4`: the costs, as a list of what can be looked at.",
        "view-costs-opened": "The routes side by side, each with its range, and the volume at which they cross.",
        "view-fleet": "`5`: the machines, how fast they are, and what decides their number.",
        "view-licenses": "`6`: what each license says of this use.",
        "view-licenses-opened": "One of the four models may not be used at all, and here is why.",
        "view-checks": "`7`: what is met, what is missing, and what to do next.",
        "view-methods": "`8`: what the published methods would say, and why they differ.",
        "view-proof": "`9`: how old and how good the evidence is, and what everything was computed from.",
    },
    "Try something else": {
        "what-if-tried": "`w`: the boundary at a cloud account, with both verdicts in sight.",
        "what-if": "`f2`: what changed, side by side; `b` goes back to the real answers.",
        "variants": "`v`: what was tried is kept as a variant, to compare or to take.",
    },
    "Save": {
        "save": "`s`: why, and who decides; below stands the record as it will be saved.",
        "saved": "The record is written and read back before its name and its digest are shown.",
        "records": "`ctrl+r`: every decision of this folder.",
        "record-opened": "`enter`: the record, with what matters first.",
        "record-verified": "`v`: bytes, chain, pins and replay are checked, and the output names what was not checked.",
    },
}
IN_SHORT = {
    "matters": "“Only what matters” asks first what can move the verdict most; each answer may settle many questions.",
    "enough": "After a few answers nothing open can change the route: it stops, and says what was not asked and why.",
}


def picture_path(moment: str) -> Path:
    """Say where the picture of a moment lies."""
    return PICTURES / f"hospital-{moment}.svg"


def moments() -> list[str]:
    """List the moments of the whole interview, in the order of the page."""
    return [moment for part in PARTS.values() for moment in part]


def page() -> str:
    """Write the page."""
    parts = {**PARTS, "Or only what matters": IN_SHORT}
    return HEAD + "".join(f"\n## {title}\n{_shown(part)}" for title, part in parts.items())


def _shown(part: dict[str, str]) -> str:
    return "".join(
        f"\n{sentence}\n\n![{moment.replace('-', ' ')}](pictures/{picture_path(moment).name})\n"
        for moment, sentence in part.items()
    )
