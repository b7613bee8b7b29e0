"""Amounts as pages say them: pounds to £100, true minus signs and shares."""

from __future__ import annotations

from pbc.money import MINUS, pounds_to_nearest_hundred

NO_FIGURE = "Not set"


def about(pence: int | None) -> str:
    """This returns pounds rounded to £100 with a true minus sign, or words where there is no figure.

    >>> about(2_434_567), about(-1_000_000), about(None)
    ('£24,300', '−£10,000', 'Not set')
    """
    return NO_FIGURE if pence is None else pounds_to_nearest_hundred(pence)


def over_or_under(pence: int) -> str:
    """This returns a variance in words: the amount and its side.

    >>> over_or_under(2_434_567), over_or_under(-30_000), over_or_under(12)
    ('£24,300 over budget', '£300 under budget', 'on budget')
    """
    if pounds_to_nearest_hundred(pence) in ("£0", f"{MINUS}£0"):
        return "on budget"
    return f"{pounds_to_nearest_hundred(abs(pence))} {'over' if pence > 0 else 'under'} budget"


def percent(share: float, *, places: int = 1) -> str:
    """This returns a share as a percentage with a true minus sign; what rounds to nothing has no sign.

    >>> percent(0.0213), percent(-0.0213), percent(-0.0001)
    ('2.1%', '−2.1%', '0.0%')
    """
    size = f"{abs(share) * 100:.{places}f}%"
    return f"{MINUS}{size}" if share < 0 and float(size[:-1]) else size


def share_of(part: int, whole: int | None) -> str:
    """This returns a part of a whole as a percentage, or words where there is no whole.

    >>> share_of(21, 1000), share_of(21, None)
    ('2.1%', 'Not set')
    """
    return percent(part / whole) if whole else NO_FIGURE


def count(amount: float | None) -> str:
    """This returns a count for a page, or words where nothing was counted.

    >>> count(1204), count(7), count(0), count(None)
    ('1,204', '7', '0', 'Not counted')
    """
    return "Not counted" if amount is None else f"{int(amount + 0.5):,}"


def listed(words: list[str]) -> str:
    """This returns words as a sentence lists them.

    >>> listed(["a", "b", "c"])
    'a, b and c'
    """
    return " and ".join([", ".join(words[:-1]), words[-1]] if len(words) > 1 else words)
