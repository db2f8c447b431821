"""Charts as inline SVG: what they show, colors by the page's style sheet, texts escaped and a description."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from html import escape
from math import ceil, floor, isfinite, log10

from advisor.interview.answer_format import figure
from advisor.report.log_chart import ROUND, LogScale
from advisor.sizing.placement import layout_words
from advisor.sizing.sizing_report import RatePoint

_WIDTH, _HEIGHT = 720, 360
_LEFT, _RIGHT, _TOP, _BOTTOM = 62, 16, 16, 56
_NAMES, _PRICES = 132, 96
"""Columns of a bar chart: the names at the left, the medians at the right."""
_ROW, _AXIS = 34, 30
_NARROW = 2
"""Decades below which 2 and 5 times a power of ten are marked too."""

# What a chart of cost against volume shows: curves, the volumes to point at, and the decades that hold them.


@dataclass(frozen=True, slots=True)
class Series:
    """A named curve over volumes, with its band."""

    name: str
    at: Sequence[float]
    p10: Sequence[float]
    p50: Sequence[float]
    p90: Sequence[float]


@dataclass(frozen=True, slots=True)
class Mark:
    """A volume to point at below the chart, such as where curves cross; `low` and `high` where it is a range."""

    name: str
    at: float
    low: float | None = None
    high: float | None = None


@dataclass(frozen=True, slots=True)
class Scale:
    """Powers of ten laid over a span of pixels."""

    low: float
    high: float
    left: float
    right: float

    def at(self, value: float) -> float:
        """The pixel of a value, kept within the span."""
        share = (log10(value) - self.low) / (self.high - self.low) if value > 0 and self.high > self.low else 0.0
        return round(self.left + min(max(share, 0.0), 1.0) * (self.right - self.left), 1)


def scales_around(series: Sequence[Series]) -> tuple[Scale, Scale] | None:
    """Across by volume and up by the decades of cost that hold all curves; None where there is nothing to draw."""
    volumes = [log10(at) for one in series for at in one.at if at > 0]
    costs = [log10(cost) for one in series for cost in (*one.p10, *one.p90) if cost > 0]
    if not volumes or not costs or min(volumes) == max(volumes):
        return None
    bottom = floor(min(costs))
    across = Scale(min(volumes), max(volumes), _LEFT, _WIDTH - _RIGHT)
    return across, Scale(bottom, max(ceil(max(costs)), bottom + 1.0), _HEIGHT - _BOTTOM, _TOP)


def volume_text(tokens: float) -> str:
    """Tokens in three digits: 815M, 1.06B; "never" where there is no such volume."""
    return figure(tokens) if isfinite(tokens) else "never"


def decade(power: int) -> str:
    """A power of ten in as few letters as an axis has room for: 10, 1k, 100M, 0.01."""
    letters = ("", "k", "M", "B", "T", "P")
    step = min(power // 3, len(letters) - 1)
    return f"{10.0**power:g}" if power < 0 else f"{10 ** (power - 3 * step)}{letters[step]}"


@dataclass(frozen=True, slots=True)
class Bar:
    """One row of a bar chart: a range with its median, said as `text`; `state` is a class of the style sheet."""

    name: str
    low: float
    middle: float
    high: float
    text: str
    state: str


def cost_bars(bars: Sequence[Bar], label: str, name: str) -> str:
    """Ranges on one logarithmic scale of dollars, ticks at round numbers; empty where nothing has a price.

    `name` makes the ids of title and description unique in the page.
    """
    drawn = [bar for bar in bars if bar.low > 0]
    if not drawn:
        return ""
    low, high = log10(min(bar.low for bar in drawn)), log10(max(bar.high for bar in drawn))
    ticks = _dollar_ticks(low, high)
    scale = Scale(min(log10(ticks[0]), low), max(log10(ticks[-1]), high), _NAMES, _WIDTH - _PRICES)
    height = _ROW * len(bars) + _AXIS
    parts = [
        *_dollar_lines(ticks, scale, height),
        *(part for at, bar in enumerate(bars) for part in _bar(at, bar, scale)),
    ]
    description = "; ".join(f"{bar.name}: {bar.text}" for bar in bars)
    return _picture("bars", height, name, label, description, parts)


def _dollar_ticks(low: float, high: float) -> list[float]:
    """Round numbers around a range of powers of ten: decades, and 2 and 5 times them where there are few."""
    steps = (1, 2, 5) if high - low < _NARROW else (1,)
    found = [step * 10.0**power for power in range(floor(low), ceil(high) + 1) for step in steps]
    first = max((at for at, value in enumerate(found) if log10(value) <= low), default=0)
    last = min((at for at, value in enumerate(found) if log10(value) >= high), default=len(found) - 1)
    return found[first : last + 1]


def _dollar_lines(ticks: Sequence[float], scale: Scale, height: float) -> Iterator[str]:
    for value in ticks:
        x, power = scale.at(value), floor(log10(value) + 1e-9)
        yield f'<line class="grid" x1="{x}" x2="{x}" y1="4" y2="{height - _AXIS}"/>'
        step = round(value / 10.0**power)
        text = f"${decade(power)}" if step == 1 else f"${_times(step, power)}"
        yield f'<text class="scale" x="{x}" y="{height - 10}" text-anchor="middle">{text}</text>'


def _times(step: int, power: int) -> str:
    """Two or five times a power of ten, in the letters of `decade`."""
    text = decade(power)
    return f"{step * 10.0**power:g}" if power < 0 else f"{step}{text.removeprefix('1')}"


def _bar(at: int, bar: Bar, scale: Scale) -> Iterator[str]:
    y = at * _ROW + _ROW / 2 + 4
    yield f'<text class="name {bar.state}" x="0" y="{y + 4:g}">{escape(bar.name)}</text>'
    if bar.low > 0:
        start, mark, end = (scale.at(value) for value in (bar.low, bar.middle, bar.high))
        width = max(end - start, 2.0)
        yield f'<rect class="range {bar.state}" x="{start}" y="{y - 7:g}" width="{width:.1f}" height="14" rx="2"/>'
        yield f'<line class="median" x1="{mark}" x2="{mark}" y1="{y - 10:g}" y2="{y + 10:g}"/>'
    yield f'<text class="name {bar.state}" x="{_WIDTH}" y="{y + 4:g}" text-anchor="end">{escape(bar.text)}</text>'


def _picture(kind: str, height: float, name: str, label: str, description: str, parts: Sequence[str]) -> str:
    """An image with a title and a description that screen readers find by id."""
    return (
        f'<svg class="{kind}" viewBox="0 0 {_WIDTH} {height:g}" role="img" aria-labelledby="{name}-t {name}-d">'
        f'<title id="{name}-t">{escape(label)}</title>'
        f'<desc id="{name}-d">{escape(description)}</desc>{"".join(parts)}</svg>'
    )


def cost_chart(
    series: Sequence[Series], marks: Sequence[Mark], name: str, crossed: Sequence[tuple[float, float]] = ()
) -> str:
    """Cost a month against volume, both by decades, each curve with its band; empty without curves.

    `crossed` are the volumes and dollars at which curves meet, numbered in this order.
    """
    scales = scales_around(series)
    if scales is None:
        return ""
    x, y = scales
    parts = [*_scales(x, y), *_bands(series, x, y), *_curves(series, x, y), *_marks(marks, x), *_crossed(crossed, x, y)]
    label = "Dollars a month against output tokens a month"
    description = "; ".join(_course(one) for one in series)
    return _picture("chart", _HEIGHT, name, label, description, parts)


def rate_chart(curve: Sequence[RatePoint], here: float, name: str) -> str:
    """Rate of one accelerator against time per token; dots are loads, and a line marks `here`, the time planned at.

    Each dot says its load and layout. Empty where all loads take the same time.
    """
    times = [point.inter_token_ms for point in curve]
    if not curve or min(times) == max(times):
        return ""
    rates = [point.tokens_per_second_per_gpu for point in curve]
    across, up = LogScale(min(times), max(times), 1, ROUND), LogScale(min(rates), max(rates), 1, ROUND)
    x, y = (Scale(log10(scale.ticks()[0]), log10(scale.ticks()[-1]), *ends) for scale, ends in (
        (across, (_LEFT, _WIDTH - _RIGHT)), (up, (_HEIGHT - _BOTTOM, _TOP)),
    ))  # fmt: skip
    places = [(x.at(time), y.at(rate)) for time, rate in zip(times, rates, strict=True)]
    parts = [*_rate_scales(across, up, x, y)]
    parts.append(f'<polyline class="curve curve0" points="{" ".join(f"{left},{top}" for left, top in places)}"/>')
    for point, (left, top) in zip(curve, places, strict=True):
        said = f"{point.concurrency:,} at once, {layout_words(point.layout)}"
        dot = f'<circle class="dot" cx="{left}" cy="{top}" r="4"/>'
        parts.append(f"<g><title>{escape(said)}</title>{dot}</g>")
    if across.holds(here):
        parts.append(f'<line class="mark" x1="{x.at(here)}" x2="{x.at(here)}" y1="{_TOP}" y2="{_HEIGHT - _BOTTOM}"/>')
        text = f"planned at {here:,.1f} ms"
        parts.append(f'<text class="name" x="{x.at(here)}" y="{_HEIGHT - 8}" text-anchor="middle">{text}</text>')
    description = "; ".join(
        f"{point.inter_token_ms:,.1f} ms: {point.tokens_per_second_per_gpu:,.0f} tokens/s, {layout_words(point.layout)}"
        for point in curve
    )
    return _picture(
        "chart", _HEIGHT, name, "Output tokens a second of one GPU against ms per token", description, parts
    )


def _rate_scales(across: LogScale, up: LogScale, x: Scale, y: Scale) -> Iterator[str]:
    for value in up.ticks():
        top = y.at(value)
        yield f'<line class="grid" x1="{_LEFT}" x2="{_WIDTH - _RIGHT}" y1="{top}" y2="{top}"/>'
        yield f'<text class="scale" x="{_LEFT - 8}" y="{top + 4:g}" text-anchor="end">{figure(value)}</text>'
    for value in across.ticks():
        left = x.at(value)
        yield f'<line class="grid" x1="{left}" x2="{left}" y1="{_TOP}" y2="{_HEIGHT - _BOTTOM}"/>'
        text = f"{figure(value)} ms"
        yield f'<text class="scale" x="{left}" y="{_HEIGHT - _BOTTOM + 18}" text-anchor="middle">{text}</text>'


def _course(one: Series) -> str:
    ends = ((one.at[0], one.p50[0]), (one.at[-1], one.p50[-1]))
    first, last = (f"{volume_text(at)} tokens: ${cost:,.0f}" for at, cost in ends)
    return f"{one.name} from {first} to {last}"


def _scales(x: Scale, y: Scale) -> Iterator[str]:
    """A thin line and a label for every decade of dollars and of tokens."""
    for power in range(int(y.low), floor(y.high) + 1):
        top = y.at(10.0**power)
        yield f'<line class="grid" x1="{_LEFT}" x2="{_WIDTH - _RIGHT}" y1="{top}" y2="{top}"/>'
        yield f'<text class="scale" x="{_LEFT - 8}" y="{top + 4}" text-anchor="end">${decade(power)}</text>'
    for power in range(floor(x.low), floor(x.high) + 1):
        left = x.at(10.0**power)
        yield f'<line class="grid" x1="{left}" x2="{left}" y1="{_TOP}" y2="{_HEIGHT - _BOTTOM}"/>'
        yield f'<text class="scale" x="{left}" y="{_HEIGHT - _BOTTOM + 18}" text-anchor="middle">{decade(power)}</text>'


def _points(series: Series, costs: Sequence[float], x: Scale, y: Scale) -> list[str]:
    return [f"{x.at(at)},{y.at(cost)}" for at, cost in zip(series.at, costs, strict=True)]


def _bands(series: Sequence[Series], x: Scale, y: Scale) -> Iterator[str]:
    for place, one in enumerate(series):
        around = [*_points(one, one.p90, x, y), *reversed(_points(one, one.p10, x, y))]
        yield f'<polygon class="band band{place}" points="{" ".join(around)}"/>'


def _curves(series: Sequence[Series], x: Scale, y: Scale) -> Iterator[str]:
    for place, one in enumerate(series):
        yield f'<polyline class="curve curve{place}" points="{" ".join(_points(one, one.p50, x, y))}"/>'


def _crossed(crossed: Sequence[tuple[float, float]], x: Scale, y: Scale) -> Iterator[str]:
    """A numbered disc where two curves meet."""
    for number, (volume, cost) in enumerate(crossed, 1):
        left, top = x.at(volume), y.at(cost)
        yield f'<circle class="crossing" cx="{left}" cy="{top}" r="8"/>'
        yield f'<text class="crossing" x="{left}" y="{top + 4:g}" text-anchor="middle">{number}</text>'


def _marks(marks: Sequence[Mark], across: Scale) -> Iterator[str]:
    """A dotted line up from the scale for each volume, its name below; the second mark one line lower."""
    shown = [mark for mark in marks if isfinite(mark.at) and mark.at > 0]
    for place, mark in enumerate(shown):
        x, y = across.at(mark.at), _HEIGHT - _BOTTOM + 34 + 14 * place
        anchor = "end" if x > _WIDTH * 0.8 else "start" if x < _WIDTH * 0.2 else "middle"
        yield f'<line class="mark" x1="{x}" x2="{x}" y1="{_TOP}" y2="{_HEIGHT - _BOTTOM}"/>'
        text = escape(f"{mark.name} {volume_text(mark.at)}")
        yield f'<text class="name" x="{x}" y="{y}" text-anchor="{anchor}">{text}</text>'
