"""Faults meant for people: each says what is wrong, where, what was expected and how to put it right."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass
class Fault(Exception):
    """A refusal a person can act on, shown without a traceback.

    `what` is one sentence. `where` names file, row, column or record. `found` and `expected`
    are values as the user would recognise them. `remedy` is the next thing to do.

    >>> print(Fault("Discharge before admission.", where="row 7", found="2009-04-01", remedy="Correct the date."))
    Discharge before admission. (row 7; found 2009-04-01) Correct the date.
    """

    what: str
    where: str = ""
    found: str = ""
    expected: str = ""
    remedy: str = ""

    def __str__(self) -> str:
        details = [
            self.where,
            f"found {shorten(self.found)}" if self.found else "",
            f"expected {self.expected}" if self.expected else "",
        ]
        between = "; ".join(part for part in details if part)
        return " ".join(part for part in (self.what, f"({between})" if between else "", self.remedy) if part)


class RefusedInput(Fault):
    """A file, row or value that cannot be accepted as it stands."""


class MissingPolicy(Fault):
    """No rule value is in force for the date and regime asked for."""


class MissingFigure(Fault):
    """A set, table, record or figure that was asked for is not in the store."""


class BrokenSet(Fault):
    """A published set whose files no longer match their manifest."""


class Cancelled(Fault):
    """Work stopped because the caller asked for it; nothing was published."""


def shorten(text: str, *, limit: int = 80) -> str:
    """This returns the text, cut to `limit` characters with its full length named, so that a huge field stays readable.

    >>> shorten("x" * 200, limit=5)
    'xxxxx... (200 characters)'
    """
    return text if len(text) <= limit else f"{text[:limit]}... ({len(text):,} characters)"
