"""Log lines that stay one line and tell no secret: what a stranger typed cannot begin a line of its own."""

from __future__ import annotations

import logging
import re

_PERSON = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")  # people stand as their numbers in logs
_LONG = re.compile(r"(?=[\w:=-]*\d)(?=[\w:=-]*[A-Za-z])[\w:=-]{24,}")


class OneLine(logging.Formatter):
    """A formatter whose every record, traceback included, stands on one line, control signs spelled out, keys left out."""

    def format(self, record: logging.LogRecord) -> str:
        """This returns the record as one line."""
        said = _LONG.sub(_without_key, super().format(record))
        return "".join(sign if sign.isprintable() else sign.encode("unicode_escape").decode() for sign in said)


def _without_key(found: re.Match[str]) -> str:
    """Long words of letters and digits may be the key of a session or an invitation; a person's number is none."""
    return found.group() if _PERSON.fullmatch(found.group()) else "[left out]"
