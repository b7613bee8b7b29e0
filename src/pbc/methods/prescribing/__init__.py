"""Prescribing as money: volume, mix and national prices apart; unidentified prescribers; pots by age and sex beside need."""

from pbc.methods.prescribing.age_sex import share_by_age_sex
from pbc.methods.prescribing.effects import compare_list_prices, list_unidentified, split_prescribing

__all__ = ["compare_list_prices", "list_unidentified", "share_by_age_sex", "split_prescribing"]
