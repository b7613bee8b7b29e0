"""How one figure came about, as a structure for pages and as plain text for the console."""

from __future__ import annotations

import textwrap
from collections.abc import Iterator
from dataclasses import dataclass, field

from pbc.money import MINUS, pounds_and_pence
from pbc.policy.policy import PolicyValue
from pbc.reports.hidden_rows import STAR
from pbc.reports.material import Tiers
from pbc.reports.notes import STATUS_WORDS
from pbc.reports.rules_used import value_in_words
from pbc.tables.contract import Kind

Amount = int | float | str | bool | None
WIDTH = 100
AMOUNT_WIDTH = 20


@dataclass(frozen=True)
class Part:
    """Something a figure is made of; `figure_id`, where there is one, can be explained in turn."""

    label: str
    amount: Amount
    kind: Kind
    figure_id: str = ""
    note: str = ""
    is_hidden: bool = False


@dataclass(frozen=True)
class PriceShown:
    """A tariff row behind a figure, and how many of its records it priced."""

    hrg_code: str
    point_of_delivery: str
    financial_year: str
    records_count: int
    price_pence: int | None
    source: str
    figure_id: str = ""


@dataclass(frozen=True)
class RecordsCounted:
    """How many records of a delivery stand behind a figure."""

    set_name: str
    set_id: str
    records_count: int


@dataclass(frozen=True)
class ReceiptShown:
    """What a set was made by and from; `depth` is how many sets lie between it and the figure."""

    set_name: str
    set_id: str
    flow: str
    made_at: str
    version: str
    engine: str
    regime: str
    policy: str
    files: tuple[tuple[str, str], ...]
    depth: int
    is_in_force: bool


@dataclass(frozen=True)
class Explanation:
    """A figure walked back to its parts, rule, policy, prices, records and receipts.

    `is_sum` says that the parts must add up to the figure; `gap` is what they miss by, 0 where they do. `is_hidden` says that
    the reader may not see it: `value` is then None.
    """

    figure_id: str
    title: str
    meaning: str
    value: Amount
    kind: Kind
    is_made_up: bool
    row: tuple[Part, ...]
    parts_title: str = ""
    parts: tuple[Part, ...] = ()
    is_sum: bool = False
    gap: float = 0
    sentences: tuple[str, ...] = ()
    rules: tuple[str, ...] = ()
    policy: tuple[PolicyValue, ...] = ()
    prices: tuple[PriceShown, ...] = ()
    records: tuple[RecordsCounted, ...] = ()
    receipts: tuple[ReceiptShown, ...] = field(default=())
    warnings: tuple[str, ...] = ()
    tiers: Tiers = field(default_factory=Tiers)
    is_hidden: bool = False


def say(amount: Amount, kind: Kind) -> str:
    """This returns an amount in the words of its kind: pounds and pence, counts with commas, ratios to four places.

    >>> say(-123456, Kind.PENCE), say(1204, Kind.COUNT), say(0.0934, Kind.RATIO), say(None, Kind.PENCE)
    ('−£1,234.56', '1,204', '0.0934', 'not set')
    """
    if amount is None:
        return "not set"
    if isinstance(amount, bool):
        return "yes" if amount else "no"
    if kind is Kind.PENCE and isinstance(amount, int):
        return pounds_and_pence(amount)
    if isinstance(amount, int) and kind not in (Kind.MONTH, Kind.ID):
        return f"{amount:,}".replace("-", MINUS)
    return f"{amount:,.4f}".replace("-", MINUS) if isinstance(amount, float) else str(amount)


def explanation_text(explanation: Explanation, *, all_receipts: bool = False) -> str:
    """This returns the explanation as plain text no wider than 100 columns, figure ids excepted.

    Sets of one kind are told in one line, unless `all_receipts` asks for each with its files.
    """
    return "\n".join(_lines(explanation, all_receipts)) + "\n"


def _lines(found: Explanation, all_receipts: bool) -> Iterator[str]:
    yield from _wrap(found.title)
    yield "=" * min(len(found.title), WIDTH)
    if found.is_made_up:
        yield "MADE-UP DATA: this figure describes no real practice, patient or hospital."
    yield from (f"WARNING: {warning}" for warning in found.warnings)
    yield f"{STAR if found.is_hidden else say(found.value, found.kind)}    {found.meaning}"
    yield from found.sentences and ("", *(line for said in found.sentences for line in _wrap(said)))
    yield from _parts(found)
    yield from _section("The rest of the row", [_amount_line(part) for part in found.row])
    yield from _section("Rule", [line for rule in found.rules for line in _wrap(rule)])
    yield from _section("Rule values", [line for value in found.policy for line in _policy_lines(value, found.tiers)])
    yield from _section("Prices, most used first", [_price_line(price) for price in found.prices])
    yield from _section(
        "Records", [f"{each.records_count:>12,}  in {each.set_name} ({each.set_id})" for each in found.records]
    )
    each = [line for receipt in found.receipts for line in _receipt_lines(receipt)]
    yield from _section("Receipts", each if all_receipts else _kinds_of_sets(found.receipts))
    yield from ("", f"Figure id: {found.figure_id}")


