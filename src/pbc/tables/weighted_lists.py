"""People on a practice list, weighted for need."""

from pbc.tables.contract import Table, code, number, ratio, text, year

WEIGHTED_LISTS = Table(
    name="weighted_lists",
    grain="one practice, year and component",
    key=(
        "practice_code",
        "list_year",
        "component",
    ),
    columns=(
        code("practice_code", "the practice"),
        year("list_year", "year of the formula"),
        code(
            "component",
            "overall, or the need component: general_acute, community, mental_health, maternity, prescribing, primary_medical, inequalities",
        ),
        code("commissioner_code", "commissioner in whose total the list stands"),
        number("registered_population", "people on the list"),
        number("weighted_population", "people after weighting for need, normalised to the same total"),
        ratio("need_index_england", "weighted over registered, England 1", nullable=True, minimum=0),
        ratio("need_index_commissioner", "the same relative to the commissioner", nullable=True, minimum=0),
        text("source", "publication, or made up"),
    ),
)
