"""What a commissioner may vary from one draft of its budgets to the next, as values laid over the rules in memory."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping

from pbc.errors import RefusedInput
from pbc.periods import FinancialYear
from pbc.policy import Policy
from pbc.policy.policy import Scalar
from pbc.results import Receipt

VARIED = (
    "budgets.pace_of_change",
    "budgets.pace_closed_share",
    "budgets.pace_tolerance_ratio",
    "budgets.pace_minimum_ratio",
    "budgets.pace_minimum_growth",
    "budgets.pace_maximum_growth",
    "budgets.top_slice_share",
    "budgets.risk_pool_share",
    "budgets.pool_atypical_lists",
    "budgets.blend_historic_share_hospital",
    "budgets.blend_historic_share_prescribing",
    "budgets.saving_protected_years",
)
LONGEST_NAME = 100  # file systems end at 255 bytes
CHOICES, SOURCE = "choices", "choices_source"


def lay_choices(policy: Policy, choices: Mapping[str, Scalar], *, year: FinancialYear, source: str) -> Policy:
    """This returns the policy with a draft's own values in force from the first day of its year.

    `choices` maps names of `VARIED` to values of the unit the policy declares (a share is 0 to 1); another name, a value
    of another unit, or choices without a source are refused. Status: local_agreement.
    """
    strange = sorted(set(choices) - set(VARIED))
    if strange:
        raise RefusedInput(
            "This value is not one that a draft may vary.", found=strange[0], expected=", ".join(VARIED),
            remedy="Lay it over the rules for every draft, as a local agreement (--policy FILE).",
        )  # fmt: skip
    if choices and not source.strip():
        raise RefusedInput("A draft's own values need a source.", expected="who proposes them, and where it is written")
    return policy.lay_over(
        {
            name: {"values": [{"from": year.start, "value": value, "status": "local_agreement", "source": source}]}
            for name, value in choices.items()
        },
        where=source or "draft",
    )


def record_choices(choices: Mapping[str, Scalar], source: str) -> dict[str, str]:
    """This returns the choices as a receipt's parameters; none is nothing to write."""
    return {CHOICES: json.dumps(dict(choices), sort_keys=True), SOURCE: source} if choices else {}


def with_choices_of(policy: Policy, receipt: Receipt) -> Policy:
    """This returns the policy with the values a set of budgets was made with where it varied them, as its receipt tells."""
    told = receipt.parameters.get(CHOICES)
    if told is None:
        return policy
    year = FinancialYear.parse(receipt.parameters["year"])
    return lay_choices(policy, json.loads(told), year=year, source=receipt.parameters[SOURCE])


def slug_of(title: str) -> str:
    """This returns a name people gave as it stands in the name of a set; one without letter or figure, or too long, is refused.

    >>> slug_of("Faster pace (2 years)")
    'faster-pace-2-years'
    """
    slug = "-".join(re.findall(r"[a-z0-9]+", title.lower()))
    if not slug:
        raise RefusedInput("This name has no letter or figure in it.", found=title, expected="a name like Faster pace")
    if len(slug) > LONGEST_NAME:
        raise RefusedInput(
            "This name is too long for a set.", found=title, expected=f"{LONGEST_NAME} letters and figures or fewer",
            remedy="Give it a shorter name.",
        )  # fmt: skip
    return slug
