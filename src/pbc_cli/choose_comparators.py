"""`pbc choose-comparators`: before a service changes, whom its practices will be compared with, frozen with the promise."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import click

from pbc.errors import RefusedInput
from pbc.flows.choose_comparators import choose_comparators, read_case
from pbc.flows.scenario import slug_of
from pbc.flows.show_benefit import show_comparators
from pbc.reports.benefits import benefit_text
from pbc.results import Store
from pbc_cli.compare_benefit import OUT, PURPOSE, WRITERS, protection_for, write_benefit
from pbc_cli.options import engine_options, journey, policy_options, require_form, store_option, today
from pbc_cli.work import engine_for, policy_for


@click.command()
@click.argument("case_file", type=click.Path(path_type=Path, exists=True, dir_okay=False))
@click.option(
    "--on",
    type=click.DateTime(["%Y-%m-%d"]),
    metavar="YYYY-MM-DD",
    help="Day of the choice, on made-up data alone, like 2009-03-20. Default: today.",
)
@PURPOSE
@OUT
@store_option
@policy_options
@engine_options
def command(  # noqa: PLR0913 each is an option of the command line
    *, case_file: Path, on: date | None, purpose: str, out: Path | None, store: Path, regime: str | None, overlays: tuple[Path, ...],
    engine_name: str, spark_master: str,
) -> None:  # fmt: skip
    """Choose whom the practices of a business case will be compared with, before its service changes, and freeze the choice.

    CASE_FILE is a YAML file that says what is counted, which way is better, and what was promised (docs/benefits.md). Comparators
    are practices of the same commissioner that stand equally high, or low, in the year before, of like size and need. From the first
    day of the start month a choice is refused: the outcome could have been seen.

    \b
    pbc choose-comparators skin-clinic.yaml
    pbc choose-comparators skin-clinic.yaml --out comparators.xlsx
    """
    shelf, way = Store(store), journey()
    require_form(out, WRITERS, what="A choice of comparators is")
    case = read_case(case_file)
    policy = policy_for(shelf, regime, overlays)
    day = _day(shelf, on)
    with engine_for(engine_name, spark_master) as engine:
        choose_comparators(shelf, case=case, on=day, policy=policy, engine=engine, journey=way)
    material = show_comparators(shelf, case_code=slug_of(case.title), policy=policy, protection=protection_for(purpose))
    click.echo(benefit_text(material), nl=False)
    write_benefit(material, out)


def _day(shelf: Store, on: date | None) -> date:
    """Today; another day is for made-up places, which have no today."""
    if on is None:
        return today()
    if not shelf.current("register").receipt.is_made_up:
        raise RefusedInput(
            "The day of a choice is told on made-up data alone.", where="--on", found=on.isoformat()[:10], expected="today",
            remedy="Leave --on out.",
        )  # fmt: skip
    return date.fromisoformat(on.isoformat()[:10])
