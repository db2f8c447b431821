"""What a refit leaves behind: the figures in rules/parameters/throughput.toml and the validation plot."""

from __future__ import annotations

import math
import re
from pathlib import Path

from advisor.sizing.calibration import Calibration
from advisor.sizing.throughput import band
from benchmarks.published_rows import Row

ROOT = Path(__file__).resolve().parent.parent
PARAMETERS = ROOT / "rules" / "parameters" / "throughput.toml"
PLOT = ROOT / "docs" / "throughput-validation.svg"

SIZE, MARGIN = 560, 60
LOWEST, HIGHEST = 2.0, 5.5
"""Ends of both axes: powers of ten of output tokens per second."""
COLORS = {"dense": "#1f6fb2", "moe": "#c2571a"}
NAMES = {"dense": "dense", "moe": "mixture of experts"}


def write_parameters(calibration: Calibration, names: tuple[str, ...]) -> None:
    """Put three significant digits of each figure in place of the one that stands there."""
    text = PARAMETERS.read_text()
    for name in names:
        pattern = rf'(id = "throughput\.{name}"\n(?:(?!\[\[parameter\]\]).*\n)*?value = )\S+'
        text, found = re.subn(pattern, rf"\g<1>{float(f'{getattr(calibration, name):.3g}')!r}", text)
        if found != 1:
            raise SystemExit(f"{PARAMETERS}: {found} values of throughput.{name}")
    PARAMETERS.write_text(text)


def draw_validation(held: list[tuple[Row, float]], calibration: Calibration) -> None:
    """Plot published against predicted by a fit without the row's model; rows outside the band are hollow."""
    parts = [*_frame(), *_legend(held, calibration)]
    for row, ratio in held:
        low, high = band(row.placement.model, calibration)
        fill = COLORS[row.kind] if low <= ratio <= high else "none"
        x, y = _across(row.tokens_per_second / ratio), _up(row.tokens_per_second)
        parts.append(
            f'<circle cx="{x}" cy="{y}" r="3.2" stroke="{COLORS[row.kind]}" fill="{fill}" fill-opacity="0.6"/>'
        )
    PLOT.write_text("\n".join([*parts, "</svg>", ""]))


def _across(rate: float) -> float:
    return round(MARGIN + (math.log10(rate) - LOWEST) / (HIGHEST - LOWEST) * (SIZE - 2 * MARGIN), 1)


def _up(rate: float) -> float:
    return round(SIZE - _across(rate), 1)


def _frame() -> list[str]:
    start, end = MARGIN, SIZE - MARGIN
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {SIZE} {SIZE}" font-family="sans-serif" font-size="12">',
        "<title>Published against predicted output tokens per second, each model left out of its own fit</title>",
        f'<rect width="{SIZE}" height="{SIZE}" fill="#ffffff"/>',
        f'<rect x="{start}" y="{start}" width="{end - start}" height="{end - start}" fill="none" stroke="#888888"/>',
        f'<line x1="{start}" y1="{end}" x2="{end}" y2="{start}" stroke="#888888"/>',
        f'<text x="{SIZE / 2}" y="{SIZE - 14}" text-anchor="middle">predicted output tokens per second</text>',
        f'<text x="18" y="{SIZE / 2}" text-anchor="middle" transform="rotate(-90 18 {SIZE / 2})">published</text>',
    ]
    for rate in (100, 1_000, 10_000, 100_000):
        parts.append(f'<text x="{_across(rate)}" y="{end + 18}" text-anchor="middle">{rate:,}</text>')
        parts.append(f'<text x="{start - 6}" y="{_up(rate) + 4}" text-anchor="end">{rate:,}</text>')
    return parts


def _legend(held: list[tuple[Row, float]], calibration: Calibration) -> list[str]:
    parts = []
    for place, kind in enumerate(NAMES):
        ratios = [(row, ratio) for row, ratio in held if row.kind == kind]
        low, high = band(ratios[0][0].placement.model, calibration)
        hits = sum(low <= ratio <= high for _, ratio in ratios)
        text = f"{NAMES[kind]}: {len(ratios)} rows, {hits} inside ×{low:.2f}–{high:.2f} (filled)"
        y = MARGIN + 20 + 18 * place
        parts.append(f'<circle cx="{MARGIN + 16}" cy="{y - 4}" r="4" fill="{COLORS[kind]}"/>')
        parts.append(f'<text x="{MARGIN + 28}" y="{y}">{text}</text>')
    return parts
