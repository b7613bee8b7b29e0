"""Kinds of activity and service lines hang together: each kind counts in a service that there is."""

from pbc.reference.activity import (
    APPORTIONED_SERVICES,
    ELECTIVE_METHODS,
    EMERGENCY_METHODS,
    HOSPITAL_PODS,
    POINTS_OF_DELIVERY,
    PRESCRIBING_POD,
    SERVICES,
)


def test_every_kind_of_activity_counts_in_a_service_that_there_is() -> None:
    assert {pod.service for pod in POINTS_OF_DELIVERY.values()} == set(SERVICES)
    assert all(code == pod.code and pod.title and pod.unit for code, pod in POINTS_OF_DELIVERY.items())


def test_hospital_prescribing_and_apportioned_kinds_are_apart_and_all_there_is() -> None:
    apportioned = {pod.code for pod in POINTS_OF_DELIVERY.values() if pod.service in APPORTIONED_SERVICES}
    assert len(HOSPITAL_PODS) + len(apportioned) + 1 == len(POINTS_OF_DELIVERY)
    assert {*HOSPITAL_PODS, PRESCRIBING_POD, *apportioned} == set(POINTS_OF_DELIVERY)
    assert set(APPORTIONED_SERVICES) < set(SERVICES)


def test_no_admission_is_both_elective_and_emergency() -> None:
    assert set(ELECTIVE_METHODS) & set(EMERGENCY_METHODS) == set()
