"""`pbc year-end`: who freed up money, how far luck alone explains it, who keeps what."""

from __future__ import annotations

import re
from fractions import Fraction
from pathlib import Path

import click
import polars as pl

from pbc.errors import RefusedInput
from pbc.flows.close_year import close_year
from pbc.flows.gain_share import GainFacts
from pbc.money import pence_typed_by_a_person, pounds
from pbc.periods import FinancialYear
from pbc.policy import Policy
from pbc.reports.contracts import describe_changes
from pbc.reports.freed_up import describe_position_to_pay_from
from pbc.reports.risk_pool import describe_pool_year
from pbc.results import PublishedSet, Store
from pbc.stats.power import expected_outside
from pbc_cli.options import YearType, engine_options, journey, policy_options, store_option
from pbc_cli.work import engine_for, policy_for

PAID_FROM = ("freed_up_resources", "budget_positions", "ceded_costs")


@click.command()
@click.option("--year", required=True, type=YearType(), help="The year to close, like 2009-10.")
@click.option(
    "--deficit",
    default="0",
    metavar="POUNDS",
    help="The commissioner's own deficit in pounds, where the rules let it be met first. Default: none.",
)
@click.option(
    "--position",
    type=click.Choice(["closing-estimate", "frozen", "final"]),
    help="Which position of the closing: each reads further than the one before it. Left out: outside them, with what is held.",
)
@click.option(
    "--quality",
    "qualities",
    multiple=True,
    metavar="CODE=SCORE",
    help="The quality score, 0 to 1, of one that holds a budget, where a gain-share agreement asks for it. May be repeated.",
)
@click.option(
    "--revenue",
    "revenues",
    multiple=True,
    metavar="CODE=POUNDS",
    help="The partners' revenue behind one that holds a budget, where an agreement limits losses by it. May be repeated.",
)
@store_option
@policy_options
@engine_options
def command(  # noqa: PLR0913 each is an option of the command line
    *, year: FinancialYear, deficit: str, position: str | None, qualities: tuple[str, ...], revenues: tuple[str, ...],
    store: Path, regime: str | None, overlays: tuple[Path, ...], engine_name: str, spark_master: str,
) -> None:  # fmt: skip
    """Close a year against its budgets and share what was freed up by the rules of that year.

    Freed-up resources are told twice, at the prices of activity and as the change in the commissioner's bill, and each
    practice's place against what luck alone could do. Under england-2025 no national rule says who keeps what: nothing is
    payable until you name your whole signed agreement with --policy (docs/gain-share.md says what it must hold).

    \b
    pbc year-end --year 2009-10
    pbc year-end --year 2025-26 --policy gain-share.yaml
    """
    shelf, deficit_pence, facts = Store(store), _deficit(deficit), gain_facts(qualities, revenues)
    policy = policy_for(shelf, regime, overlays)
    with engine_for(engine_name, spark_master) as engine:
        published = close_year(
            shelf,
            year=year,
            policy=policy,
            engine=engine,
            journey=journey(),
            commissioner_deficit_pence=deficit_pence,
            position=position and position.replace("-", "_"),
            gain_facts=facts,
        )
    click.echo(summary(published))
    if deficit_pence:
        click.echo(deficit_told(published.frame("freed_up_resources"), policy, year=year, deficit_pence=deficit_pence))


def gain_facts(qualities: tuple[str, ...], revenues: tuple[str, ...]) -> dict[str, GainFacts]:
    """This returns what was typed of quality and revenue, by the code of who holds a budget; what cannot be read is refused."""
    scores = {code: _score(text, each) for each in qualities for code, text in [_pair(each, "--quality")]}
    pence = {code: pence_typed_by_a_person(text) for each in revenues for code, text in [_pair(each, "--revenue")]}
    return {code: GainFacts(scores.get(code), pence.get(code)) for code in sorted({*scores, *pence})}


def _pair(typed: str, option: str) -> tuple[str, str]:
    code, between, text = typed.partition("=")
    if not (code.strip() and between and text.strip()):
        raise RefusedInput("This is not a code with its value.", where=option, found=typed, expected="CODE=VALUE")
    return code.strip().upper(), text.strip()


def _score(text: str, typed: str) -> Fraction:
    if not re.fullmatch(r"0?\.[0-9]+|0|1(\.0+)?", text):
        raise RefusedInput(
            "This is not a quality score.", where="--quality", found=typed, expected="0 to 1, like Z90001=0.85"
        )
    return Fraction(text)


