"""A portfolio's answer as the body of an HTML page, with a picture, and as Markdown."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from html import escape

from advisor.knowledge.labels import route_name
from advisor.portfolio.candidate import Candidate
from advisor.portfolio.maturity_path import next_in_words, path_in_words
from advisor.portfolio.portfolio_answer import MemberAnswer, PortfolioAnswer
from advisor.portfolio.portfolio_report import headline, summary
from advisor.portfolio.shared_costs import JointCost
from advisor.text import visible

_WIDTH, _NAMES, _PRICES = 720.0, 132.0, 120.0
_ROW, _BAR = 34.0, 11.0
_MOST_DRAWN = 30
_PIPE = r"\|"
_PARTS = ("tokens", "GPUs", "people", "gateway and tools", "all else")


def portfolio_html(found: PortfolioAnswer) -> str:
    """The page's body: what all cost, a picture of alone beside together, the choices, fleets and moves."""
    lines = list(summary(found))
    parts = [
        f'<section class="card"><p class="what">{_shown(found.name)}<span>{len(found.members)} workloads</span></p>'
        f"<h1>{_shown(headline(found))}</h1>" + "".join(f"<p>{_shown(line)}</p>" for line in lines) + "</section>",
        _section("What is paid a month, alone and together", f"<figure>{_picture(found)}{_key()}</figure>"),
        _section("What each chooses", _table(("Workload", "Alone", "$ a month", "Together", "$ added"),
                                             [_row(each) for each in found.members])),
        _section("Why they differ", _list(f"{each.member.name}: {each.because}" for each in found.members
                                          if each.because)),
        _section("Fleets", _list(
            f"{pool.replicas} replicas, {pool.gpus} GPUs, {pool.pool}: {', '.join(pool.workloads)}"
            for pool in found.pools)),
        _section("Order of moves", _list(_moves(found), ordered=True)),
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
            yield from (
                f"- {each.replicas} replicas, {each.gpus} GPUs, {each.pool}: {', '.join(each.workloads)}"
                for each in found.pools
            )
        if found.order is not None and found.order.steps:
            yield from ("", "## Order of moves", "")
            yield from (f"{place}. {each}" for place, each in enumerate(_moves(found), 1))
        if found.maturity is not None:
            yield from ("", "## Path of maturity", "", *(f"- {each}" for each in _path(found)))

    return "\n".join(visible(line) for line in lines())


def alone_parts(found: PortfolioAnswer) -> tuple[float, ...]:
    """Dollars a month where each pays for all of its own, by what is paid, in the order of `_PARTS`."""
    each = [_parts(found.portfolio.alone_cost(one.member, one.alone)) for one in found.members]
    return tuple(sum(column) for column in zip(*each, strict=True))


def _parts(cost: JointCost) -> tuple[float, ...]:
    return cost.tokens, cost.fleet, cost.labor, cost.tools, cost.own


def _row(each: MemberAnswer) -> tuple[str, ...]:
    added = "" if each.together_usd is None else f"{each.together_usd:,.0f}"
    return each.member.name, _choice(each.alone), f"{each.alone_usd:,.0f}", _choice(each.together), added


def _choice(each: Candidate) -> str:
    return f"{route_name(each.route)}: {each.offer}"


def _moves(found: PortfolioAnswer) -> Iterator[str]:
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
    scale = (_WIDTH - _NAMES - _PRICES) / max(*(sum(parts) for _, parts in totals), 1.0)
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
            *(f"{name} ${sum(parts):,.0f}" for name, parts in totals),
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
        yield (f'<text class="name viable" x="{_WIDTH:g}" y="{y + 16:g}" text-anchor="end">${sum(parts):,.0f}</text>')


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
