"""A portfolio's answer as text, Markdown, the body of an HTML page, and for other programs."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from html import escape
from math import fsum
from typing import Any

from advisor.knowledge.labels import route_name, source_label
from advisor.portfolio.candidate import Candidate, JointCost
from advisor.portfolio.portfolio_answer import (
    MOST_EXPLAINED,
    MaturityPath,
    MemberAnswer,
    MoveOrder,
    PathStep,
    PoolUse,
    PortfolioAnswer,
    limits_in_words,
)
from advisor.text import cut, table_of, visible, wrap

SCHEMA = "advisor.portfolio/2"
_SHOWN = 12


def as_json(found: PortfolioAnswer) -> dict[str, Any]:
    """The answer for other programs; dollars are a month."""
    cost, drawn = found.joint.cost, found.drawn
    return {
        "schema": SCHEMA,
        "portfolio": found.name,
        "joint_usd": _cents(cost.usd),
        "alone_usd": _cents(found.alone_usd),
        "parts": {"tokens": _cents(cost.tokens), "gpus": _cents(cost.fleet), "labor": _cents(cost.labor),
                  "gateway_and_tools": _cents(cost.tools), "own": _cents(cost.own)},
        "gap": found.joint.gap,
        "gpus": cost.gpus,
        "fte": round(cost.fte, 3),
        "one_team": cost.one_team,
        "limits": {"gpus": found.limits.gpus, "fte": found.limits.fte},
        "one_more_gpu_usd": _cents(found.one_more_gpu_usd),
        "one_more_fte_usd": _cents(found.one_more_fte_usd),
        "drawn": {
            "joint_usd": dict(zip(("p10", "p50", "p90"), map(_cents, drawn.usd), strict=True)),
            "saved_usd": dict(zip(("p10", "p50", "p90"), map(_cents, drawn.saved_usd), strict=True)),
            "share_saving": drawn.share_saving,
        },
        "fleets": [
            {"pool": each.pool, "replicas": each.replicas, "gpus": each.gpus, "workloads": list(each.workloads)}
            for each in found.pools
        ],
        "workloads": [
            {"workload": each.member.name, "alone": _choice(each.alone), "alone_usd": _cents(each.alone_usd),
             "together": _choice(each.together), "together_usd": _cents(each.together_usd), "because": each.because}
            for each in found.members
        ],
        "moves": None if found.order is None else _moves_json(found.order),
    }  # fmt: skip


def _moves_json(order: MoveOrder) -> dict[str, Any]:
    return {
        "start_usd": _cents(order.start_usd),
        "at_once": list(order.at_once),
        "steps": [
            {
                "workloads": list(step.workloads),
                "saves_usd": _cents(step.saves_usd),
                "total_usd": _cents(step.total_usd),
            }
            for step in order.steps
        ],
    }


def _cents(usd: float | None) -> float | None:
    return None if usd is None else round(usd, 2)


def _choice(each: Candidate) -> dict[str, str]:
    return {"route": each.route, "offer": each.offer}


def as_text(found: PortfolioAnswer, *, brief: bool = False, full: bool = False) -> str:
    """The answer for a person; `brief` is one line, the default fits 24 lines at 80 columns."""
    head = headline(found)
    return head if brief else "\n".join([head, *(_full(found) if full else _short(found))])


def headline(found: PortfolioAnswer) -> str:
    """The answer in one line."""
    usd, alone = found.joint.cost.usd, found.alone_usd
    return f"{found.name}: together ${usd:,.0f} a month, alone ${alone:,.0f}, saves ${alone - usd:,.0f}"


def summary(found: PortfolioAnswer) -> Iterator[str]:
    """What there is of people and cards, how sure it is, and what one more of them would save."""
    cost, drawn = found.joint.cost, found.drawn
    team = "one team" if cost.one_team else "people of each fleet's own"
    counts = f"{_count(len(found.members), 'workload')}, {_count(cost.gpus, 'GPU')}"
    yield f"{counts}, {cost.fte:.2f} FTE ({team}); gap {found.joint.gap:.4%}"
    low, _, high = drawn.saved_usd
    yield f"Saves in {drawn.share_saving:.0%} of draws, ${low:,.0f} to ${high:,.0f} in eight of ten"
    more = []
    if found.one_more_fte_usd is not None:
        more.append(f"one more engineer would save ${found.one_more_fte_usd:,.0f}")
    if found.one_more_gpu_usd is not None:
        more.append(f"one more GPU ${found.one_more_gpu_usd:,.0f}")
    if more:
        limits = limits_in_words(found.limits)
        yield f"Within {limits}: {', '.join(more)} a month before what it costs"


def _short(found: PortfolioAnswer) -> Iterator[str]:
    yield from summary(found)
    differ = [each for each in found.members if each.differs]
    shown = [*differ, *(each for each in found.members if not each.differs)][:_SHOWN]
    rows = [(cut(each.member.name, 16), cut(each.alone.choice_words, 29), cut(each.together.choice_words, 29))
            for each in shown]  # fmt: skip
    yield table_of(("Workload", "Alone", "Together"), rows)
    if len(found.members) > len(shown):
        yield f"and {len(found.members) - len(shown)} more"
    if differ and differ[0].because:
        yield from wrap(f"{differ[0].member.name}: {differ[0].because}")[:4]
    elif differ:
        yield f"{len(differ)} choose otherwise together; reasons are given up to {MOST_EXPLAINED} workloads"
    else:
        yield "Nothing is chosen together that would not be chosen alone: what is saved is what is paid once."
    if found.maturity is not None:
        yield from wrap(next_in_words(found.maturity))[:3]
    yield "--full gives every reason, the fleets and the order of moves"


def _full(found: PortfolioAnswer) -> Iterator[str]:
    cost = found.joint.cost
    yield from summary(found)
    low, middle, high = found.drawn.usd
    yield f"Together over the draws: P10 ${low:,.0f}, P50 ${middle:,.0f}, P90 ${high:,.0f}"
    yield (
        f"Paid: tokens ${cost.tokens:,.0f}, GPUs ${cost.fleet:,.0f}, people ${cost.labor:,.0f}, "
        f"gateway and tools ${cost.tools:,.0f}, all else ${cost.own:,.0f}"
    )
    yield ""
    rows = [
        (each.member.name, f"${each.alone_usd:,.0f}", _choice_text(each.alone),
         "" if each.together_usd is None else f"${each.together_usd:,.0f}",
         _choice_text(each.together) if each.differs else "the same")
        for each in found.members
    ]  # fmt: skip
    yield table_of(("Workload", "$ alone", "Alone", "$ added", "Together"), rows)
    yield ""
    for pool in found.pools:
        yield from wrap(f"Fleet: {_fleet_sentence(pool)}", hanging="  ")
    for each in found.members:
        if each.because:
            yield from wrap(f"{each.member.name}: {each.because}", hanging="  ")
    if found.order is None:
        yield f"Parts, reasons and the order of moves are given up to {MOST_EXPLAINED} workloads."
    else:
        yield from _moves(found.order)
    if found.maturity is not None:
        yield ""
        yield from wrap(next_in_words(found.maturity))
        for line in path_in_words(found.maturity):
            yield from wrap(line, hanging="  ")


def _moves(order: MoveOrder) -> Iterator[str]:
    yield ""
    yield f"Order of moves, from ${order.start_usd:,.0f} a month with each at its cheapest offer by the token"
    if order.at_once:
        yield from wrap(f"From the start, having no such offer: {', '.join(order.at_once)}", hanging="  ")
    for place, step in enumerate(order.steps, 1):
        yield from wrap(
            f"{place}. {', '.join(step.workloads)}: saves ${step.saves_usd:,.0f}, then ${step.total_usd:,.0f} a month",
            hanging="   ",
        )
    if not order.steps:
        yield "Nothing has to move."


# The path of maturity in words and for other programs.


def next_in_words(path: MaturityPath) -> str:
    """The stage, the next step and its price in a sentence."""
    step, before = path.next_step, path.before
    here = path.steps[path.reached].stage.name
    last = path.reached == len(path.steps) - 1
    if last and not step.moves:
        return f"Maturity: {here}; no workload has to move to hardware of its own"
    head = f"Maturity: {here}; next {'a pilot' if last else step.stage.name}"
    price = f"${step.usd:,.0f} a month, {_change(step.usd - before.usd)}"
    takes = "" if last else f"; takes {step.stage.takes}"
    return f"{head}{_named(step.moves)}: {price}{takes}"


def path_in_words(path: MaturityPath) -> Iterator[str]:
    """What is published for the stage, then each stage with its price, then what remains to be said of workloads."""
    here = path.steps[path.reached].stage
    yield f"{here.advice} ({source_label(here.source)}, {here.grade})"
    before: PathStep | None = None
    for place, step in enumerate(path.steps):
        change = f", {_change(step.usd - before.usd)}" if before is not None else ""
        reached = " (reached)" if place == path.reached else ""
        takes = f"; takes {step.stage.takes}" if step.stage.takes else ""
        moved = f"; moves {', '.join(step.moves)}" if step.moves else "; no workload moves" if before else ""
        yield f"{step.stage.name}{reached}: ${step.usd:,.0f} a month{change}{takes}{moved}"
        before = step
    yield f"After all moves: ${path.joint_usd:,.0f} a month"
    for names, stages in _beyond(path).items():
        yield f"At their final choice in {' and '.join(stages)}, having no other offer: {', '.join(names)}"
    behind = [f"{name} ({own or 'no stage'})" for name, own in path.own if own != here.name]
    if behind:
        yield f"Not yet in the stage {here.name} themselves: {', '.join(behind)}"


def _beyond(path: MaturityPath) -> dict[tuple[str, ...], list[str]]:
    stages: dict[tuple[str, ...], list[str]] = {}
    for step in path.steps:
        if step.beyond:
            stages.setdefault(step.beyond, []).append(step.stage.name)
    return stages


def path_json(path: MaturityPath | None) -> dict[str, Any] | None:
    """The path for other programs; dollars are a month."""
    if path is None:
        return None
    here, step = path.steps[path.reached].stage, path.next_step
    return {
        "stage": here.name,
        "advice": here.advice,
        "source": here.source,
        "grade": here.grade,
        "next": {**_step_json(step), "saves_usd": round(path.before.usd - step.usd, 2)},
        "stages": [_step_json(each) for each in path.steps],
        "joint_usd": round(path.joint_usd, 2),
        "workloads": dict(path.own),
    }


def _step_json(step: PathStep) -> dict[str, Any]:
    return {
        "stage": step.stage.name,
        "takes": step.stage.takes,
        "usd": round(step.usd, 2),
        "moves": list(step.moves),
        "beyond": list(step.beyond),
    }


def _named(moves: Sequence[str]) -> str:
    if len(moves) > 1:
        return f" ({len(moves)} workloads move)"
    return f" ({moves[0]} moves)" if moves else " (no workload moves)"


def _change(usd: float) -> str:
    if abs(usd) < 1.0:
        return "as much as before"
    return f"${abs(usd):,.0f} {'more' if usd > 0.0 else 'less'}"


# The answer as a page and its picture, and as Markdown.


_WIDTH, _NAMES, _PRICES = 720.0, 132.0, 120.0
_ROW, _BAR = 34.0, 11.0
_MOST_DRAWN = 30
_PIPE = r"\|"
_PARTS = ("tokens", "GPUs", "people", "gateway and tools", "all else")


def portfolio_html(found: PortfolioAnswer) -> str:
    """The page's body: what all cost, a picture of alone beside together, the choices, fleets and moves."""
    lines, count = list(summary(found)), _count(len(found.members), "workload")
    parts = [
        f'<section class="card"><p class="what">{_shown(found.name)}<span>{count}</span></p>'
        f"<h1>{_shown(headline(found))}</h1>" + "".join(f"<p>{_shown(line)}</p>" for line in lines) + "</section>",
        _section("What is paid a month, alone and together", f"<figure>{_picture(found)}{_key()}</figure>"),
        _section("What each chooses", _table(("Workload", "Alone", "$ a month", "Together", "$ added"),
                                             [_row(each) for each in found.members])),
        _section("Why they differ", _list(f"{each.member.name}: {each.because}" for each in found.members
                                          if each.because)),
        _section("Fleets", _list(map(_fleet_sentence, found.pools))),
        _section("Order of moves", _list(_move_sentences(found), ordered=True)),
        _section("Path of maturity", _list(_path(found))),
    ]  # fmt: skip
    return f"<article>\n{''.join(parts)}</article>\n"


