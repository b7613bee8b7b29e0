"""Kinds of organisation and of relation. The regime has the words people call the tiers by; these are our own."""

from __future__ import annotations

KINDS = {
    "practice": "GP practice",
    "cluster": "cluster",
    "pcn": "primary care network",
    "neighbourhood": "neighbourhood",
    "pct": "primary care trust",
    "ccg": "clinical commissioning group",
    "sub_icb": "sub-ICB location",
    "icb": "integrated care board",
    "sha": "strategic health authority",
    "region": "NHS region",
    "department": "department of health",
    "provider": "hospital trust",
    "supplier": "supplier",
    "local_authority": "local authority",
    "service": "this service",  # who runs it: administrators, facilitators and researchers belong here
}
GROUPS = ("cluster", "pcn", "neighbourhood")
COMMISSIONERS = ("pct", "ccg", "sub_icb", "icb")
REGIONS = ("sha", "region")

RELATIONS = {
    "practice_cluster": "belongs to",
    "practice_pcn": "belongs to",
    "practice_neighbourhood": "belongs to",
    "practice_commissioner": "is paid for by",
    "sub_icb_icb": "is part of",
    "commissioner_region": "answers to",
    "region_department": "answers to",
    "local_authority_commissioner": "pools money with",
    "succeeds": "took over from",
}
IN_GROUP = ("practice_cluster", "practice_pcn", "practice_neighbourhood")
WATCHED_BY = ("commissioner_region",)  # who watches whom: said by administrators, never by who is watched
FOR_EVER = "9999-12-31"
AS_PUBLISHED = "As published by "  # how the source of what England publishes begins

BY_HAND = (
    "department",
    "supplier",
    "local_authority",
    "provider",
    "cluster",
    "neighbourhood",
)  # in no published register
UPWARD: dict[str, dict[str, tuple[str, ...]]] = {  # what may be said by hand of a kind: the relation, and the kinds it leads to
    "practice": {
        "practice_cluster": ("cluster",), "practice_pcn": ("pcn",), "practice_neighbourhood": ("neighbourhood",),
        "practice_commissioner": COMMISSIONERS,
    },
    "sub_icb": {"sub_icb_icb": ("icb",), "commissioner_region": REGIONS},
    **{kind: {"commissioner_region": REGIONS} for kind in ("pct", "ccg", "icb")},
    **{kind: {"region_department": ("department",)} for kind in REGIONS},
    "local_authority": {"local_authority_commissioner": COMMISSIONERS},
}  # fmt: skip


def may_follow(old: str, new: str) -> bool:
    """Whether an organisation of a kind can take over one of another: its own, or one commissioner after another."""
    return old == new or {old, new} <= set(COMMISSIONERS)
