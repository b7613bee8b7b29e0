"""How a line of a contract is paid: each form is a choice of what the one arithmetic of bills needs.

Source: rules.md 8.2 P8 (marginal rate), 13.1 (NHS Payment Scheme: fixed and variable parts, low-volume block, local prices),
methods.md 3.11; how it is worked out stands in docs/contracts.md.
"""

from __future__ import annotations

from dataclasses import dataclass

WHOLE = 100


@dataclass(frozen=True)
class PaymentForm:
    """A form: what people call it, the step of a bill that tells its effect, and what it pays beside its baseline.

    `above_percent` and `below_percent` of the price are paid above the baseline and taken back below it; None: the line
    of the contract says which. `needs` are columns of contract_forms that such a line may not leave empty.
    """

    code: str
    title: str
    step: str
    says: str
    above_percent: int | None
    below_percent: int | None
    needs: tuple[str, ...] = ()

    @property
    def is_fixed(self) -> bool:
        """Whether the bill stays the same whatever is done: nothing in it can be freed, and luck does not move it."""
        return self.above_percent == self.below_percent == 0


_BASELINE = ("baseline_pence",)
_CORRIDOR = ("baseline_pence", "floor_pence", "ceiling_pence", "marginal_percent", "below_percent")
PAYMENT_FORMS = {
    form.code: form
    for form in (
        PaymentForm("activity_price", "Activity at its price", "", "Each stay or attendance is paid at its price.", 100, 100),
        PaymentForm(
            "marginal", "Marginal rate", "marginal_rate", "Above the baseline only part of the price is paid.",
            None, 100, (*_BASELINE, "marginal_percent"),
        ),
        PaymentForm("block", "Block", "block", "A fixed sum is paid whatever is done.", 0, 0, _BASELINE),
        PaymentForm(
            "cost_and_volume", "Cost and volume", "cost_and_volume",
            "Within a corridor the agreed sum is paid; beyond it, part of the price is paid or taken back.",
            None, None, _CORRIDOR,
        ),
        PaymentForm("fixed", "Fixed part of an aligned contract", "fixed", "A fixed sum is paid whatever is done.", 0, 0, _BASELINE),
        PaymentForm(
            "variable", "Variable part of an aligned contract", "variable",
            "Elective care is paid at a percent of its price.", None, None,
        ),
        PaymentForm(
            "low_volume_block", "Low-volume block", "low_volume_block",
            "So little is done for this commissioner that a fixed sum is paid.", 0, 0, _BASELINE,
        ),
        PaymentForm("local", "Local price", "", "Each stay or attendance is paid at a price agreed locally.", 100, 100),
    )
}  # fmt: skip
FIXED_FORMS = tuple(code for code, form in PAYMENT_FORMS.items() if form.is_fixed)
STEP_TITLES = {
    "priced": "Activity at its price",
    "local_price": "Local prices, beyond the price list",
    "marginal_rate": "Marginal rate on emergency care",
    "block": "Block contract",
    "cost_and_volume": "Cost and volume",
    "fixed": "Fixed part of an aligned contract",
    "variable": "Variable part of an aligned contract",
    "low_volume_block": "Low-volume block",
}
