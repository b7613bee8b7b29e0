"""Referrals from practices to hospital specialties."""

from pbc.tables.contract import Table, code, day, identifier

REFERRALS = Table(
    name="referrals",
    grain="one referral",
    key=(
        "provider_code",
        "referral_number",
    ),
    columns=(
        code("provider_code", "the hospital referred to"),
        code("referral_number", "the hospital number of the referral"),
        identifier("person_id", "keyed pseudonym", nullable=True),
        code("practice_code", "practice that referred", nullable=True),
        day("referred_on", "day the referral was received"),
        code("treatment_function_code", "specialty"),
        code("referral_source", "who referred: GP, consultant, AE, other"),
    ),
)
