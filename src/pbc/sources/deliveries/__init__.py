"""Readers of local deliveries: hospital extracts, the register of patients, prescribing, small tables."""

from pbc.sources.deliveries.hospital import (
    read_accident_and_emergency,
    read_admitted_care,
    read_outpatients,
    read_referrals,
)
from pbc.sources.deliveries.monitoring import read_charges, read_monitored_totals
from pbc.sources.deliveries.prescribing import read_prescribing
from pbc.sources.deliveries.reading import Read
from pbc.sources.deliveries.register import read_registrations
from pbc.sources.deliveries.small_tables import ReadTable, read_table_file, read_whole_table

__all__ = [
    "Read",
    "ReadTable",
    "read_accident_and_emergency",
    "read_admitted_care",
    "read_charges",
    "read_monitored_totals",
    "read_outpatients",
    "read_prescribing",
    "read_referrals",
    "read_registrations",
    "read_table_file",
    "read_whole_table",
]
