"""What a signed gain-share agreement must name, where no national rule says who keeps what is freed up."""

from __future__ import annotations

from pathlib import Path

SHARE, SIDE, GATE = "savings.retained_share", "savings.loss_side", "savings.gain_gate"
RATES, FLOOR, SCALES = "savings.gain_minimum_rates", "savings.gain_quality_floor", "savings.gain_quality_scales"
CAP, PARTNERS = "savings.gain_cap_share", "savings.gain_partners"
LEAST, MOST = "savings.loss_least_share", "savings.loss_most_share"
LOSS_CAP, LOSS_REVENUE = "savings.loss_cap_share", "savings.loss_revenue_share"
SIGNED_BY, SIGNED_ON = "savings.signed_by", "savings.signed_on"

ALWAYS = (SHARE, GATE, FLOOR, SCALES, CAP, SIDE, PARTNERS)  # what every agreement must say
BY_RATE = (RATES,)  # and one whose gate is a minimum savings rate
BY_LOSS = (LEAST, MOST, LOSS_CAP, LOSS_REVENUE)  # and one that shares losses
SIGNED = (SIGNED_BY, SIGNED_ON)
GAIN_SHARE_VALUES = (*ALWAYS, *BY_RATE, *BY_LOSS, *SIGNED)


EXAMPLES = {  # signed by nobody: files laid over today's rules to see what they would give
    "gain-share-70-30": "England's rule from 2006/07, 70% to practices",
    "us-shared-savings-basic-a": "US shared savings, BASIC, levels A and B",
    "us-shared-savings-basic-e": "US shared savings, BASIC, level E",
    "us-shared-savings-enhanced": "US shared savings, ENHANCED",
}


def example_file(name: str) -> Path:
    """This returns the file of an example's values."""
    return Path(__file__).parent / "examples" / f"{name}.yaml"
