"""Are the answers the same? Integers only, so the same means identical."""

from __future__ import annotations

from collections.abc import Sequence

from benchmarks.measuring import Answer, Run

NONE_MEANS_NONE = ("refused ", "unplaced ")  # a rule that found nothing need not be named
ALWAYS = ("year_to_date variance", "forecast", "lines")


class DifferentAnswers(Exception):
    """Two contenders did not find the same: no time of theirs may be quoted."""


def require_same(runs: Sequence[Run]) -> int:
    """This returns how many figures were compared, and raises with the figures side by side where two differ.

    A contender is held to the figures it gives: the flows publish no count of delivered rows, a statement no rejects.
    """
    answered = [run for run in runs if run.answer]
    if len(answered) < 2:
        return 0
    whole = max(answered, key=lambda run: len(run.answer))
    lines, compared = [], 0
    for run in answered:
        for name in figures_of(whole.answer, run.answer):
            mine, theirs = run.answer.get(name, 0), whole.answer.get(name, 0)
            compared += 1
            if mine != theirs:
                lines.append(f"{name:45} {run.contender:24} {mine:>20,}   {whole.contender:24} {theirs:>20,}")
    if lines:
        raise DifferentAnswers("These contenders did not find the same.\n" + "\n".join(lines))
    return compared


def figures_of(whole: Answer, answer: Answer) -> list[str]:
    """This returns the figures that both must agree on; a missing one of `ALWAYS` counts as nought and so shows."""
    names = set(ALWAYS) | (set(whole) & set(answer))
    for prefix in NONE_MEANS_NONE:
        if any(name.startswith(prefix) for name in answer):
            names |= {name for name in {*whole, *answer} if name.startswith(prefix)}
    return sorted(names)
