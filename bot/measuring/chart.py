"""The picture of `amparo evaluate --chart`. Its library is an extra, so it is loaded only here."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from bot.measuring.calibration import Bin
from bot.settings import SettingsError

_PARTS = (
    ("in_scope_right", "right", "#2b7a4b"),
    ("in_scope_helped", "helped: right or offered", "#a9d3b5"),
    ("in_scope_wrong", "wrong", "#c0392b"),
)
_INK, _FAINT = "#333333", "#bbbbbb"
_DOT = 8
_INCHES, _LEAST_INCHES = 0.7, 3


def drawing() -> Any:
    """The library that draws. Raises `SettingsError` where it is missing."""
    try:
        import matplotlib as library
        from matplotlib.figure import Figure
    except ImportError:
        raise SettingsError("--chart needs matplotlib: pip install 'amparo[bench]'.") from None
    library.rcParams.update({"font.size": 10, "axes.spines.top": False, "axes.spines.right": False})
    return Figure


def draw(path: Path, figures: Mapping[str, Mapping[str, float]], table: Sequence[Bin]) -> None:
    """Write a PNG: the calibration curve, and right, helped and wrong per language."""
    wide = _LEAST_INCHES + _INCHES * len(figures)
    figure = drawing()(figsize=(6 + wide, 5), layout="constrained")
    left, right = figure.subplots(1, 2, width_ratios=[6, wide])
    _curve(left, table)
    _bars(right, figures)
    figure.savefig(path, dpi=120, format="png")


def _curve(axes: Any, table: Sequence[Bin]) -> None:
    axes.plot([0, 100], [0, 100], color=_FAINT, linestyle="--", label="a score that means what it says")
    axes.plot([b.mean_score for b in table], [100 * b.share for b in table], color="#1f5f99", zorder=2)
    most = max((part.count for part in table), default=1)
    sizes = [_DOT + 200 * part.count / most for part in table]
    axes.scatter([b.mean_score for b in table], [100 * b.share for b in table], s=sizes, color="#1f5f99", zorder=3)
    for part in table:
        axes.annotate(str(part.count), (part.mean_score, 100 * part.share), xytext=(9, -11), textcoords="offset points",
                      color=_INK, fontsize=8)  # fmt: skip
    axes.set(xlim=(0, 104), ylim=(-6, 104), xlabel="score", ylabel="of these, % right")
    axes.set_title("Answered, or offered first (number of messages)", loc="left", fontsize=11)
    axes.legend(frameon=False, loc="upper left")


def _bars(axes: Any, figures: Mapping[str, Mapping[str, float]]) -> None:
    width = 0.27
    for n, (name, label, color) in enumerate(_PARTS):
        heights = [100 * part[name] for part in figures.values()]
        bars = axes.bar([at + (n - 1) * width for at in range(len(figures))], heights, width, label=label, color=color)
        axes.bar_label(bars, fmt="%.0f", fontsize=8, color=_INK, padding=1)
    axes.set_xticks(range(len(figures)), list(figures))
    axes.set(ylim=(0, 104), ylabel="% of the questions about the subject")
    axes.set_title("Per language", loc="left", fontsize=11)
    axes.legend(frameon=False, loc="upper center", bbox_to_anchor=(0.5, -0.07), ncols=3)
