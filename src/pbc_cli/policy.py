"""`pbc policy show`: the rule values in force on a day, each with its status and source."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import click

from pbc.errors import MissingPolicy
from pbc.policy import Policy, PolicyValue, load_policy
from pbc_cli.options import policy_options


@click.group()
def command() -> None:
    """Show the rule values in force, with their sources."""


@command.command()
@click.argument("subject", required=False)
@click.option(
    "--on",
    "on",
    type=click.DateTime(["%Y-%m-%d"]),
    default=None,
    help="The day asked about. Default: every dated value.",
)
@policy_options
def show(subject: str | None, on: date | None, regime: str | None, overlays: tuple[Path, ...]) -> None:
    """Show values of one SUBJECT, such as savings or risk.cheque, or of all."""
    policy = load_policy(regime or "england-2005", overlays=overlays)
    names = [name for name in sorted(policy.values) if subject is None or name.startswith(subject)]
    if not names:
        raise MissingPolicy(
            f"{policy.regime} has no value whose name begins with {subject}.",
            found=", ".join(sorted({name.partition(".")[0] for name in policy.values})),
            remedy="Give one of these subjects.",
        )
    for name in names:
        for value in _asked(policy, name, on):
            click.echo(sentence(value))


def _asked(policy: Policy, name: str, on: date | None) -> tuple[PolicyValue, ...]:
    dated = policy.values[name]
    if on is None:
        return dated
    day = date(on.year, on.month, on.day)
    return tuple([value for value in dated if value.starts_on <= day][-1:])


def sentence(value: PolicyValue) -> str:
    """This returns a value as a line for people: name, value, since when, how sure, from where."""
    mark = " (ASSUMED)" if value.is_assumed else ""
    return (
        f"{value.name} = {value.value}  [{value.unit}; from {value.starts_on.isoformat()}; {value.status}]{mark}\n"
        f"    {value.title}. {value.rule}. Source: {value.source}"
    )
