"""Uses, stages and waiting money as tables and sentences, the same on pages and in files."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date

from pbc.money import pounds_and_pence
from pbc.reports.view import Head, PageTable
from pbc_web.business_cases.models import Proposal
from pbc_web.reinvestment.models import ShareException, UseOfPot
from pbc_web.reinvestment.queries import Stage, Waiting
from pbc_web.reinvestment.rules import Shares
from pbc_web.reinvestment.states import STAGES, WAITS
from pbc_web.shell.words import amount, count_of, day

MONEY = tuple(Head(each, is_number=True) for each in ("Asked for", "Promised", "Spent", "Set free", "Left"))


def uses_table(uses: Iterable[UseOfPot], links: Mapping[str, str]) -> PageTable:
    """This returns the uses of a pot, each a row; the last adds up what is promised, spent, set free and left.

    `links` are addresses by the codes of proposals the reader may open.
    """
    held = list(uses)
    rows = [
        (
            str(each.proposal), each.get_use_display() or "Not said yet",
            each.proposal.get_state_display(), amount(each.pence), *(_money(each)),
        )
        for each in held
    ]  # fmt: skip
    sums = (
        sum(getattr(each, name) for each in held)
        for name in ("pence", "reserved_pence", "spent_pence", "freed_pence", "left_pence")
    )
    by_name = {str(each.proposal): links[each.proposal.code] for each in held if each.proposal.code in links}
    rows.append(("All uses", "All", "All", *(amount(each) for each in sums)))
    heads = (Head("Use"), Head("For"), Head("State"), *MONEY)
    return PageTable("uses", "Uses of this pot", heads, tuple(rows), has_total=True, links=by_name)


def _money(use: UseOfPot) -> tuple[str, ...]:
    return tuple(amount(each) for each in (use.reserved_pence, use.spent_pence, use.freed_pence, use.left_pence))


def stages_table(stages: Iterable[Stage]) -> PageTable:
    """This returns the stages of a pot with the days each took."""
    rows = tuple((STAGES[each.code], day(each.on, "Not yet"), _days(each)) for each in stages)
    heads = (Head("Stage"), Head("First reached"), Head("Days since the one before", is_number=True))
    return PageTable("stages", "How long each stage took", heads, rows)


def _days(stage: Stage) -> str:
    if stage.days is None:
        return "Not counted" if stage.on is None else "The start"
    return f"{stage.days:,}" if stage.on is not None else f"{stage.days:,} so far"


def waiting_table(waiting: Iterable[Waiting], today: date) -> PageTable:
    """This returns the money that waits, the oldest first."""
    rows = tuple(
        (
            each.commissioner.name, each.name or "All together", each.financial_year.replace("-", "/"), WAITS[each.step],
            amount(each.pence), day(each.since), f"{each.days(today):,}",
        )
        for each in waiting
    )  # fmt: skip
    heads = (
        *(Head(each) for each in ("Commissioner", "Whose", "Freed up in", "Stands at")), Head("Amount", is_number=True),
        Head("Since"), Head("Days", is_number=True),
    )  # fmt: skip
    return PageTable("waiting", "Freed-up money that waits, oldest first", heads, rows)


def exceptions_table(exceptions: Iterable[ShareException]) -> PageTable:
    """This returns the exceptions in force."""
    rows = tuple(
        (each.commissioner.name, each.financial_year.replace("-", "/"), _percent(float(each.practices_percent)),
         _percent(100 - float(each.practices_percent)), each.words, f"{each.by.name}, {day(each.at)}")
        for each in exceptions
    )  # fmt: skip
    heads = tuple(
        Head(each) for each in ("Commissioner", "Year", "Practices keep", "Commissioner's part", "Why", "Agreed by")
    )
    return PageTable("exceptions", "Exceptions agreed by the region", heads, rows)


def shares_words(shares: Shares, exception: ShareException | None) -> list[str]:
    """This returns how a year is shared, a sentence each: the rule, and what the region agreed beside it."""
    if shares.practices_percent is None:
        said = ["No national rule shares what is freed up in this year: only a signed agreement does."]
    else:
        least, most = _percent(shares.practices_percent), _percent(shares.commissioner_percent or 0)
        said = [
            f"By the rule of the year practices keep at least {least} of what they free up, and the commissioner at most {most}"
            f"{' (assumed)' if shares.is_assumed else ''}. Source: {shares.source}."
        ]
    if exception is None:
        return [*said, "The region agreed to no exception."]
    kept = _percent(float(exception.practices_percent))
    return [
        *said,
        f"The region agreed to an exception on {day(exception.at)}: practices keep {kept}. {exception.words} ({exception.by.name})",
    ]


def _percent(share: float) -> str:
    return f"{share:g}%"


def free_words(free: int, asked: int) -> str:
    """This returns what a pot has free against what is asked of it, in pence, as words.

    >>> free_words(40_000, 0), free_words(40_000, 30_000)
    ('£400.00', '£400.00, against £300.00 asked for')
    >>> free_words(-1, 30_000)
    '£0.00, against £300.00 asked for: more than is free, so it cannot be submitted or approved'
    """
    told = pounds_and_pence(max(free, 0))
    if not asked:
        return told
    over = ": more than is free, so it cannot be submitted or approved" if asked > free else ""
    return f"{told}, against {pounds_and_pence(asked)} asked for{over}"


def explained(use: UseOfPot, proposal: Proposal) -> list[tuple[str, str]]:
    """This returns each line of a use's money with what it is."""
    asked = amount(use.pence) if use.use else "As its section “What for” says"
    lines = [("Paid from", str(use.pot)), ("For", use.get_use_display() or "Not submitted yet"), ("Asked for", asked)]
    if not use.reserved_pence:
        return lines
    days = count_of((proposal.decided_on - proposal.first_submitted_on).days, "day")
    return [
        *lines, ("Promised when it was approved", amount(use.reserved_pence)), ("Spent of it", amount(use.spent_pence)),
        ("Set free of it, back in the pot", amount(use.freed_pence)), ("Left to spend on it", amount(use.left_pence)),
        ("Approved", f"{day(proposal.decided_on)}, {days} after it was submitted"),
    ]  # fmt: skip