def portfolio_svg(found: PortfolioAnswer, style: str) -> str:
    """The picture alone, as a file of its own, in the colors of a style sheet."""
    start, rest = _picture(found).split(">", 1)
    return f'{start} xmlns="http://www.w3.org/2000/svg"><style>{style}</style>{rest}'


def portfolio_markdown(found: PortfolioAnswer) -> str:
    """The same as Markdown, without the picture."""

    def table(names: Sequence[str], rows: Sequence[Sequence[str]]) -> Iterator[str]:
        yield f"| {' | '.join(names)} |"
        yield f"|{'---|' * len(names)}"
        yield from (f"| {' | '.join(each.replace('|', _PIPE) for each in row)} |" for row in rows)

    def lines() -> Iterator[str]:
        yield from (f"# {headline(found)}", "")
        yield from (f"- {line}" for line in summary(found))
        yield ""
        yield from table(("Paid for", "$ alone", "$ together"),
                         [(name, f"{alone:,.0f}", f"{joint:,.0f}") for name, alone, joint in
                          zip(_PARTS, alone_parts(found), _parts(found.joint.cost), strict=True)])  # fmt: skip
        yield ""
        yield from table(
            ("Workload", "Alone", "$ a month", "Together", "$ added"), [_row(each) for each in found.members]
        )
        reasons = [f"- {each.member.name}: {each.because}" for each in found.members if each.because]
        if reasons:
            yield from ("", "## Why they differ", "", *reasons)
        if found.pools:
            yield from ("", "## Fleets", "")
            yield from (f"- {_fleet_sentence(each)}" for each in found.pools)
        if found.order is not None and found.order.steps:
            yield from ("", "## Order of moves", "")
            yield from (f"{place}. {each}" for place, each in enumerate(_move_sentences(found), 1))
        if found.maturity is not None:
            yield from ("", "## Path of maturity", "", *(f"- {each}" for each in _path(found)))

    return "\n".join(visible(line) for line in lines())