def _section(title: str, lines: list[str]) -> Iterator[str]:
    if lines:
        yield from ("", title, "-" * len(title), *(fitted for line in lines for fitted in _fit(line)))


def _fit(line: str) -> list[str]:
    """A long line broken under its own words; a figure id stays whole, to be copied."""
    if len(line) <= WIDTH or "@" in line:
        return [line]
    first, margin = line[: len(line) - len(line.lstrip())], " " * (AMOUNT_WIDTH + 2)
    wrapped = textwrap.wrap(line.lstrip(), WIDTH - max(len(first), len(margin)))
    return [first + wrapped[0], *(margin + more for more in wrapped[1:])]


def _wrap(text: str, indent: str = "") -> list[str]:
    return textwrap.wrap(text, WIDTH, subsequent_indent=indent) or [""]


def _parts(found: Explanation) -> Iterator[str]:
    lines = []
    for part in found.parts:
        lines.append(_amount_line(part))
        lines += [f"{'':>20}  {line}" for line in _wrap(part.note)] if part.note else []
        lines += [f"{'':>20}  {part.figure_id}"] if part.figure_id else []
    if found.is_sum and found.parts:
        lines.append(f"{'-' * 20:>20}")
        together = f"{say(found.value, found.kind):>20}"
        exact = f"{together}  These parts add up to it exactly."
        short = f"{together}  The parts miss it by {say(_whole(found.gap), found.kind)}."
        lines.append(short if found.gap else exact)
    yield from _section(found.parts_title, lines)


def _whole(gap: float) -> Amount:
    return int(gap) if float(gap).is_integer() else gap


def _amount_line(part: Part) -> str:
    amount = STAR if part.is_hidden else say(part.amount, part.kind)
    return f"{amount:>20}  {part.label}" if len(amount) <= 20 else f"{'':>20}  {part.label}: {amount}"


def _policy_lines(value: PolicyValue, tiers: Tiers) -> list[str]:
    words = value_in_words(value, tiers)
    first = f"{value.name} = {words}, from {value.starts_on.isoformat()}: {tiers.said(value.title)}"
    return [
        *_wrap(first, "    "),
        *_wrap(f"    {STATUS_WORDS[value.status]}. {value.source}", "    "),
        *_wrap(f"    Rule: {tiers.said(value.rule)}", "    "),
    ]


def _price_line(price: PriceShown) -> str:
    each = "no price held" if price.price_pence is None else say(price.price_pence, Kind.PENCE)
    where = f"{price.hrg_code} {price.point_of_delivery} {price.financial_year}"
    return f"{price.records_count:>12,}  {where} at {each}: {price.source}"


def _receipt_lines(receipt: ReceiptShown) -> list[str]:
    indent = "  " * receipt.depth
    force = "" if receipt.is_in_force else " (since replaced)"
    made = f", {receipt.made_at}" if receipt.made_at else ""
    how = f"{receipt.flow}, pbc {receipt.version}, {receipt.engine}, {receipt.regime or 'no regime'}{made}"
    lines = [f"{indent}{receipt.set_name} {receipt.set_id}{force}: {how}"]
    return lines + [f"{indent}    {name} sha256 {digest[:16]}" for name, digest in receipt.files]


def _kinds_of_sets(receipts: tuple[ReceiptShown, ...]) -> list[str]:
    kinds: dict[str, list[ReceiptShown]] = {}
    for receipt in receipts:
        kinds.setdefault(receipt.set_name.partition("/")[0], []).append(receipt)
    return [
        line for found in kinds.values() for line in (_receipt_lines(found[0]) if len(found) == 1 else _summed(found))
    ]


def _summed(found: list[ReceiptShown]) -> list[str]:
    names = sorted(receipt.set_name for receipt in found)
    files = sum(len(receipt.files) for receipt in found)
    stale = sum(not receipt.is_in_force for receipt in found)
    said = (
        f"{len(found)} sets, {names[0]} to {names[-1]}, by {found[0].flow}, pbc {found[0].version}, {found[0].engine}"
    )
    said += f"; {files} files read" if files else ""
    return [said + (f"; {stale} since replaced" if stale else "")]
