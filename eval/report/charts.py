"""Charts as SVG, points, bars and lines with their figures in words. Pure functions."""

from collections.abc import Iterable, Sequence
from html import escape

import numpy as np

from eval.measures import percentile

_WIDTH, _HEIGHT, _LEFT, _BOTTOM, _TOP, _RIGHT = 340, 220, 42, 34, 12, 12
Point = tuple[float, float]


def calibration_chart(bins: Sequence[tuple[int, float, float]]) -> str:
    """Draws how often the articles do answer against how sure it was; bins are (cases, confidence, share)."""
    body = [_line([(0, 0), (1, 1)], "ideal"), _line([(sure, share) for _, sure, share in bins], "ours")]
    body += [_dot(sure, share, f"{n} cases: sure {sure:.2f}, true {share:.2f}") for n, sure, share in bins]
    said = "; ".join(f"sure {sure:.2f}: true {share:.2f} of {n}" for n, sure, share in bins)
    return _chart(body, "Confidence", "the articles answer", f"Calibration. {said}")


def risk_chart(points: Sequence[Point]) -> str:
    """Draws the share of wrong answers among the surest, against how many of the answers those are."""
    last = f"{points[-1][1]:.2f} at all answers" if points else "no answers"
    half = next((risk for coverage, risk in points if coverage >= 0.5), 0.0)
    said = f"Risk by coverage: {half:.2f} wrong at half of the answers, {last}"
    kept = sorted({*np.linspace(0, len(points) - 1, 80).round().astype(int).tolist()}) if points else []
    line = _line([points[i] for i in kept], "ours")
    return _chart([line], "Share of answers, the surest first", "wrong among them", said)


def history_chart(values: Sequence[tuple[str, float]]) -> str:
    """Draws the share of cases that passed over the runs of the past that differ; values are (day, share)."""
    kept = values[-60:]
    last = max(len(kept) - 1, 1)
    points = [(i / last, share) for i, (_, share) in enumerate(kept)]
    body = [_line(points, "ours")]
    body += [_dot(x, y, f"{day}: {y:.3f}") for (x, y), (day, _) in zip(points, kept, strict=True)]
    said = f"Passed over {len(kept)} runs" + (f", from {kept[0][1]:.3f} to {kept[-1][1]:.3f}" if kept else "")
    return _chart(body, "Runs, the newest right", "passed", said, ticks="y")


def speed_chart(milliseconds: Sequence[float]) -> str:
    """Draws how many cases took how long, in bars of equal width up to the 99th percentile."""
    most = max(percentile(milliseconds, 0.99), 0.1)
    counts, edges = np.histogram(np.minimum(milliseconds, most), bins=20, range=(0, most))
    highest, width = max(counts) or 1, 1 / len(counts)
    body = [
        _bar(i * width, width * 0.86, n / highest, f"{n} cases about {start:.0f} ms")
        for i, (n, start) in enumerate(zip(counts, edges, strict=False))
    ]
    half = f"Milliseconds a case; half of them below {percentile(milliseconds, 0.5):.0f}"
    said = half if len(milliseconds) else "No times were kept"
    return _chart(body, f"Milliseconds, up to {most:.0f}", f"cases, up to {highest}", said, ticks="")


def share_bar(passed: int, cases: int) -> str:
    """Draws one horizontal bar: how many of the cases passed."""
    part = 100 * passed / cases if cases else 0
    return (
        '<svg class="share" viewBox="0 0 100 10" preserveAspectRatio="none" aria-hidden="true">'
        f'<rect class="whole" width="100" height="10"/><rect class="part" width="{part:.1f}" height="10"/></svg>'
    )


def _chart(body: Iterable[str], across: str, up: str, said: str, *, ticks: str = "xy") -> str:
    """A chart with its axes; `ticks` says which of them go from 0 to 1."""
    axes = [
        f'<path class="axis" d="M{_LEFT} {_TOP}V{_HEIGHT - _BOTTOM}H{_WIDTH - _RIGHT}"/>',
        f'<text x="{(_WIDTH + _LEFT) / 2}" y="{_HEIGHT - 4}" text-anchor="middle">{escape(across)}</text>',
        f'<text x="{-_HEIGHT / 2}" y="12" transform="rotate(-90)" text-anchor="middle">{escape(up)}</text>',
    ]
    for value in (0, 0.5, 1):
        if "y" in ticks:
            axes.append(f'<text x="{_LEFT - 5}" y="{_y(value) + 4}" text-anchor="end">{value:g}</text>')
        if "x" in ticks:
            axes.append(f'<text x="{_x(value)}" y="{_HEIGHT - _BOTTOM + 14}" text-anchor="middle">{value:g}</text>')
    return (
        f'<svg class="chart" viewBox="0 0 {_WIDTH} {_HEIGHT}" role="img" aria-label="{escape(said)}">'
        f"{''.join(axes)}{''.join(body)}</svg>"
    )


def _line(points: Sequence[Point], kind: str) -> str:
    path = " ".join(f"{_x(x):.1f},{_y(y):.1f}" for x, y in points)
    return f'<polyline class="{kind}" points="{path}"/>' if points else ""


def _dot(x: float, y: float, said: str) -> str:
    return f'<circle cx="{_x(x):.1f}" cy="{_y(y):.1f}" r="3.5"><title>{escape(said)}</title></circle>'


def _bar(x: float, width: float, height: float, said: str) -> str:
    left, top = _x(x), _y(height)
    size = f'width="{_x(x + width) - left:.1f}" height="{_y(0) - top:.1f}"'
    return f'<rect class="bar" x="{left:.1f}" y="{top:.1f}" {size}><title>{escape(said)}</title></rect>'


def _x(value: float) -> float:
    return _LEFT + value * (_WIDTH - _LEFT - _RIGHT)


def _y(value: float) -> float:
    return _HEIGHT - _BOTTOM - value * (_HEIGHT - _BOTTOM - _TOP)
