"""Which organisation became which, from when: mergers, splits and new codes, each with its share."""

from pbc.tables.contract import Table, code, count, day

ORGANISATION_CHANGES = Table(
    name="organisation_changes",
    grain="one old code and new code",
    key=("old_code", "new_code"),
    columns=(
        code("old_code", "the code that ends"),
        code("new_code", "the code that takes over a part of it, or all"),
        day("changed_on", "first day of the new code"),
        count("share_millionths", "the part taken over; parts of one old code add up to 1,000,000", minimum=1),
    ),
    note="An old code ends on one day. Chains are allowed; circles are not.",
)
