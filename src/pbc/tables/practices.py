"""GP practices and prescribing centres as the national register lists them."""

from pbc.tables.contract import Table, code, day, text

PRACTICES = Table(
    name="practices",
    grain="one practice",
    key=("practice_code",),
    columns=(
        code("practice_code", "ODS code of the practice"),
        text("practice_name", "name as published"),
        text("postcode", "postcode of the main surgery", nullable=True),
        code("status_code", "A active, C closed, D dormant, P proposed"),
        code("prescribing_setting_code", "4 is a GP practice; other values are prescribing centres", nullable=True),
        code("commissioner_code", "commissioner named in the register row", nullable=True),
        day("opened_on", "first day", nullable=True),
        day("closed_on", "last day, empty while open", nullable=True),
    ),
)
