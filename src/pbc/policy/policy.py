"""Reading policy values from YAML and asking for the one in force on a day.

A regime is a folder of YAML files, one per subject. Each file maps a parameter name to its title, unit, rule
and dated values; each value carries a status and a source. A local overlay is one more such file whose values
take the place of the regime's own from their date on.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import yaml

from pbc.errors import MissingPolicy, RefusedInput
from pbc.policy.strict_yaml import read_yaml, require_shallow
from pbc.policy.units import require_of_unit

HERE = Path(__file__).parent
STATUSES = ("found", "found_second_hand", "partial", "assumption", "local_agreement", "memory")
Scalar = str | int | float | bool


@dataclass(frozen=True)
class PolicyValue:
    """One value in force from a date: what it is, where it comes from and how sure that is.

    `choices` are the words it may be, where its unit is a word and not any will do.
    """

    name: str
    title: str
    unit: str
    rule: str
    value: Any
    starts_on: date
    status: str
    source: str
    choices: tuple[str, ...] = ()

    @property
    def is_assumed(self) -> bool:
        """Whether pages must mark it: anything not read in a source or agreed locally."""
        return self.status in ("assumption", "memory", "partial")


@dataclass(frozen=True)
class Policy:
    """All dated values of a regime with its overlays; asks are by name and day."""

    regime: str
    values: Mapping[str, tuple[PolicyValue, ...]]

    def value(self, name: str, *, on: date) -> PolicyValue:
        """This returns the value in force on a day; none is a fault that says which dates there are."""
        dated = self.values.get(name, ())
        held = [value for value in dated if value.starts_on <= on]
        if not held:
            known = ", ".join(value.starts_on.isoformat() for value in dated) or "no date"
            raise MissingPolicy(
                f"No value of {name} is in force under {self.regime}.",
                where=f"on {on.isoformat()}",
                found=f"values from {known}",
                remedy="Choose a year the regime covers, or add a dated value in a local overlay (--policy FILE).",
            )
        return held[-1]

    def text(self, name: str, *, on: date) -> str:
        """This returns a value that must be a word."""
        return str(self.value(name, on=on).value)

    def ratio(self, name: str, *, on: date) -> float:
        """This returns a value that must be a number, as a float."""
        found = self.value(name, on=on).value
        if isinstance(found, bool) or not isinstance(found, int | float):
            raise RefusedInput(f"The policy value {name} is not a number.", found=str(found))
        return float(found)

    def whole(self, name: str, *, on: date) -> int:
        """This returns a value that must be a whole number."""
        found = self.value(name, on=on).value
        if isinstance(found, bool) or not isinstance(found, int):
            raise RefusedInput(f"The policy value {name} is not a whole number.", found=str(found))
        return found

    def switch(self, name: str, *, on: date) -> bool:
        """This returns a value that must be yes or no."""
        found = self.value(name, on=on).value
        if not isinstance(found, bool):
            raise RefusedInput(f"The policy value {name} is not yes or no.", found=str(found))
        return found

    def lay_over(self, entries: Mapping[str, Any], *, where: str) -> Policy:
        """This returns the policy with values of its own names replaced from their dates on, as an overlay file would.

        `entries` is what such a file holds: name to `{"values": [{"from", "value", "status", "source"}]}`, checked as
        strictly; `where` names them in a refusal. Grain: one name and day. Units: those the policy declares.

        >>> local = {"from": date(2009, 4, 1), "value": 0.02, "status": "local_agreement", "source": "Minute 7"}
        >>> agreed = load_policy("england-2005").lay_over({"budgets.top_slice_share": {"values": [local]}}, where="minute")
        >>> agreed.ratio("budgets.top_slice_share", on=date(2009, 4, 1))
        0.02
        """
        return Policy(self.regime, _lay_over(self.values, _all_values(entries, where, only=self.values)))

    @property
    def fingerprint(self) -> str:
        """SHA-256 over every value, for receipts."""
        plain = [
            [v.name, v.value, v.starts_on.isoformat(), v.status, v.source] for vs in self.values.values() for v in vs
        ]
        return hashlib.sha256(json.dumps([self.regime, sorted(plain, key=str)], default=str).encode()).hexdigest()


def regimes() -> list[str]:
    """This returns the names of the regimes that ship with the engine."""
    return sorted(path.name for path in HERE.iterdir() if path.is_dir() and (path / "regime.yaml").exists())


def load_policy(regime: str, *, overlays: Iterable[Path] = ()) -> Policy:
    """This returns the policy of a regime with local overlays laid over it in order."""
    folder = HERE / regime
    if regime not in regimes():
        raise RefusedInput("There is no such regime.", found=regime, expected=" or ".join(regimes()))
    values: dict[str, tuple[PolicyValue, ...]] = {}
    for path in sorted(folder.glob("*.yaml")):
        for name, dated in _read_values(path).items():
            if name in values:
                raise RefusedInput(f"{name} is given in two files of {regime}.", where=path.name)
            values[name] = dated
    for path in overlays:
        values = _lay_over(values, _read_values(Path(path), only=values))
    return Policy(regime, values)


def _read_values(path: Path, *, only: Mapping[str, Any] | None = None) -> dict[str, tuple[PolicyValue, ...]]:
    try:
        text = path.read_text(encoding="utf-8")
        if only is not None:  # what ships is ours
            require_shallow(text)
        content = read_yaml(text)
    except (OSError, yaml.YAMLError, ValueError) as error:
        raise RefusedInput(
            "This policy file cannot be read.", where=path.name, found=_why_unread(error), expected="YAML in UTF-8",
            remedy="docs/local-agreements.md has an example.",
        ) from error  # fmt: skip
    return _all_values(content, path.name, only=only)


def _all_values(content: Any, where: str, *, only: Mapping[str, Any] | None) -> dict[str, tuple[PolicyValue, ...]]:
    if not isinstance(content, Mapping):
        raise RefusedInput("A policy file is a mapping from names to dated values.", where=where)
    found = {}
    for name, entry in content.items():
        if only is not None and name not in only:
            raise RefusedInput("An overlay can only set values the regime has.", where=where, found=str(name))
        known = only[name][0] if only else None
        found[str(name)] = _dated_values(str(name), entry, where, known)
    return found


def _why_unread(error: Exception) -> str:
    """What is wrong, in the words of whoever found it, without the name of a kind of exception."""
    mark, problem = getattr(error, "problem_mark", None), getattr(error, "problem", None)
    if mark is not None:
        return f"{problem or 'what is no YAML'} at line {mark.line + 1:,}, column {mark.column + 1:,}"
    if isinstance(error, OSError):
        return error.strerror or "a file that cannot be opened"
    if isinstance(error, UnicodeDecodeError):
        return "bytes that are not UTF-8 text"
    return str(error)


def _dated_values(name: str, entry: Any, place: str, known: PolicyValue | None) -> tuple[PolicyValue, ...]:
    where = f"{place}, {name}"
    try:
        title = entry.get("title") or (known.title if known else "")
        unit = entry.get("unit") or (known.unit if known else "")
        rule = entry.get("rule") or (known.rule if known else "")
        choices = known.choices if known else tuple(entry.get("choices", ()))
        dated = tuple(
            PolicyValue(name, title, unit, rule, v["value"], v["from"], v["status"], v["source"], choices)
            for v in entry["values"]
        )
    except (AttributeError, KeyError, TypeError) as error:
        raise RefusedInput(
            "This policy value is not complete.", where=where,
            found=f"no {error.args[0]}" if isinstance(error, KeyError) else "something other than names with values",
            expected="title, unit, rule and values, each with from, value, status and source",
            remedy="docs/local-agreements.md has an example.",
        ) from error  # fmt: skip
    for value in dated:
        if value.status not in STATUSES or not isinstance(value.starts_on, date) or not value.source or not value.title:
            raise RefusedInput(
                "This policy value has no proper date, status, title or source.", where=where,
                found=f"{value.starts_on} {value.status} {value.source}", expected=f"a status of {', '.join(STATUSES)}",
            )  # fmt: skip
        if known:
            require_of_unit(value.value, unit=known.unit, choices=choices, where=f"{where}, from {value.starts_on}")
    if not dated or len({value.starts_on for value in dated}) != len(dated):
        raise RefusedInput(
            "This policy value has no dated value, or two from the same day.", where=where,
            expected="values, each from a day of its own",
        )  # fmt: skip
    return tuple(sorted(dated, key=lambda value: value.starts_on))


def _lay_over(
    base: Mapping[str, tuple[PolicyValue, ...]], overlay: Mapping[str, tuple[PolicyValue, ...]]
) -> dict[str, tuple[PolicyValue, ...]]:
    merged = dict(base)
    for name, local in overlay.items():
        earlier = [value for value in base[name] if value.starts_on < local[0].starts_on]
        merged[name] = (*earlier, *local)
    return merged
