"""By whom each relation of a published hierarchy was published, and the share of it that a successor took over."""

from pbc.tables.contract import Table, code, day, ratio, text

MEMBERSHIP_SOURCES = Table(
    name="membership_sources",
    grain="one member, relation, parent and start",
    key=("member_code", "relation", "parent_code", "starts_on"),
    columns=(
        code("member_code", "the lower organisation, or the successor"),
        code("relation", "as in memberships"),
        code("parent_code", "the higher organisation, or the one taken over"),
        day("starts_on", "first day"),
        ratio(
            "taken_over_share", "of succeeds, the part of the parent taken over; 1 for every other relation", minimum=0
        ),
        text("source_title", "publisher and file"),
    ),
)
