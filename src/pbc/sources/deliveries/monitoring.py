"""Contract monitoring: what providers charge, record by record and added up. Layouts: docs/reconciliation.md.

The national layouts are ours as far as they could be read: each says so in its own title and file. Rows may repeat, for a
record charged twice is what is looked for; whoever charges numbers charges, or else their order in the file does.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from pbc.engines import Engine
from pbc.reference.restricted_codes import restricted_kinds
from pbc.sources.deliveries.reading import Read, read_delivery
from pbc.sources.deliveries.shape import RowRule, Shape
from pbc.sources.headings import HeadingMap
from pbc.sources.restricted import is_restricted_sql
from pbc.tables import CHARGED_ACTIVITY, MONITORED_TOTALS, POOLED

RESTRICTED = is_restricted_sql(restricted_kinds(), columns={"specialty": "treatment_function_code"})
PENCE = "CAST(round(charged * 100) AS BIGINT)"
POINT_OF_DELIVERY = (
    "CASE WHEN point_of_delivery = 'AANDE' THEN 'AE' WHEN point_of_delivery = 'NELST' THEN 'NEL' "
    "WHEN point_of_delivery LIKE 'OPFA%' THEN 'OPFA' WHEN point_of_delivery LIKE 'OPFUP%' THEN 'OPFUP' ELSE point_of_delivery END"
)
SETTING = "CASE WHEN {0} IN ('DC', 'EL', 'NEL', 'NELNE') THEN 'APC' WHEN {0} = 'AE' THEN 'AE' WHEN {0} IS NOT NULL THEN 'OP' END"


def _charges(kind: str, *, number: str, record: str, pod: str, count: str, pence: str) -> dict[str, str]:
    return {
        "commissioner_code": "commissioner_code",
        "provider_code": "provider_code",
        "charge_kind": kind,
        "charge_number": number,
        "setting": f"CASE WHEN {kind} = 'activity' THEN {SETTING.format(pod)} END",
        "record_number": record,
        "person_id": "person_id",
        "activity_on": "activity_date",
        "month": "year(activity_date) * 100 + month(activity_date)",
        "practice_code": "practice_code",
        "point_of_delivery": f"CASE WHEN {kind} = 'activity' THEN {pod} END",
        "treatment_function_code": f"CASE WHEN is_of_restricted_kind THEN '{POOLED}' ELSE treatment_function_code END",
        "hrg_code": f"CASE WHEN is_of_restricted_kind THEN '{POOLED}' ELSE item_code END",
        "activity_count": f"COALESCE({count}, 1)",
        "charged_pence": pence,
        "is_restricted": "is_of_restricted_kind",
    }


def _national(kind: str, *, numbers: Sequence[str], pod: str, count: str) -> Shape:
    record = f"COALESCE({', '.join(numbers)})"
    order = f"commissioner_code, provider_code, {record}, activity_date, item_code, charged, practice_code, person_key"
    number = f"lpad(CAST(row_number() OVER (ORDER BY {order}) AS VARCHAR), 9, '0')"
    return Shape(
        CHARGED_ACTIVITY,
        _charges(f"'{kind}'", number=number, record=record, pod=pod, count=count, pence=PENCE),
        key=(),
        rules=(RowRule("no_record_number", numbers[0], f"{record} IS NULL"),),
        restricted=RESTRICTED,
    )


STAY_OR_ATTENDANCE = ("spell_number", "attendance_number")
SHAPES = {
    "charged_activity": Shape(
        CHARGED_ACTIVITY,
        _charges(
            "charge_kind", number="charge_number", record="record_number", pod="point_of_delivery", count="activity_count",
            pence="charged_pence",
        ),
        key=("commissioner_code", "provider_code", "charge_kind", "charge_number"),
        rules=(
            RowRule("no_kind_of_activity", "point_of_delivery", "charge_kind = 'activity' AND point_of_delivery IS NULL"),
        ),
        restricted=RESTRICTED,
    ),
    "patient_level_monitoring": _national(
        "activity", numbers=(*STAY_OR_ATTENDANCE, "emergency_number"), pod=f"({POINT_OF_DELIVERY})", count="activity_count"
    ),
    "drugs_monitoring": _national("drug", numbers=STAY_OR_ATTENDANCE, pod="CAST(NULL AS VARCHAR)", count="1"),
    "devices_monitoring": _national("device", numbers=STAY_OR_ATTENDANCE, pod="CAST(NULL AS VARCHAR)", count="1"),
}  # fmt: skip
_YEAR_BEGINS = "CAST(substr(financial_year, 1, 4) AS INTEGER)"
TOTALS = Shape(
    MONITORED_TOTALS,
    {
        "commissioner_code": "commissioner_code",
        "provider_code": "provider_code",
        "month": (
            f"CASE WHEN financial_month <= 9 THEN {_YEAR_BEGINS} * 100 + financial_month + 3 "
            f"ELSE ({_YEAR_BEGINS} + 1) * 100 + financial_month - 9 END"
        ),
        "charge_kind": "CASE WHEN point_of_delivery IN ('DRUG', 'DEVICE') THEN lower(point_of_delivery) ELSE 'activity' END",
        "point_of_delivery": f"CASE WHEN point_of_delivery IN ('DRUG', 'DEVICE') THEN 'none' ELSE {POINT_OF_DELIVERY} END",
        "treatment_function_code": f"CASE WHEN is_of_restricted_kind THEN '{POOLED}' ELSE COALESCE(treatment_function_code, 'none') END",
        "activity_count": "CAST(sum(activity_count) AS BIGINT)",
        "charged_pence": f"CAST(sum({PENCE}) AS BIGINT)",
    },
    key=(),
    person="",
    restricted=RESTRICTED,
    is_summed=True,
)


def read_charges(
    engine: Engine, files: Sequence[Path], *, key: bytes | None, delivery: str, headings: Sequence[HeadingMap] = ()
) -> Read:
    """This returns charges of a provider, one row each, as CHARGED_ACTIVITY, in our layout or a national one.

    `key` is the key for checking invoices, never that of the register: the flow that receives them sees to it. A row that
    names no record, or no kind of activity, is refused. Restricted specialties come without codes.
    """
    return read_delivery(engine, files, shapes=SHAPES, key=key, delivery=delivery, headings=headings)


def read_monitored_totals(
    engine: Engine, files: Sequence[Path], *, delivery: str, headings: Sequence[HeadingMap] = ()
) -> Read:
    """This returns aggregate contract monitoring as MONITORED_TOTALS, rows of one key added up."""
    return read_delivery(
        engine, files, shapes={"aggregate_monitoring": TOTALS}, key=None, delivery=delivery, headings=headings
    )
