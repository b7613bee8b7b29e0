"""`pbc demo`: the made-up world built, the main job run on it, and what it found told in plain words."""

from __future__ import annotations

import secrets
from pathlib import Path
from typing import Any

import click

from pbc.engines import Engine, open_engine
from pbc.flows.extract import open_extract
from pbc.flows.journey import Journey
from pbc.flows.receive_tables import receive_contracts, receive_need, receive_tariff
from pbc.flows.write_statements import write_pack
from pbc.periods import FinancialYear, Month
from pbc.policy import Policy, load_policy, regimes
from pbc.reports import Answer
from pbc.results import Store
from pbc.sources.pseudonym import key_fingerprint, read_key
from pbc.sources.synthetic import generate
from pbc.sources.synthetic.first_sent import first_sent
from pbc.sources.synthetic.generate import Wanted, require_sizes
from pbc.sources.synthetic.next_year import write_next_year
from pbc_cli.demo_charges import Books, keep_books
from pbc_cli.demo_findings import planted_and_found
from pbc_cli.demo_folder import claim_folder, clear_own_world, held_world, require_own_store
from pbc_cli.demo_kept import keep_made_up_files
from pbc_cli.demo_loop import dated, run_the_loop
from pbc_cli.demo_upload import write_file_with_mistakes
from pbc_cli.make_up import years_of
from pbc_cli.options import journey, published_folder
from pbc_cli.receive import delivery_months, receive_all, receive_standing

SEED = 2009
COMES, AGAIN = 12, 33  # days after a month's end: its files come, what was sent wrongly comes again


@click.command()
@click.option(
    "--regime", type=click.Choice(regimes()), default="england-2005", show_default=True,
    help="Whose world: england-2005 (a PCT and its clusters) or england-2025 (an ICB and its neighbourhoods).",
)  # fmt: skip
@click.option("--people", default=300_000, show_default=True, help="People in the made-up world.")
@click.option(
    "--out", type=click.Path(path_type=Path, file_okay=False), default=Path("demo"), show_default=True,
    help="Folder for the made-up deliveries and the statement pack.",
)  # fmt: skip
@click.option(
    "--store", "kept", type=click.Path(path_type=Path, file_okay=False), show_default="OUT/store",
    help="Folder that keeps what the job makes: results, each with its receipt.",
)  # fmt: skip
@click.option(
    "--serve/--no-serve", "is_served", default=False, help="Then serve its pages on this machine, until Ctrl-C."
)
@click.option(
    "--port", default=8000, show_default=True, type=click.IntRange(0, 65535), help="Port to serve on; 0: a free one."
)
def command(regime: str, people: int, out: Path, kept: Path | None, is_served: bool, port: int) -> None:
    """Build the made-up world, run the main job on it and write its statement pack into --out.

    --out must be new, or a folder that an earlier demonstration made: nothing of anybody else's is written over. With
    --serve the pages are then served on 127.0.0.1, where you choose who to be.
    """
    require_sizes(**wanted_world(regime, people))
    store = Store(kept or out / "store")
    require_own_store(store)
    claim_folder(out)
    way, policy = journey(), load_policy(regime, overlays=made_up_agreements(out, regime))
    first = FinancialYear.parse(years_of(regime)[0])
    click.echo(f"A made-up place under the rules of {policy.text('regime.title', on=first.start)}.", err=True)
    deliveries = made_up_world(out / "deliveries", regime=regime, people=people, way=way.part(0.0, 0.2))
    years = [FinancialYear.parse(year) for year in years_of(regime)]
    receive_next_year(store, deliveries, out / "next-year", way=way.part(0.2, 0.2))
    with open_engine() as engine:
        key = read_key(made_up_key(out / "key"))
        told = receive_and_run(store, deliveries, years, key=key, policy=policy, engine=engine, way=way.part(0.2, 0.7))
        books = Books(store, out / "charges", read_key(made_up_key(out / "invoice-key")), policy, engine)
        told += keep_books(books, deliveries, years=years[1:], way=way.part(0.7, 0.8))
    index = write_pack(
        store, month=Month.of(years[-1].end), out_dir=out / "pack", journey=way.part(0.8, 1.0), policy=policy,
        answer=Answer("Made-up finance manager, finance@example.invalid", Month.of(years[-1].end).plus(2).start),
    )  # fmt: skip
    way.step("The statement pack is written", 1.0)
    findings = planted_and_found(deliveries, store, years[-1])
    click.echo(
        "\n".join(["", *told, "", "What was planted, and what is seen of it:", *[f"  {line}" for line in findings], ""])
    )
    click.echo(f"Everything above is made up. The statement pack: {index.resolve().as_uri()}")
    click.echo(
        f"To go on: pbc statement --store {store.path} --month {Month.of(years[-1].end)} --practice Z90001 --out one.html"
    )
    click.echo(
        f"          pbc explain --store {store.path} FIGURE_ID   (ids stand in every row of the CSV and XLSX files)"
    )
    for line in keep_made_up_files(out / "typed", store, year=years[-1], regime=policy.regime, way=way):
        click.echo(line)
    share_england(out)
    if is_served:
        write_file_with_mistakes(deliveries, out / "to-upload", month=Month.of(years[-1].end), key=key)
        demonstrate(out / "web", store=store.path, policy=policy, last_year=years[-1], port=port)


