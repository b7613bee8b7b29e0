"""The floor beside the contenders: reading the columns the work needs from the same files into memory, and no more."""

from __future__ import annotations

from pathlib import Path

import pyarrow.parquet as pq
from benchmarks.contenders.answering import asked

NEEDED = {
    "admitted_care": [
        "provider_code", "spell_number", "episode_number", "nhs_number", "admission_date", "discharge_date",
        "episode_start_date", "episode_end_date", "admission_method", "patient_classification", "hrg_code",
        "treatment_function_code", "primary_diagnosis", "primary_procedure", "age_on_admission", "practice_code", "unpaid_days",
    ],
    "outpatients": [
        "provider_code", "attendance_number", "nhs_number", "attendance_date", "attendance_type", "hrg_code",
        "treatment_function_code", "age", "practice_code",
    ],
    "accident_and_emergency": [
        "provider_code", "attendance_number", "nhs_number", "arrival_date", "hrg_code", "age", "practice_code",
    ],
    "registrations": ["nhs_number", "practice_code", "starts_on", "ends_before"],
    "facts": [
        "month", "provider_code", "person_id", "point_of_delivery", "treatment_function_code", "hrg_code", "paid_stay_days",
        "age_years", "practice_code", "attribution", "is_restricted",
    ],
}  # fmt: skip
CODES = (
    "provider_code", "admission_method", "patient_classification", "hrg_code", "treatment_function_code", "primary_diagnosis",
    "primary_procedure", "practice_code", "attendance_type", "point_of_delivery", "attribution",
)  # fmt: skip


def main() -> None:
    """Decode, one row group at a time, and count."""
    work = asked()
    files: dict[str, list[Path]] = {"facts": work.facts} if work.work == "facts" else {
        "registrations": [work.data / "register" / "registrations.parquet"],
        **{name: [Path(path) for path in work.deliveries(name)] for name in ("admitted_care", "outpatients", "accident_and_emergency")},
    }  # fmt: skip
    rows = 0
    for name, paths in files.items():
        dictionaries = [column for column in NEEDED[name] if column in CODES]
        for path in paths:
            source = pq.ParquetFile(path, read_dictionary=dictionaries)
            for number in range(source.num_row_groups):
                rows += source.read_row_group(number, columns=NEEDED[name], use_threads=True).num_rows
    work.stage("decoding")
    work.answer({"rows": rows})


if __name__ == "__main__":
    main()
