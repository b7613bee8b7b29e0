"""What freed-up money may be spent on, in words, and the stages it goes through."""

from __future__ import annotations

USES = {
    "services": "Services for patients", "equipment": "Equipment", "premises": "Premises", "adaptations": "Adaptations",
    "social_support": "Social support", "staff": "Staff", "management_costs": "Management costs",
    "personal_income": "Personal income",
}  # fmt: skip
STAGES = {
    "freed_up": "Freed up", "declare": "Declared", "confirm": "Confirmed", "release": "Made available",
    "proposed": "A use proposed", "approved": "A use approved", "spend": "Spent",
}  # fmt: skip
WAITS = {"confirmed": "Confirmed, not available", "available": "Available, not spent"}
