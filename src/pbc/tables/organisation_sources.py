"""By whom each organisation of a published hierarchy was published."""

from pbc.tables.contract import Table, code, text

ORGANISATION_SOURCES = Table(
    name="organisation_sources",
    grain="one organisation in one role",
    key=("organisation_code", "organisation_kind"),
    columns=(
        code("organisation_code", "ODS code"),
        code("organisation_kind", "tier or role"),
        text("source_title", "publisher and file"),
    ),
)
