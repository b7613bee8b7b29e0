"""Lines of money that an NHS body and a local authority pool: what each puts in, and what of the risk each bears."""

from pbc.tables.contract import Table, code, count, day, text

POOLED_LINES = Table(
    name="pooled_lines",
    grain="one pooled line and owner",
    key=("line_code", "owner_code"),
    columns=(
        code("line_code", "the pooled line"),
        text("line_name", "what it is for"),
        code("owner_code", "an owner of it"),
        code("owner_kind", "nhs or local_authority", allowed=("nhs", "local_authority")),
        count("year_starts_month_number", "first month of the owner's own financial year, 1 to 12", minimum=1),
        count("contribution_millionths", "the part of the pool's budget it puts in, if agreed", nullable=True),
        count("risk_millionths", "the part of an over- or underspend it bears, if agreed", nullable=True),
        day("starts_on", "first day of the agreement, if there is one", nullable=True),
        day("ends_before", "first day it no longer holds", nullable=True),
        text("signed_by", "who signed for the owner", nullable=True),
        day("signed_on", "when", nullable=True),
    ),
    note="Parts of one line add up to 1,000,000 where all of its owners signed. Nothing is shared where one of them did not.",
)
