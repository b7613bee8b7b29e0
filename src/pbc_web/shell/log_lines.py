"""Log lines that stay one line: what a stranger typed cannot begin a line of its own."""

from __future__ import annotations

import logging


class OneLine(logging.Formatter):
    """A formatter whose every record, traceback included, stands on one line with control signs spelled out."""

    def format(self, record: logging.LogRecord) -> str:
        """This returns the record as one line."""
        said = super().format(record)
        return "".join(sign if sign.isprintable() else sign.encode("unicode_escape").decode() for sign in said)
