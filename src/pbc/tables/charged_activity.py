"""What a provider charges for, record by record: patient-level contract monitoring, the backing of its invoices."""

from pbc.tables.contract import Table, code, count, day, flag, identifier, month, pence

CHARGE_KINDS = ("activity", "drug", "device")

CHARGED_ACTIVITY = Table(
    name="charged_activity",
    grain="one charge of one delivery of monitoring",
    key=("commissioner_code", "provider_code", "charge_kind", "charge_number"),
    columns=(
        code("commissioner_code", "who is charged"),
        code("provider_code", "the hospital that charges"),
        code("charge_kind", "activity, or a drug or device charged beside it", allowed=CHARGE_KINDS),
        code("charge_number", "the number of the charge within the delivery"),
        code(
            "setting",
            "APC admitted, OP outpatient, AE accident and emergency; empty for drugs and devices",
            nullable=True,
        ),
        code("record_number", "the hospital's own number of the stay or attendance"),
        identifier("person_id", "pseudonym made for checking invoices alone: it is no other table's", nullable=True),
        day("activity_on", "day of discharge, attendance or supply"),
        month("month", "month of activity_on"),
        code("practice_code", "practice the hospital wrote down", nullable=True),
        code("point_of_delivery", "kind of activity; empty for drugs and devices", nullable=True),
        code("treatment_function_code", "specialty, or pooled where restricted", nullable=True),
        code("hrg_code", "price group, drug or device charged; pooled where restricted", nullable=True),
        count("activity_count", "how many were charged", minimum=None),
        pence("charged_pence", "what is asked for it"),
        flag("is_restricted", "of a legally restricted specialty: codes generalised on reading"),
    ),
    note=(
        "Read for checking invoices. Its pseudonyms are made with a key of that purpose alone, so that no row joins a person of "
        "the analysis; records are matched by the hospital's own number, within a reconciliation."
    ),
)
