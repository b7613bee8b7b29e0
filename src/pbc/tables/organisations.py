"""Everyone who holds, spends or oversees money: practices to regions, and providers."""

from pbc.tables.contract import Table, code, day, text

ORGANISATIONS = Table(
    name="organisations",
    grain="one organisation in one role",
    key=(
        "organisation_code",
        "organisation_kind",
    ),
    columns=(
        code("organisation_code", "ODS code, or a made-up one beginning with Z"),
        code(
            "organisation_kind",
            "tier or role: practice, cluster, pcn, neighbourhood, pct, ccg, sub_icb, icb, sha, region, provider",
        ),
        text("organisation_name", "name as published"),
        day("opened_on", "first day", nullable=True),
        day("closed_on", "last day, empty while open", nullable=True),
    ),
)
