"""A business case as it is judged: whose service changes when, what is counted, which way is better, what was promised."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any

from pbc.errors import RefusedInput
from pbc.money import pence_from_pounds
from pbc.periods import Month
from pbc.reference.activity import HOSPITAL_PODS

CONTACTS, COST = "contacts", "cost"
OBSERVED = {CONTACTS: "observed_count", COST: "observed_pence"}  # the column a measure is judged by
LOWER, HIGHER = "lower", "higher"
CHECKPOINTS = (3, 6, 12)  # months after the start at which promise and fact are compared
REMEDY = "Correct it; docs/benefits.md has an example and says what each field is."
MOST_MONTHS = 120


@dataclass(frozen=True)
class Measure:
    """Which contacts are counted, in what, and which way is better. An empty tuple of codes counts all."""

    title: str
    points_of_delivery: tuple[str, ...]
    specialties: tuple[str, ...]
    hrg_codes: tuple[str, ...]
    hospitals: tuple[str, ...]
    counted_in: str
    better: str


@dataclass(frozen=True)
class BenefitCase:
    """A case: its practices, the month its service changes, its measure, and what a full year was promised to improve by."""

    title: str
    practices: tuple[str, ...]
    starts: Month
    measure: Measure
    promised_count: int
    promised_pence: int
    phase_in_months: int

    def due_share(self, month: Month) -> float:
        """This returns which part of the full promise is due in a month: the phase-in rises evenly, month by month.

        >>> from pbc.methods.variation.cases import build_case, EXAMPLE
        >>> case = build_case(EXAMPLE, where="example")
        >>> [round(case.due_share(case.starts.plus(at)), 2) for at in range(4)]
        [0.33, 0.67, 1.0, 1.0]
        """
        since = (month.year - self.starts.year) * 12 + month.month - self.starts.month + 1
        return min(1.0, since / self.phase_in_months) if self.phase_in_months else 1.0


EXAMPLE: Mapping[str, Any] = {
    "case": "Skin clinic at Elm Tree", "practices": ["Z90001", "Z90002"], "starts": "2009-04",
    "measure": {
        "title": "First dermatology attendances", "points_of_delivery": ["OPFA"], "specialties": ["330"],
        "counted_in": CONTACTS, "better": LOWER,
    },
    "promise": {"contacts_a_year": 120, "pounds_a_year": 24000, "phase_in_months": 3},
}  # fmt: skip
FIELDS = ("case", "practices", "starts", "measure", "promise")
OF_MEASURE = ("title", "points_of_delivery", "specialties", "hrg_codes", "hospitals", "counted_in", "better")
OF_PROMISE = ("contacts_a_year", "pounds_a_year", "phase_in_months")
MAY_LACK = ("specialties", "hrg_codes", "hospitals")


def build_case(said: Any, *, where: str) -> BenefitCase:
    """This returns a case from the fields of its file or page, as docs/benefits.md lays them out.

    `said` maps `FIELDS`; `where` names it in a refusal. An unknown, missing or unfit field is refused by its name, with what is
    expected. Pounds become pence. Grain: one case.

    >>> build_case(EXAMPLE, where="example").promised_pence
    2400000
    """
    fields = _Fields(said, where, FIELDS)
    measure = _Fields(fields.of("measure"), f"{where}, measure", OF_MEASURE, may_lack=MAY_LACK)
    promise = _Fields(fields.of("promise"), f"{where}, promise", OF_PROMISE)
    case = BenefitCase(
        title=fields.words("case"),
        practices=fields.codes("practices"),
        starts=fields.month("starts"),
        measure=Measure(
            title=measure.words("title"),
            points_of_delivery=measure.codes("points_of_delivery", among=HOSPITAL_PODS),
            specialties=measure.codes("specialties"),
            hrg_codes=measure.codes("hrg_codes"),
            hospitals=measure.codes("hospitals"),
            counted_in=measure.one_of("counted_in", (CONTACTS, COST)),
            better=measure.one_of("better", (LOWER, HIGHER)),
        ),
        promised_count=promise.whole("contacts_a_year"),
        promised_pence=promise.pence("pounds_a_year"),
        phase_in_months=promise.whole("phase_in_months", most=MOST_MONTHS),
    )
    counted = {CONTACTS: case.promised_count, COST: case.promised_pence}[case.measure.counted_in]
    if counted == 0:
        raise RefusedInput(
            "Nothing is promised of what the case is judged by.", where=f"{where}, promise", found="0",
            expected=f"a promise in {case.measure.counted_in}, as counted_in says", remedy=REMEDY,
        )  # fmt: skip
    return case


class _Fields:
    """The fields of one part of a case, each read as what it must be."""

    def __init__(self, said: Any, where: str, names: Collection[str], *, may_lack: Collection[str] = ()) -> None:
        if not isinstance(said, Mapping):
            raise RefusedInput(
                "A case is made of named fields.",
                where=where,
                found=str(said),
                expected=", ".join(names),
                remedy=REMEDY,
            )
        strange = sorted(str(name) for name in said if name not in names)
        missing = [name for name in names if name not in said and name not in may_lack]
        if strange or missing:
            raise RefusedInput(
                "This case has a field that is not known." if strange else "This case lacks a field.", where=where,
                found=strange[0] if strange else f"no {missing[0]}", expected=", ".join(names), remedy=REMEDY,
            )  # fmt: skip
        self._said, self._where, self._may_lack = said, where, may_lack

    def of(self, name: str) -> Any:
        return self._said[name]

    def words(self, name: str) -> str:
        value = self._said[name]
        if not isinstance(value, str) or not value.strip() or not value.strip().isprintable():
            raise self._refused(name, value, "a few words on one line")
        return value.strip()

    def month(self, name: str) -> Month:
        value = self._said[name]
        try:
            return Month.parse(value if isinstance(value, str) else "")
        except RefusedInput as unfit:
            raise self._refused(name, value, "a month like 2009-04") from unfit

    def codes(self, name: str, *, among: Collection[str] = ()) -> tuple[str, ...]:
        value = self._said.get(name, ())
        given = list(value) if isinstance(value, list | tuple) else [None]
        codes = [str(each).strip() for each in given if isinstance(each, str | int)]
        if len(codes) != len(given) or not all(codes) or (not codes and name not in self._may_lack):
            raise self._refused(name, value, f"a list of codes like [{', '.join(list(among)[:2]) or 'Z90001'}]")
        strange = [each for each in codes if among and each not in among]
        if strange or len(set(codes)) < len(codes):
            raise self._refused(name, strange or value, " or ".join(among) if strange else "each code once")
        return tuple(sorted(codes))

    def one_of(self, name: str, words: Collection[str]) -> str:
        value = self._said[name]
        if value not in words:
            raise self._refused(name, value, " or ".join(words))
        return str(value)

    def whole(self, name: str, *, most: int = 10**9) -> int:
        value = self._said[name]
        if type(value) is not int or not 0 <= value <= most:
            raise self._refused(name, value, f"a whole number from 0 to {most:,}")
        return value

    def pence(self, name: str) -> int:
        value = self._said[name]
        if isinstance(value, bool) or not isinstance(value, int | float) or value < 0:
            raise self._refused(name, value, "pounds from 0 up, like 24000 or 24000.50")
        try:
            return pence_from_pounds(str(value))
        except RefusedInput as unfit:
            raise self._refused(name, value, unfit.expected) from unfit

    def _refused(self, name: str, found: Any, expected: str) -> RefusedInput:
        return RefusedInput(
            "This field of the case cannot be used.", where=f"{self._where}, {name}", found=str(found), expected=expected,
            remedy=REMEDY,
        )  # fmt: skip