def alone_parts(found: PortfolioAnswer) -> tuple[float, ...]:
    """Dollars a month where each pays for all of its own, by what is paid, in the order of `_PARTS`."""
    each = [_parts(found.portfolio.alone_cost(one.member, one.alone)) for one in found.members]
    return tuple(fsum(column) for column in zip(*each, strict=True))


def _parts(cost: JointCost) -> tuple[float, ...]:
    return cost.tokens, cost.fleet, cost.labor, cost.tools, cost.own


def _row(each: MemberAnswer) -> tuple[str, ...]:
    added = "" if each.together_usd is None else f"{each.together_usd:,.0f}"
    return each.member.name, _choice_text(each.alone), f"{each.alone_usd:,.0f}", _choice_text(each.together), added


def _choice_text(each: Candidate) -> str:
    return f"{route_name(each.route)}: {each.in_words}"


def _fleet_sentence(pool: PoolUse) -> str:
    copies, cards = _count(pool.replicas, "replica"), _count(pool.gpus, "GPU")
    return f"{copies}, {cards}; a replica is {pool.fleet}; for {', '.join(pool.workloads)}"


def _count(number: int, noun: str) -> str:
    return f"{number:,} {noun}{'' if number == 1 else 's'}"


def _move_sentences(found: PortfolioAnswer) -> Iterator[str]:
    for step in found.order.steps if found.order is not None else ():
        yield f"{', '.join(step.workloads)}: saves ${step.saves_usd:,.0f}, then ${step.total_usd:,.0f} a month"