def _deficit(typed: str) -> int:
    pence = pence_typed_by_a_person(typed)
    if pence < 0:
        raise RefusedInput(
            "A deficit is not negative.", where="--deficit", found=typed, expected="pounds from 0 up",
            remedy="Give the deficit as a plain amount; a surplus is no deficit: leave --deficit out.",
        )  # fmt: skip
    return pence


def deficit_told(freed: pl.DataFrame, policy: Policy, *, year: FinancialYear, deficit_pence: int) -> str:
    """This returns what became of the commissioner's own deficit under the rule in force on 1 April of the year."""
    shared = freed.filter("is_shared")
    whole, kept = int(shared["freed_up_pence"].sum()), int(shared["retained_pence"].sum())
    is_first = policy.text("savings.commissioner_deficit_rule", on=year.start) == "savings_first"
    if is_first or policy.switch("savings.special_circumstances_agreed", on=year.start):
        taken = min(deficit_pence, whole)
        return (
            f"Of the commissioner's own deficit of {pounds(deficit_pence)}, {pounds(taken)} was met from what was freed up, "
            f"before the split; {pounds(deficit_pence - taken)} of it is left."
        )
    return (
        f"The commissioner's own deficit of {pounds(deficit_pence)} takes nothing from what practices keep: under the rules of "
        f"{year} it may be met only from the commissioner's part, {pounds(whole - kept)} of what is shared."
    )


def gain_told(published: PublishedSet) -> list[str]:
    """This returns what an agreement pays each partner, or asks of it, or that nothing is payable and what that would need."""
    said = [published.receipt.parameters[name] for name in ("agreement",) if name in published.receipt.parameters]
    if "gain_shares" not in published.tables:
        return said
    kept = published.frame("freed_up_resources").filter("is_shared").select("unit_kind", "unit_code", "basis")
    shares = published.frame("gain_shares").join(kept, on=["unit_kind", "unit_code", "basis"], how="semi")
    for (partner,), rows in shares.group_by("partner_code", maintain_order=True):
        by_unit = rows.group_by("unit_code").agg(pl.col("amount_pence").sum())["amount_pence"]
        paid, owed = int(by_unit.clip(0).sum()), -int(by_unit.clip(None, 0).sum())
        losses = f" and owes {pounds(owed)} of losses" if owed else ""
        verb = "is paid" if rows["is_payable"].all() else "would by this example be paid"
        said.append(f"{partner} {verb} {pounds(paid)}{losses}.")
    return said


def summary(published: PublishedSet) -> str:
    """This returns what the year end found, in plain sentences."""
    freed = published.frame("freed_up_resources")
    bands = published.frame("chance_bands").filter(pl.col("unit_kind") == "practice")
    judged = bands.filter(pl.col("label") != "not_judged")
    outside = bands.filter(pl.col("label").is_in(["outside_chance_inside_outer", "outside_outer"])).height
    told = [f"{published.name} is closed ({published.set_id})."]
    for (basis,), part in freed.group_by("basis", maintain_order=True):
        words = "At the prices of activity" if basis == "price" else "As the change in the bill this year"
        shared = "; this is what is shared" if part["is_shared"].any() else ""
        told.append(
            f"{words}: {pounds(int(part['freed_up_pence'].sum()))} freed up, {pounds(int(part['retained_pence'].sum()))} "
            f"of it kept by practices{shared}."
        )
    told += gain_told(published)
    told.append(
        f"{outside} of {judged.height} practices judged stand further from budget than luck explains; luck alone would "
        f"put about {expected_outside(judged.height):.1f} there. Being outside is not yet a saving."
    )
    if judged.height < bands.height:
        told.append(f"{bands.height - judged.height} more cannot be judged: too small, too new or paid by fixed sums.")
    pools = published.frame("chance_bands").filter(pl.col("unit_kind") == "risk_pool")
    told += [str(said) for said in pools["sentence"]]
    ended = {name: published.frame(name) for name in PAID_FROM if name in published.tables}
    told += describe_position_to_pay_from(ended, payer_name="commissioner")
    told += describe_changes(published.frame("bill_changes")) if "bill_changes" in published.tables else ()
    if "pool_movements" in published.tables:
        told += describe_pool_year(published.frame("pool_movements"), published.frame("overspend_years"))
    awaited = published.receipt.parameters["awaited"]
    if awaited == "none":
        told.append("Final: the deliveries that settle the year have all been received.")
    else:
        told.append(f"Provisional: deliveries of {awaited} may still change it; receive them and close the year again.")
    return "\n".join(told)
