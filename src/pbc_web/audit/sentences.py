"""How entries read: a verb's sentence with what was told of it. Each app adds its own when it starts.

SENTENCES["approve"] = "approved {title}"        the reader sees: "Anna Brook (PCT finance) approved ..."
"""

from __future__ import annotations

from collections.abc import Mapping
from string import Formatter
from typing import Any

SENTENCES: dict[str, str] = {}


def add_sentences(more: Mapping[str, str]) -> None:
    """Add an app's verbs; one verb has one sentence."""
    for verb, sentence in more.items():
        if SENTENCES.get(verb, sentence) != sentence:
            raise ValueError(f"{verb} has two sentences")
        SENTENCES[verb] = sentence


def told_as(verb: str, told: Mapping[str, Any], *, who: str) -> str:
    """This returns an entry as a sentence; what was not told stands as a dash, never as an error.

    >>> add_sentences({"greet": "said good morning to {name}"})
    >>> told_as("greet", {"name": "the PCT"}, who="Anna Brook")
    'Anna Brook said good morning to the PCT.'
    """
    sentence = SENTENCES.get(verb, verb.replace("_", " "))
    names = [name for _, name, _, _ in Formatter().parse(sentence) if name]
    return f"{who} {sentence.format(**{name: told.get(name, '–') for name in names})}."