def _path(found: PortfolioAnswer) -> Iterator[str]:
    if found.maturity is not None:
        yield next_in_words(found.maturity)
        yield from path_in_words(found.maturity)


def _shown(text: object) -> str:
    return escape(visible(str(text)))


def _section(title: str, body: str) -> str:
    return f"<section><h2>{escape(title)}</h2>{body}</section>\n" if body else ""


def _list(items: Iterator[str], *, ordered: bool = False) -> str:
    description, kind = "".join(f"<li>{_shown(each)}</li>" for each in items), "ol" if ordered else "ul"
    return f"<{kind}>{description}</{kind}>" if description else ""


def _table(names: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    head = "".join(f'<th scope="col">{escape(each)}</th>' for each in names)
    body = "".join(f"<tr>{''.join(f'<td>{_shown(cell)}</td>' for cell in row)}</tr>" for row in rows)
    return f"<table><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table>"


def _picture(found: PortfolioAnswer) -> str:
    """Two bars of all, stacked by what is paid; then each workload, alone above what it adds together."""
    totals = (("All alone", alone_parts(found)), ("All together", _parts(found.joint.cost)))
    shown = sorted((each for each in found.members if each.together_usd is not None), key=lambda each: -each.alone_usd)
    shown = shown[:_MOST_DRAWN]
    scale = (_WIDTH - _NAMES - _PRICES) / max(*(fsum(parts) for _, parts in totals), 1.0)
    each_scale = (_WIDTH - _NAMES - _PRICES) / max([each.alone_usd for each in shown] + [1.0])
    height = _ROW * (2 + len(shown)) + 24.0
    drawn = [*_stacked(totals, scale)]
    if shown:
        drawn.append(f'<text class="scale" x="{_NAMES:g}" y="{_ROW * 2 + 14:g}">each workload: alone, and what it '
                     "adds together</text>")  # fmt: skip
    for place, each in enumerate(shown):
        drawn += _pair(each, _ROW * (2 + place) + 24.0, each_scale)
    description = "; ".join(
        [
            *(f"{name} ${fsum(parts):,.0f}" for name, parts in totals),
            *(f"{each.member.name}: alone ${each.alone_usd:,.0f}, adds ${each.together_usd:,.0f}" for each in shown),
        ]
    )
    return (
        f'<svg class="bars" viewBox="0 0 {_WIDTH:g} {height:g}" role="img" aria-labelledby="portfolio-t portfolio-d">'
        f'<title id="portfolio-t">Dollars a month, alone and together</title>'
        f'<desc id="portfolio-d">{_shown(description)}</desc>{"".join(drawn)}</svg>'
    )


def _stacked(totals: Sequence[tuple[str, Sequence[float]]], scale: float) -> Iterator[str]:
    for place, (name, parts) in enumerate(totals):
        y, x = _ROW * place + 6.0, _NAMES
        yield f'<text class="name viable" x="0" y="{y + 16:g}">{escape(name)}</text>'
        for kind, usd in enumerate(parts):
            width = max(0.0, usd) * scale
            yield f'<rect class="part{kind}" x="{x:.1f}" y="{y:g}" width="{width:.1f}" height="22"/>'
            x += width
        yield (f'<text class="name viable" x="{_WIDTH:g}" y="{y + 16:g}" text-anchor="end">${fsum(parts):,.0f}</text>')


def _pair(each: MemberAnswer, y: float, scale: float) -> Iterator[str]:
    state = "chosen" if each.differs else "viable"
    added = max(0.0, each.together_usd or 0.0)
    yield f'<text class="name {state}" x="0" y="{y + 14:g}">{_shown(each.member.name)}</text>'
    for at, (usd, kind) in enumerate(((each.alone_usd, "range"), (added, "range chosen"))):
        yield (
            f'<rect class="{kind}" x="{_NAMES:g}" y="{y + at * (_BAR + 1):g}" width="{max(usd * scale, 1.0):.1f}" '
            f'height="{_BAR:g}"/>'
        )
    yield (
        f'<text class="name {state}" x="{_WIDTH:g}" y="{y + 14:g}" text-anchor="end">'
        f"${each.alone_usd:,.0f}, ${added:,.0f}</text>"
    )


def _key() -> str:
    boxes = (f'<svg width="12" height="12" aria-hidden="true"><rect class="part{place}" width="12" height="12"/></svg>'
             for place in range(len(_PARTS)))  # fmt: skip
    return f"<p>{' '.join(f'{box} {name}' for box, name in zip(boxes, _PARTS, strict=True))}</p>"
