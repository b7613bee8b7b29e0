"""A reconciliation worked out record by record in plain Python, by reading the rules and nothing else."""

from __future__ import annotations

from collections import defaultdict
from fractions import Fraction
from math import floor
from typing import Any

from tests.properties.reconciliation_world import SETTING, World, first_sent

Row = dict[str, Any]
Told = dict[tuple[str, str, str, str], int]  # commissioner, provider, practice, step
NOBODY = "not-attributed"
NAMED_BY_AMOUNT = {"accrual": "accrued", "prepayment": "prepaid", "journal": "journals"}


class Slowly:
    """Holds what was told of each commissioner, provider, practice and step."""

    def __init__(self, world: World) -> None:
        self.world, self.told = world, defaultdict(int)
        self.months = [month.number for month in world.month.financial_year.months() if month <= world.month]
        self.paid = [row for row in world.invoices if row["invoice_kind"] != "settlement"]
        numbers = {self.head(row) for row in self.paid}
        self.lines = [
            row
            for row in world.lines
            if (row["commissioner_code"], row["provider_code"], row["invoice_number"]) in numbers
        ]
        self.basis = self._basis()
        self._bill()
        self._records()
        self._kinds()
        self._rest_of_lines()
        self._ledger()

    def say(self, row: Row, step: str, pence: int, practice: str | None = None) -> None:
        self.told[row["commissioner_code"], row["provider_code"] or "none", practice or NOBODY, step] += pence

    def whole(self, row: Row) -> bool:
        return (row["commissioner_code"], row["provider_code"], row.get("point_of_delivery")) in self.world.whole

    @staticmethod
    def cell(row: Row) -> tuple[str, str, int]:
        return row["commissioner_code"], row["provider_code"], row["month"]

    @staticmethod
    def head(row: Row) -> tuple[str, str, str]:
        return row["commissioner_code"], row["provider_code"], row["invoice_number"]

    def _basis(self) -> dict[tuple[str, str, int], str]:
        found = {}
        by_record = {self.cell(row) for row in self.world.charges if row["charge_kind"] == "activity"}
        added_up = {self.cell(row) for row in self.world.totals if row["charge_kind"] == "activity"}
        for row in self.lines:
            if row["line_kind"] == "activity" and row["month"] in self.months and not self.whole(row):
                cell = self.cell(row)
                found[cell] = "records" if cell in by_record else "totals" if cell in added_up else "lines"
        return found

    def _bill(self) -> None:
        for row in self.world.records:
            if row["cost_pence"] is not None:
                self.say(row, "costed_activity", row["cost_pence"], row["practice_code"])
        for row in self.world.terms:
            self.say(row, "contract_terms", row["amount_pence"], row["practice_code"])

    def in_scope(self, row: Row) -> bool:
        return self.basis.get(self.cell(row)) == "records" and not self.whole(row)

    def _records(self) -> None:
        held = {
            (row["provider_code"], SETTING[row["point_of_delivery"]], row["record_number"]): row
            for row in self.world.records
        }
        asked = [row for row in self.world.numbered() if row["charge_kind"] == "activity" and self.in_scope(row)]
        seen: dict[tuple[Any, ...], Row] = {}
        for row in asked:
            key = (row["provider_code"], row["setting"], row["record_number"])
            mine = held.get(key)
            if (row["commissioner_code"], *key) in seen:
                self.say(
                    row, "billed_twice", row["charged_pence"], row["practice_code"] or (mine or {}).get("practice_code")
                )
                continue
            seen[(row["commissioner_code"], *key)] = row
            self._one(row, mine, held, asked)
        for key, mine in held.items():
            unasked = (mine["commissioner_code"], *key) not in seen
            if mine["cost_pence"] is not None and self.in_scope(mine) and unasked:
                is_late = mine["first_pence"] is None or not self.in_scope(first_sent(mine))
                step = "late_data" if is_late else "not_charged"
                self.say(mine, step, -mine["cost_pence"], mine["practice_code"])

    def _one(self, row: Row, mine: Row | None, held: dict[Any, Row], asked: list[Row]) -> None:
        pence, theirs = row["charged_pence"], row["practice_code"]
        at = theirs or (mine or {}).get("practice_code")
        if mine is None or mine["cost_pence"] is None:
            if mine is not None and mine["first_pence"] == pence:
                self.say(row, "late_data", pence, mine["practice_code"])
            elif self._is_another_number(row, held, asked):
                self.say(row, "billed_twice", pence, at)
            else:
                is_elsewhere = (row["commissioner_code"], theirs) in self.world.elsewhere
                self.say(row, "not_our_patient" if is_elsewhere else "not_in_our_data", pence, at)
        elif mine["commissioner_code"] != row["commissioner_code"]:
            self.say(row, "not_our_patient", pence, at)
        elif not self.in_scope(mine):
            first = first_sent(mine)
            was = (first["first_pence"], first["month"], first["point_of_delivery"])
            if was == (pence, row["month"], row["point_of_delivery"]):
                self.say(row, "late_data", pence, mine["practice_code"])
            else:
                self.say(row, "not_in_our_data", pence, at)
        else:
            step = "late_data" if pence == mine["first_pence"] else "price_difference"
            self.say(row, step, pence - mine["cost_pence"], mine["practice_code"])
            if theirs and theirs != mine["practice_code"]:
                self.say(row, "wrong_practice", -pence, mine["practice_code"])
                self.say(row, "wrong_practice", pence, theirs)

    @staticmethod
    def _is_another_number(row: Row, held: dict[Any, Row], asked: list[Row]) -> bool:
        if row.get("person_id") is None:
            return False
        same = (
            "commissioner_code",
            "provider_code",
            "setting",
            "person_id",
            "activity_on",
            "hrg_code",
            "treatment_function_code",
        )
        numbers = sorted(
            {other["record_number"] for other in asked if all(other.get(name) == row.get(name) for name in same)}
        )
        ours = [
            number for number in numbers
            if (held.get((row["provider_code"], row["setting"], number)) or {}).get("cost_pence") is not None
        ]  # fmt: skip
        return len(numbers) > 1 and (ours or numbers)[0] != row["record_number"]

    def _here(self, rows: list[Row], key: tuple[Any, ...], kind: str = "") -> list[Row]:
        """The rows of a month and kind of activity, and of a kind of charge where one is asked for."""
        here = [row for row in rows if (*self.cell(row), row["point_of_delivery"]) == key]
        return [row for row in here if not kind or row["charge_kind"] == kind]

    def _kinds(self) -> None:
        """Months that rest on totals or lines; lines against their backing."""
        every = [*self.world.cells(), *self.lines, *self.world.totals, *self.world.charges]
        for key in sorted({(*self.cell(row), row["point_of_delivery"]) for row in every}, key=str):
            basis = self.basis.get(key[:3])
            row = dict(zip(("commissioner_code", "provider_code", "month", "point_of_delivery"), key, strict=True))
            if basis is None or self.whole(row):
                continue
            lines = [each for each in self._here(self.lines, key) if each["line_kind"] == "activity"]
            asked = sum(each["amount_pence"] for each in lines)
            if basis == "records":
                behind = sum(each["charged_pence"] for each in self._here(self.world.charges, key, "activity"))
            else:
                totals = self._here(self.world.totals, key, "activity")
                behind = sum(each["charged_pence"] for each in totals) if basis == "totals" else asked
                counted = sum(each["activity_count"] or 0 for each in (totals if basis == "totals" else lines))
                self._part(row, behind, counted, self._here(self.world.cells(), key))
            self.say(row, "unexplained", asked - behind)

    def _part(self, row: Row, charged: int, counted: int, ours: list[Row]) -> None:
        cost, held = sum(each["cost_pence"] for each in ours), len(ours)
        if charged and not counted:
            self.say(row, "unexplained", charged - cost)
            return
        more = floor(Fraction(cost * (counted - held), held) + Fraction(1, 2)) if held else charged
        self.say(row, "not_in_our_data" if counted >= held else "not_charged", more)
        self.say(row, "price_difference", charged - cost - more)

    def _rest_of_lines(self) -> None:
        for row in self.world.cells():
            if self.whole(row):
                self.say(row, "terms_difference", -row["cost_pence"])
            elif self.cell(row) not in self.basis:
                self.say(row, "on_account", -row["cost_pence"])
        for row in self.world.terms:
            self.say(row, "terms_difference", -row["amount_pence"])
        for row in self.lines:
            self._line(row)
        for row in self.paid:
            lines = [line["amount_pence"] for line in self.lines if self.head(line) == self.head(row)]
            self.say(row, "unexplained", row["amount_pence"] - sum(lines))

    def _line(self, row: Row) -> None:
        kind, pence = row["line_kind"], row["amount_pence"]
        if kind in ("block", "terms") or (kind == "activity" and self.whole(row)):
            self.say(row, "terms_difference", pence)
        elif kind in ("activity", "on_account") and row["month"] not in self.months:
            self.say(row, "unexplained", pence, row.get("practice_code"))
        elif kind == "on_account":
            self.say(row, "on_account", pence)
        elif kind in ("drug", "device"):
            self.say(row, "drugs_and_devices", pence)
        elif kind == "adjustment":
            step = "agreed_adjustment" if row.get("agreement_reference") else "unexplained"
            named = row.get("settles_difference") or ""
            start = f"{self.world.month.financial_year.slug}.{row['commissioner_code']}.{row['provider_code']}."
            self.say(
                row,
                named.removeprefix(start).split(".")[0] if named.startswith(start) else step,
                pence,
                row.get("practice_code"),
            )

    def _ledger(self) -> None:
        for row in self.world.entries:
            self.say(row, NAMED_BY_AMOUNT.get(row["entry_kind"], "posting_difference"), row["amount_pence"])
        for row in self.world.invoices:
            self.say(row, "posting_difference", -row["amount_pence"])
            if row["invoice_kind"] == "settlement":
                self.say(row, "settlement", row["amount_pence"])


def slowly(world: World) -> Told:
    """What each step comes to, by commissioner, provider and practice; nothing where it is nothing."""
    return {key: pence for key, pence in Slowly(world).told.items() if pence}