def demonstrate(folder: Path, *, store: Path, policy: Policy, last_year: FinancialYear, port: int) -> None:
    """Fill the demonstration's own database by the web's own actions, and serve it on this machine until Ctrl-C."""
    from pbc_web.config import demonstrating

    agreements = made_up_agreements(folder.parent, policy.regime)
    demonstrating.prepare(
        folder.resolve(), store=store.resolve(), regime=policy.regime, agreements=agreements,
        invoice_key=key_fingerprint(read_key(folder.parent / "invoice-key")),
    )  # fmt: skip
    demonstrating.fill(demonstrating.begins_on(last_year.end.year))
    demonstrating.serve(port)


def made_up_world(folder: Path, *, regime: str, people: int, way: Journey) -> Path:
    """This returns the deliveries folder, made once: the same people and regime again are found as they were left.

    A world of another size, or half made, is made anew, if the demonstration made it and nobody changed it.
    """
    wanted = wanted_world(regime, people)
    world = {"regime": regime, "people": people, "seed": SEED}
    if held_world(folder) != world:
        require_sizes(**wanted)
        clear_own_world(folder)
        claim_folder(folder, world=world)
        wanted["progress"] = way.step
        generate(folder, **wanted)
    return folder


def wanted_world(regime: str, people: int) -> Wanted:
    """This returns what the made-up world of a demonstration is asked to be."""
    practices = max(2, round(people / 6_000), min(12, people // 500))
    return Wanted(
        seed=SEED, people=people, practices=practices, clusters=max(1, min(8, practices // 3)), regime=regime,
        years=years_of(regime),
    )  # fmt: skip


AGREED = {
    "retained_share": "0.5", "gain_gate": "no_gate", "gain_quality_floor": "0.0", "gain_quality_scales": "false",
    "gain_cap_share": "1.0", "loss_side": "savings_only", "gain_partners": "{Neighbourhood providers: 1.0}",
    "signed_by": "Nobody, it is made up", "signed_on": "2022-07-01",
}  # fmt: skip
AGREEMENT = (
    "# Made up for the demonstration: no national rule shares savings, so a year end needs a whole signed agreement.\n"
    + "".join(
        f"savings.{name}:\n  values:\n    - {{from: 2022-07-01, value: {value}, status: local_agreement, "
        'source: "Made-up gain-share agreement of the demonstration"}\n'
        for name, value in AGREED.items()
    )
)


def made_up_agreements(out: Path, regime: str) -> list[Path]:
    """This returns the local agreements the demonstration is run under: none where a national rule says who keeps what."""
    if regime != "england-2025":
        return []
    path = out / "made-up-agreement.yaml"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(AGREEMENT, encoding="utf-8")
    click.echo(
        f"No national rule says who keeps what is freed up: a made-up local agreement stands in for one ({path}).",
        err=True,
    )
    return [path]


def made_up_key(path: Path) -> Path:
    """This returns the file of a secret made for the demonstration alone, readable by its owner."""
    if not path.exists():
        path.parent.mkdir(parents=True, exist_ok=True)
        path.touch(mode=0o600)
        path.write_text(secrets.token_hex(32), encoding="ascii")
    return path


def receive_and_run(
    store: Store, deliveries: Path, years: list[FinancialYear], *, key: bytes, policy: Policy, engine: Engine, way: Journey
) -> list[str]:  # fmt: skip
    """This returns what the main job found, on deliveries received as they came: what was sent wrongly or without its rows at
    first is received so, and replaced once its month has been stated, which the next statement tells."""
    at_first = first_sent(deliveries)
    as_sent = open_extract(deliveries).with_files({k: v for files in at_first.values() for k, v in files.items()})
    given: dict[str, Any] = {"key": key, "engine": engine}
    receive_standing(store, as_sent, **given, way=dated(way.part(0.0, 0.1), Month.of(years[0].start), days=0))
    months = delivery_months(deliveries)
    for at, month in enumerate(months):
        part = dated(way.part(0.1 + 0.55 * at / len(months), 0.1 + 0.55 * (at + 1) / len(months)), month, days=COMES)
        receive_all(store, as_sent, months=[month], policy=policy, way=part, **given)

    def replace_files(month: Month) -> None:
        if month in at_first:
            part = dated(way.part(0.65, 0.65), month, days=AGAIN)
            receive_all(store, deliveries, months=[month], policy=policy, way=part, **given)

    return run_the_loop(
        store, years, policy=policy, engine=engine, way=way.part(0.65, 1.0), after_statement=replace_files
    )


def receive_next_year(store: Store, deliveries: Path, folder: Path, *, way: Journey) -> None:
    """Take in what is known of the year to come, its prices and its need, so that its budgets can be drafted."""
    year = write_next_year(deliveries, folder)
    known = dated(way, Month.of(year.start), days=-60)
    receive_tariff(store, folder, year=year, journey=known)
    receive_contracts(store, folder, year=year, journey=known)
    receive_need(store, folder, year=year, journey=known)


def share_england(out: Path) -> None:
    """This shares England's money by the published formula where the published files are found, and says so if not."""
    folder = published_folder()
    if folder is None:
        click.echo("Published files are not here (PBC_PUBLISHED_DATA), so England's fair shares were not run.")
        return
    from pbc_cli.fair_shares import command as fair_shares
    from pbc_cli.published_statement import state_published

    for year, more in (("2018-19", []), ("2025-26", ["--resource-pounds", "100000000000"])):
        target = out / f"england-fair-shares-{year}.csv"
        fair_shares.main(
            ["--published", str(folder), "--year", year, "--out", str(target), "--store", str(out / "england"), *more],
            standalone_mode=False,
        )
    state_published(folder, commissioner_code="02A", year=2019, out=out / "trafford")
