"""How entries read: a verb's sentence with what was told of it. Each app adds its own when it starts.

SENTENCES["approve"] = "approved {title}"        the reader sees: "Anna Brook (PCT finance) approved ..."
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from string import Formatter
from typing import Any

from pbc_web.shell import words

SENTENCES: dict[str, str] = {}
COVER = "as_cover_for"  # told of every entry written while covering for a colleague: the colleague's number


def add_sentences(more: Mapping[str, str]) -> None:
    """Add an app's verbs; one verb has one sentence."""
    for verb, sentence in more.items():
        if SENTENCES.get(verb, sentence) != sentence:
            raise ValueError(f"{verb} has two sentences")
        SENTENCES[verb] = sentence


def told_as(verb: str, told: Mapping[str, Any], *, who: str, names: Mapping[str, str] | None = None) -> str:
    """This returns an entry as a sentence; what was not told stands as a dash, never as an error.

    `names` says who stands behind the numbers of people that were told.

    >>> add_sentences({"greet": "said good morning to {name}"})
    >>> told_as("greet", {"name": "the PCT"}, who="Anna Brook")
    'Anna Brook said good morning to the PCT.'
    >>> told_as("greet", {"name": "2009-05-01"}, who="Anna Brook")
    'Anna Brook said good morning to 1 May 2009.'
    >>> told_as("greet", {"name": "1f", "as_cover_for": "2e"}, who="Anna Brook", names={"1f": "Sam Hill", "2e": "Jo Dee"})
    'Anna Brook, as cover for Jo Dee, said good morning to Sam Hill.'
    """
    known = names or {}
    shown = {name: _in_words(value, known) for name, value in told.items()}
    sentence = SENTENCES.get(verb, verb.replace("_", " "))
    wanted = [name for _, name, _, _ in Formatter().parse(sentence) if name]
    acting = f"{who}, as cover for {shown[COVER]}," if shown.get(COVER) else who
    return f"{acting} {sentence.format(**{name: shown.get(name, '–') for name in wanted})}."


def _in_words(value: Any, names: Mapping[str, str]) -> Any:
    """A number of a person as their name, and a day as pages write days."""
    if not isinstance(value, str):
        return value
    try:
        return words.day(date.fromisoformat(value)) if len(value) == len("2009-05-01") else names.get(value, value)
    except ValueError:
        return names.get(value, value)
