"""Weaving the published files of organisations into one history: practices, commissioners, networks, boards, regions."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, timedelta

import polars as pl

from pbc.flows.hierarchy_claims import FOREVER, Claim, end_with, follow_practices, settle, succession
from pbc.flows.hierarchy_files import BOARDS_BEGAN, HierarchyFiles
from pbc.sources.published.organisations import DORMANT, GP_PRACTICE
from pbc.sources.published.reading import Published

GROUPS_BEGAN = date(2013, 4, 1)  # clinical commissioning groups, Health and Social Care Act 2012
PCT, CCG = re.compile(r"[5T]..$"), re.compile(r"[019]..$")
BY_PRACTICES = "NHS Digital, Organisation Data Service, worked out from where the practices went"
NOT_HERE = {
    r"4.{4}$": "primary care groups of 1999 to 2003, before primary care trusts",
    r"(6[ABC]|7A)\d$": "health boards of Wales",
}


@dataclass
class Body:
    """An organisation under one code: its roles (kind and name), the days it was open, and who says so."""

    source: str
    roles: list[tuple[str, str]] = field(default_factory=list)
    opened_on: date | None = None
    closed_on: date | None = None


@dataclass(frozen=True)
class History:
    """Claims that no longer contradict each other, organisations by code, and the codes of trusts among them."""

    claims: list[Claim]
    bodies: dict[str, Body]
    trusts: tuple[str, ...]
    notes: list[str]


def weave(files: HierarchyFiles) -> History:
    """This returns one history of what the files say.

    A practice's commissioner is told by the membership history and the registers; a hierarchy, a picture of a day, fills
    in where they are silent. A practice that closed belongs to nobody after. Grain: one claim for each spell of belonging.
    """
    notes = list(files.notes)
    practices = _practices(files, notes)
    names = _names(files)
    told = _known_only(_told_of_practices(files), practices, names, notes)
    closed = {code: body.closed_on + timedelta(days=1) for code, body in practices.items() if body.closed_on}
    paid = end_with(settle([*told, *_where_silent(files, settle(told), practices)]), closed)
    bodies = _commissioners(paid, names)
    ended = {code: body.closed_on + timedelta(days=1) for code, body in bodies.items() if body.closed_on}
    above = end_with(settle(_above(files)), ended)
    networks = end_with(settle(_networks(files, practices)), closed)
    taken_over = _successions(files, paid, bodies)
    claims = [*paid, *networks, *above, *taken_over]
    trusts = _trusts(files)
    named = {code for each in claims for code in (each.member, each.parent)}
    alone = [code for code in practices if code not in named]
    if alone:
        notes.append(f"{len(alone):,} practices were left out, since no commissioner in England is known of them.")
    others = {code: body for code, body in names.items() if code in named and code not in bodies}
    known = {code: body for code, body in practices.items() if code in named}
    everyone = {**others, **bodies, **trusts, **known}
    return History(
        [each for each in claims if {each.member, each.parent} <= set(everyone)], everyone, tuple(trusts), notes
    )


def _source(read: Published) -> str:
    return f"{read.source} ({read.file_name})"


def _claims_of(read: Published, *relations: str) -> list[Claim]:
    rows = read.rows.filter(pl.col("relation").is_in(relations))
    columns = ("member_code", "relation", "parent_code", "starts_on", "ends_before")
    source = _source(read)
    return [
        Claim(one, how, other, start, end, source) for one, how, other, start, end in rows.select(columns).iter_rows()
    ]


def _practices(files: HierarchyFiles, notes: list[str]) -> dict[str, Body]:
    """GP practices of the registers, the latest word on each; of the latest hierarchy, where there is no register."""
    found: dict[str, Body] = {}
    for register, _ in files.registers:
        ours = register.rows.filter(pl.col("prescribing_setting_code") == GP_PRACTICE)
        for row in ours.iter_rows(named=True):
            role = ("practice", row["practice_name"])
            found[row["practice_code"]] = Body(_source(register), [role], row["opened_on"], row["closed_on"])
        dormant = ours.filter(pl.col("status_code") == DORMANT).height
        notes += [
            f"{register.file_name}: {register.rows.height - ours.height:,} prescribing centres that are no GP practices were left out.",
            f"{register.file_name}: {dormant:,} practices are dormant; they are kept, under the commissioner it names.",
        ]  # fmt: skip
    if not files.registers:
        for _, _, organisations in files.pictures:
            for code, name in _of_kind(organisations, "practice"):
                found[code] = Body(_source(organisations), [("practice", name)])
    return found


def _of_kind(read: Published, kind: str) -> list[tuple[str, str]]:
    rows = read.rows.filter(pl.col("organisation_kind") == kind)
    return list(rows.select("organisation_code", "organisation_name").iter_rows())


def _names(files: HierarchyFiles) -> dict[str, Body]:
    """Every tier above practices that a file names, by code, each with its roles; a later file's name stands."""
    found: dict[str, dict[str, tuple[str, str]]] = defaultdict(dict)
    tiers = [(files.deprivation[1], {"pct": "pct", "sha": "sha"})] if files.deprivation else []
    today = {kind: kind for kind in ("pcn", "sub_icb", "icb", "region")}
    for day, _, organisations in files.pictures:
        then = {"pcn": "pcn", "sub_icb": "ccg", "region": "region"}  # partnerships of 2020 were no bodies
        tiers.append((organisations, today if day >= BOARDS_BEGAN else then))
    tiers += [(files.lookup[1], today)] if files.lookup and not files.pictures else []
    for read, kinds in tiers:
        for kind, ours in kinds.items():
            for code, name in _of_kind(read, kind):
                found[code][ours] = (name, _source(read))
    return {
        code: Body(list(roles.values())[-1][1], [(kind, name) for kind, (name, _) in roles.items()])
        for code, roles in found.items()
    }


