"""How far what an option is worth moves with each thing nobody knows, the largest first, and all against it together."""

from pbc.tables.contract import Table, code, count, pence, text

DRIVERS = ("activity", "cost", "start", "baseline", "all_against")

APPRAISAL_SENSITIVITIES = Table(
    name="appraisal_sensitivities",
    grain="one case, option and thing varied",
    key=("case_code", "option_code", "driver"),
    columns=(
        code("case_code", "the business case"),
        code("option_code", "the option"),
        count("sequence", "1 for what moves it most; what is against it together stands last", minimum=1),
        code(
            "driver",
            "activity that changes, cost, start of the change, baseline that is never set anew; all_against: the worse of each",
            allowed=DRIVERS,
        ),
        text("low_reason", "the low side in words"),
        text("high_reason", "the high side in words"),
        pence("low_present_value_pence", "net present value on the low side, all else as expected"),
        pence("high_present_value_pence", "on the high side; of all_against as expected"),
        pence("swing_pence", "what lies between the two"),
    ),
    note="Doing nothing is held as expected throughout.",
)
