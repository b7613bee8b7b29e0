"""Files of organisations as England publishes them, of a made-up place: trusts merge, split among groups, join a board."""

import csv
from pathlib import Path

import openpyxl

HISTORY = (  # practice, body, first and last day
    ("Z00001", "4QZ01", "19990401", "20010331"), ("Z00001", "5ZA", "20010401", "20060930"),
    ("Z00001", "5ZC", "20061001", "20130331"), ("Z00001", "0ZA", "20130401", ""),
    ("Z00002", "5ZB", "20010401", "20060930"), ("Z00002", "5ZC", "20061001", "20130331"), ("Z00002", "0ZA", "20130401", ""),
    ("Z00003", "5ZB", "20010401", "20060930"), ("Z00003", "5ZC", "20061001", "20130331"), ("Z00003", "0ZB", "20130401", "20170331"),
    ("Z00003", "0ZC", "20170401", ""),
    ("Z00004", "5ZC", "20070101", "20130331"), ("Z00004", "0ZA", "20130401", ""),
    ("Z00005", "7A1", "20091001", ""), ("Z00006", "5ZC", "20061001", ""), ("Z00007", "88888", "20061001", ""),
)  # fmt: skip
REGISTER = (  # practice, opened, closed, status, commissioner, since, until, setting
    ("Z00001", "19740401", "", "A", "1ZA", "20200401", "", "4"),
    ("Z00002", "19740401", "20180331", "C", "0ZA", "20130401", "20180331", "4"),
    ("Z00003", "19740401", "", "D", "0ZC", "20170401", "", "4"),
    ("Z00004", "20070101", "", "A", "1ZA", "20200401", "", "4"),
    ("Z00005", "19740401", "", "A", "7A1", "20091001", "", "4"),
    ("Z00006", "20061001", "", "A", "1ZA", "20200401", "", "1"),
    ("Z00007", "20061001", "", "A", "", "", "", "4"),
    ("Z00008", "20210101", "", "A", "", "", "", "4"),
)
IN_2020 = [
    "PRACTICE_CODE", "PRACTICE_NAME", "PCN_CODE", "PCN_NAME", "CCG_CODE",
    "CCG_NAME", "STP_CODE", "STP_NAME", "COMM_REGION_CODE", "COMM_REGION_NAME",
]  # fmt: skip
TODAY = [
    "PRACTICE_CODE", "PRACTICE_NAME", "PCN_ODS_CODE", "PCN_NAME", "CCG_ODS_CODE",
    "CCG_NAME", "STP_ODS_CODE", "STP_NAME", "REGION_ODS_CODE", "REGION_NAME",
]  # fmt: skip
ABOVE = ("QZA", "Made-up Board", "YZ1", "Made-up Region")


def write_hierarchies(folder: Path) -> Path:
    """This returns the folder with every kind of file of organisations in it."""
    folder.mkdir(parents=True, exist_ok=True)
    _write(folder / "history.csv", [(*row[:2], "W", *row[2:], "0") for row in HISTORY])
    register = []
    for code, opened, closed, status, body, since, until, setting in REGISTER:
        cells = [code, f"Surgery {code[-1]}", *[""] * 7, "ZZ1 1ZZ", opened, closed, status, "B", body, since, until]
        register.append([*cells, *[""] * 8, setting, ""])
    _write(folder / "epraccur_2023_12.csv", register)
    one = ("1ZA", "Made-up Group")
    _write(
        folder / "tiers_2020_09.csv",
        [
            IN_2020, ("Z00001", "S1", "U00001", "Old Network", *one, *ABOVE), ("Z00003", "S3", "U00001", "Old Network", *one, *ABOVE),
            ("Z00004", "S4", "U00002", "Network", *one, *ABOVE),
        ],
    )  # fmt: skip
    located = ("1ZA", "Made-up Board - 1ZA")
    _write(
        folder / "tiers_2023_24.csv",
        [
            TODAY, ("Z00001", "S1", "U00002", "Network", *located, *ABOVE), ("Z00004", "S4", "U00002", "Network", *located, *ABOVE),
            ("Z00008", "S8", "U", "None", *located, *ABOVE),
        ],
    )  # fmt: skip
    _write(folder / "overlap.csv", [("PCT_Code", "0ZA", "0ZB"), ("5ZC", "66%", "33%")])
    deprivation = ("Practice code", "Practice name", "PCT code", "PCT name", "SHA code", "SHA name", "IMD 2010")
    _write(
        folder / "imd.csv", [deprivation, ("Z00001", "S1", "5ZC", "Made-up Trust", "QZ1", "Made-up Authority", "20.5")]
    )
    trusts = [
        "Trust_ODS_Code", "Trust_Name", "Address_label", "Postcode", "National_grouping",
        "NHS_region", "ICB_Code", "ICB_Name", "Open_date", "Close_date",
    ]  # fmt: skip
    _write(
        folder / "trusts.csv",
        [trusts, ("RZ1", "Made-up Hospital", "", "", "YZ1", "", "QZA", "Made-up Board", "1994-04-01", "NA")],
    )
    book = openpyxl.Workbook()
    book.active.append(
        ["Sub ICB Location ODS Code", "Sub ICB Location Name", "ICB Code", "Integrated Care Board Name", "Region Code", "Region Name"]
    )  # fmt: skip
    book.active.append([*located, *ABOVE])
    book.save(folder / "lookup.xlsx")
    return folder


def _write(path: Path, rows: list[object]) -> None:
    with path.open("w", newline="", encoding="utf-8") as file:
        csv.writer(file).writerows(rows)  # type: ignore[arg-type]