def _told_of_practices(files: HierarchyFiles) -> list[Claim]:
    told = [files.history] if files.history else []
    told += [commissioners for _, commissioners in files.registers]
    return [claim for read in told for claim in _claims_of(read, "practice_commissioner")]


def _known_only(
    claims: Iterable[Claim], practices: dict[str, Body], names: dict[str, Body], notes: list[str]
) -> list[Claim]:
    """The claims of GP practices and commissioners of England; the others are counted by why they are left out."""
    kept, left = [], Counter[str]()
    for each in claims:
        if each.member not in practices:
            left["of prescribing centres that are no GP practices"] += 1
        elif each.parent in names or PCT.match(each.parent) or CCG.match(each.parent):
            kept.append(each)
        else:
            why = (words for form, words in NOT_HERE.items() if re.match(form, each.parent))
            left[f"with {next(why, 'bodies of no known kind')}"] += 1
    notes += [f"{count:,} memberships {why} were left out." for why, count in sorted(left.items())]
    return kept


def _where_silent(files: HierarchyFiles, settled: list[Claim], practices: dict[str, Body]) -> list[Claim]:
    """What the hierarchies say of practices of whom nothing else is known on their day, until the next thing known."""
    spells: dict[str, list[Claim]] = defaultdict(list)
    for each in settled:
        spells[each.member].append(each)
    found = []
    for _, memberships, _ in files.pictures:
        for claim in _claims_of(memberships, "practice_commissioner"):
            known = spells[claim.member]
            is_told = any(each.starts_on <= claim.starts_on < each.ends_before for each in known)
            if claim.member in practices and not is_told:
                found.append(claim)
    return found


def _commissioners(paid: list[Claim], names: dict[str, Body]) -> dict[str, Body]:
    """Who pays for practices, with the first and last day one belonged to it, since no file gives its own."""
    spans: dict[str, list[Claim]] = defaultdict(list)
    for each in paid:
        spans[each.parent].append(each)
    found = {}
    for code, claims in spans.items():
        first, last = min(each.starts_on for each in claims), max(each.ends_before for each in claims)
        held = names.get(code)
        roles = dict(held.roles) if held else {}
        if "pct" not in roles and "ccg" not in roles and first < BOARDS_BEGAN:
            roles = {"pct" if PCT.match(code) and first < GROUPS_BEGAN else "ccg": "", **roles}
        source = held.source if held else claims[0].source
        closed_on = None if last == FOREVER else last - timedelta(days=1)
        found[code] = Body(source, list(roles.items()), first, closed_on)
    return found


def _networks(files: HierarchyFiles, practices: dict[str, Body]) -> list[Claim]:
    """Practices in primary care networks from the day of each hierarchy; one that the next does not name has left by then."""
    read = [(day, _claims_of(memberships, "practice_pcn")) for day, memberships, _ in files.pictures]
    found = []
    for (_, claims), later in zip(read, [*read[1:], None], strict=True):
        still = {each.member for each in later[1]} if later else set()
        gone = later[0] if later else FOREVER
        for each in claims:
            if each.member in practices:
                ends = FOREVER if each.member in still else gone
                found.append(Claim(each.member, each.relation, each.parent, each.starts_on, ends, each.source))
    return found


def _above(files: HierarchyFiles) -> list[Claim]:
    """Commissioners under health authorities in 2010, groups under regions in 2020, locations under boards and regions since 2022."""
    found = _claims_of(files.deprivation[0], "commissioner_region") if files.deprivation else []
    boards = _claims_of(files.lookup[0], "sub_icb_icb", "commissioner_region") if files.lookup else []
    for day, memberships, _ in files.pictures:
        if day >= BOARDS_BEGAN:
            boards += _claims_of(memberships, "sub_icb_icb", "commissioner_region")
    ordered = sorted(boards, key=lambda each: each.starts_on, reverse=True)
    began = {each.member: each.starts_on for each in ordered if each.relation == "sub_icb_icb"}
    for day, memberships, _ in files.pictures:
        if day < BOARDS_BEGAN:
            regions = {each.member: each.parent for each in _claims_of(memberships, "commissioner_region")}
            found += [
                Claim(each.member, "commissioner_region", regions[each.parent], day, began.get(each.member, FOREVER), each.source)
                for each in _claims_of(memberships, "sub_icb_icb")
            ]  # fmt: skip
    return [*found, *boards]


def _successions(files: HierarchyFiles, paid: list[Claim], bodies: dict[str, Body]) -> list[Claim]:
    """Groups after PCTs by the people they took over, as published; every other by where the practices went."""
    found: list[Claim] = []
    if files.overlap:
        parts: dict[str, dict[str, float]] = defaultdict(dict)
        for pct, ccg, share in files.overlap.rows.select("pct_code", "ccg_code", "overlap_share").iter_rows():
            if pct in bodies and ccg in bodies:
                parts[pct][ccg] = share
        for pct, heirs in parts.items():
            found += succession(pct, heirs, on=GROUPS_BEGAN, source=_source(files.overlap))
    told = {each.parent for each in found}
    rest = [code for code, body in bodies.items() if body.closed_on and code not in told]
    return [*found, *follow_practices(paid, bodies=rest, source=BY_PRACTICES)]


def _trusts(files: HierarchyFiles) -> dict[str, Body]:
    if files.trusts is None:
        return {}
    source = _source(files.trusts)
    return {
        row["organisation_code"]: Body(
            source, [("provider", row["organisation_name"])], row["opened_on"], row["closed_on"]
        )
        for row in files.trusts.rows.iter_rows(named=True)
    }
