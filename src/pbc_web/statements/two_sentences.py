"""The commissioner's comment is two sentences, no more and no fewer: long enough to say something, short enough to be read."""

from __future__ import annotations

import re

from pbc.errors import RefusedInput

MOST_SIGNS = 400
_ABBREVIATIONS = re.compile(r"\b(?:Dr|Mr|Mrs|Ms|Prof|St|No|approx|e\.g|i\.e|etc)\.", re.IGNORECASE)
_END = re.compile(r"[.!?]+[\"'’”)]*(?=\s|$)")


def count_sentences(words: str) -> int:
    """This returns how many sentences a text has; an abbreviation's stop and a decimal point end none.

    >>> count_sentences("Costs rose by £1.5m. Dr. Brook is looking into it."), count_sentences("No stop at all")
    (2, 1)
    """
    plain = _ABBREVIATIONS.sub(lambda found: found[0].replace(".", ""), words.strip())
    parts = [part for part in _END.split(plain) if part.strip()]
    return len(parts)


def require_two_sentences(words: str) -> str:
    """This returns the comment, refusing one of another length."""
    said = " ".join(words.split())
    found = count_sentences(said)
    if found != 2:
        raise RefusedInput(
            "The comment is two sentences.", found=f"{found} {'sentence' if found == 1 else 'sentences'}",
            expected="2 sentences, each with a full stop", remedy="Say what stands out, then what you do about it.",
        )  # fmt: skip
    if len(said) > MOST_SIGNS:
        raise RefusedInput(
            "The comment is too long.", found=f"{len(said)} characters", expected=f"{MOST_SIGNS} or fewer",
            remedy="Take out what the figures say already.",
        )  # fmt: skip
    return said
