"""Weights of age and sex by which lists become prescribing units (ASTRO-PU)."""

from pbc.tables.contract import Table, code, number, text

AGE_SEX_WEIGHTS = Table(
    name="age_sex_weights",
    grain="one version, sex and age band",
    key=(
        "version",
        "sex",
        "age_band",
    ),
    columns=(
        code("version", "which weights, by their year"),
        code("sex", "1 male, 2 female", allowed=("1", "2")),
        code("age_band", "nine bands: 00-04, 05-14, 15-24, 25-34, 35-44, 45-54, 55-64, 65-74, 75+"),
        number("astro_pu_factor", "prescribing units of one person"),
        text("source", "where the weights come from; made up says so"),
    ),
)
