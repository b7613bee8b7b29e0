"""`pbc policy show`: the rule values in force on a day, each with its status and source.

What only showing needs, the words of the reports and the store, is imported when a value is shown, so that help comes quickly.
"""

from __future__ import annotations

import difflib
import re
import textwrap
from datetime import date, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import click

from pbc.errors import MissingPolicy
from pbc.policy import Policy, PolicyValue, load_policy
from pbc_cli.options import policy_options, store_option, today

if TYPE_CHECKING:
    from pbc.reports.material import Tiers

NEAREST = 5


@click.group()
def command() -> None:
    """Show the rule values in force, with their sources.

    A rule value is a number or a word that a rule of the NHS, or a local agreement, sets from a date on.
    """


@command.command()
@click.argument("name", required=False)
@click.option(
    "--on", "on_day", type=click.DateTime(["%Y-%m-%d"]), metavar="YYYY-MM-DD",
    help="The day asked about. Default: today for a list; every dated value where one NAME is given.",
)  # fmt: skip
@policy_options
@store_option
def show(
    name: str | None, on_day: datetime | None, regime: str | None, overlays: tuple[Path, ...], store: Path
) -> None:
    """Show one rule value whole, or list those that a NAME begins with or that hold a word.

    \b
    pbc policy show savings.retained_share --on 2009-04-01   one value, with its rule, status and source
    pbc policy show risk                                     all names that begin so
    pbc policy show "stop-loss"                              all whose name, title or rule holds the word

    The regime is --regime, else that of the store, else england-2005.
    """
    from pbc.results import Store
    from pbc_cli.work import regime_held

    policy = load_policy(regime or regime_held(Store(store)) or "england-2005", overlays=overlays)
    asked = None if on_day is None else date(on_day.year, on_day.month, on_day.day)
    if name is not None and name in policy.values:
        click.echo(
            "\n".join(sentence(value, tiers_of(policy, value.starts_on)) for value in _dated(policy, name, asked))
        )
        return
    day = asked or today()
    names = matching(policy, name)
    click.echo(f"{policy.regime}, in force on {day.isoformat()}:")
    for each in names:
        click.echo(line(policy, each, day))
    for told in gain_told(policy, names, day):
        click.echo(told)
    click.echo("pbc policy show NAME tells one of them whole: its rule, its dates, its source.")


def gain_told(policy: Policy, names: list[str], day: date) -> list[str]:
    """This returns whether anything is payable of savings under the policy, where the list is of them or of everything."""
    if not any(name.startswith("savings.") for name in names):
        return []
    from pbc.flows.gain_share import describe_gain_share

    return describe_gain_share(policy, on=day)


def matching(policy: Policy, words: str | None) -> list[str]:
    """This returns the names that begin with the words, else those whose name, title or rule holds them; none is refused."""
    names = sorted(policy.values)
    if words is None:
        return names
    begins = [name for name in names if name.startswith(words.casefold())]
    sought = _plain(words)
    holds = [name for name in names if any(sought in _plain(text) for text in _texts(policy, name))]
    if begins or holds:
        return begins or holds
    parts = {part: name for name in names for part in (name, name.partition(".")[2])}
    near = dict.fromkeys(parts[part] for part in difflib.get_close_matches(words, parts, n=NEAREST, cutoff=0.5))
    raise MissingPolicy(
        f"{policy.regime} has no rule value of this name, and none that holds the word.", found=words,
        expected=f"one like {', '.join(near)}" if near else f"a subject: {', '.join(sorted({n.partition('.')[0] for n in names}))}",
        remedy="pbc policy show lists them all.",
    )  # fmt: skip


def line(policy: Policy, name: str, day: date) -> str:
    """This returns a name, its value in force on a day in words, and its title, for a list."""
    from pbc.reports.rules_used import value_in_words

    held = [value for value in policy.values[name] if value.starts_on <= day]
    if not held:
        first = policy.values[name][0]
        return f"{name}: none in force; from {first.starts_on.isoformat()} on. {first.title}."
    value = held[-1]
    mark = " (ASSUMED)" if value.is_assumed else ""
    return f"{name}: {value_in_words(value, tiers_of(policy, day))}{mark}. {value.title}."


def sentence(value: PolicyValue, tiers: Tiers) -> str:
    """This returns a value whole, for people: its words, since when, its title and rule, how sure it is and from where."""
    from pbc.reports.notes import STATUS_WORDS
    from pbc.reports.rules_used import value_in_words

    mark = " (ASSUMED)" if value.is_assumed else ""
    told = f"{value.title}. Rule: {value.rule}. {STATUS_WORDS[value.status]}. Source: {value.source}."
    wrapped = textwrap.fill(told, width=108, initial_indent="    ", subsequent_indent="    ")
    return f"{value.name} = {value_in_words(value, tiers)}, from {value.starts_on.isoformat()}{mark}\n{wrapped}"


def tiers_of(policy: Policy, day: date) -> Tiers:
    """This returns what the regime calls its tiers on a day, or as it first did where the day is before it."""
    from pbc.reports.material import Tiers

    parts = ("cluster_title", "commissioner_title", "commissioner_short")
    dated = [policy.values[f"regime.{part}"] for part in parts]
    in_force = [([value for value in values if value.starts_on <= day] or values[:1])[-1] for values in dated]
    return Tiers(*(str(value.value) for value in in_force))


def _dated(policy: Policy, name: str, day: date | None) -> tuple[PolicyValue, ...]:
    return policy.values[name] if day is None else (policy.value(name, on=day),)


def _texts(policy: Policy, name: str) -> list[str]:
    return [name, *(text for value in policy.values[name] for text in (value.title, value.rule))]


def _plain(text: str) -> str:
    return re.sub(r"[\W_]+", " ", text).strip().casefold()
