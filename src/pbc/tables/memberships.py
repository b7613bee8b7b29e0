"""Who belonged to whom, and when: practice to cluster to PCT to SHA, and their successors."""

from pbc.tables.contract import Table, code, day

MEMBERSHIPS = Table(
    name="memberships",
    grain="one member, relation, parent and start",
    key=(
        "member_code",
        "relation",
        "parent_code",
        "starts_on",
    ),
    columns=(
        code("member_code", "the lower organisation"),
        code("parent_code", "the higher organisation, or for succeeds the code taken over"),
        code(
            "relation",
            "practice_cluster, practice_commissioner, practice_pcn, practice_neighbourhood, commissioner_region, sub_icb_icb, succeeds",
        ),
        day("starts_on", "first day"),
        day("ends_before", "first day on which it no longer holds; 9999-12-31 while open"),
    ),
)
