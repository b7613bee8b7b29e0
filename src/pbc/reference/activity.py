"""Kinds of activity and the service lines of a budget. Source: national point-of-delivery codes of commissioning data
sets, and the monthly data pack of practice-based commissioning (rules.md 8.1)."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class PointOfDelivery:
    """A kind of activity: its code, what people call it, the service line it counts in and the unit counted."""

    code: str
    title: str
    service: str
    unit: str


@dataclass(frozen=True)
class Service:
    """A line of the budget. `component` is the need component of the fair-shares formula that shares it out."""

    code: str
    title: str
    component: str


POINTS_OF_DELIVERY = {
    pod.code: pod
    for pod in (
        PointOfDelivery("DC", "Day cases", "planned_care", "spells"),
        PointOfDelivery("EL", "Ordinary elective stays", "planned_care", "spells"),
        PointOfDelivery("NEL", "Emergency stays", "emergency_care", "spells"),
        PointOfDelivery("NELNE", "Other non-elective stays", "emergency_care", "spells"),
        PointOfDelivery("OPFA", "First outpatient attendances", "outpatients", "attendances"),
        PointOfDelivery("OPFUP", "Follow-up outpatient attendances", "outpatients", "attendances"),
        PointOfDelivery("OPPROC", "Outpatient procedures", "outpatients", "attendances"),
        PointOfDelivery("AE", "A&E attendances", "accident_and_emergency", "attendances"),
        PointOfDelivery("RX", "Prescribing", "prescribing", "items"),
        PointOfDelivery("COM", "Community services", "community", "shared out by head"),
        PointOfDelivery("MH", "Mental health services", "mental_health", "shared out by head"),
    )
}

SERVICES = {
    service.code: service
    for service in (
        Service("planned_care", "Planned hospital care", "general_acute"),
        Service("emergency_care", "Emergency hospital care", "general_acute"),
        Service("outpatients", "Outpatients", "general_acute"),
        Service("accident_and_emergency", "Accident and emergency", "general_acute"),
        Service("prescribing", "Prescribing", "prescribing"),
        Service("community", "Community services", "community"),
        Service("mental_health", "Mental health services", "mental_health"),
    )
}

HOSPITAL_SETTINGS = {
    "admitted care": ("DC", "EL", "NEL", "NELNE"),
    "outpatients": ("OPFA", "OPFUP", "OPPROC"),
    "accident and emergency": ("AE",),
}  # the files hospitals send, with the kinds of activity in each
HOSPITAL_PODS = ("DC", "EL", "NEL", "NELNE", "OPFA", "OPFUP", "OPPROC", "AE")
APPORTIONED_SERVICES = ("community", "mental_health")
PRESCRIBING_POD = "RX"
ELECTIVE_METHODS = ("11", "12", "13")
EMERGENCY_METHODS = ("21", "22", "23", "24", "25", "28", "2A", "2B", "2C", "2D")
SEXES = {"1": "male", "2": "female", "9": "not specified"}
