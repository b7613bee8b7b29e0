"""Names and codes the made-up records carry: specialties, diagnoses and procedures by chapter, made-up place names."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Specialty:
    """A hospital specialty: national treatment function code, share of outpatients, price relative to the mean."""

    code: str
    share: float
    relative_price: float


SPECIALTIES = (
    Specialty("100", 0.09, 0.95), Specialty("101", 0.06, 1.0), Specialty("110", 0.13, 0.95), Specialty("120", 0.06, 0.8),
    Specialty("130", 0.11, 0.8), Specialty("160", 0.02, 0.8), Specialty("300", 0.07, 1.5), Specialty("301", 0.05, 1.3),
    Specialty("320", 0.06, 1.2), Specialty("330", 0.07, 0.85), Specialty("340", 0.04, 1.3), Specialty("361", 0.03, 1.3),
    Specialty("400", 0.04, 1.5), Specialty("410", 0.04, 1.2), Specialty("420", 0.05, 1.4), Specialty("502", 0.08, 1.0),
)  # fmt: skip

SPECIALTY_OF_CHAPTER = dict(
    A="400", B="130", C="120", D="340", E="320", F="301", G="100", H="110", J="330", K="300", L="101", M="502", N="501",
    P="420", S="303", V="110", W="300", X="192", Y="107",
)  # fmt: skip

DIAGNOSES = dict(
    A=("G40.9", "I63.9", "G45.9", "G43.9"), B=("H26.9", "H35.3", "H40.1", "H33.0"), C=("J35.0", "K02.9", "H66.9", "R04.0"),
    D=("J18.9", "J44.1", "J45.9", "J22X"), E=("I50.0", "I20.9", "I21.9", "R07.4"), F=("K92.2", "K40.9", "K59.0", "A09X"),
    G=("K80.2", "K85.9", "K70.3", "K81.0"), H=("M17.1", "S72.0", "M54.5", "S52.5"), J=("L03.1", "C50.9", "L40.0", "L72.1"),
    K=("E10.1", "E11.9", "E86X", "E87.1"), L=("N39.0", "N18.9", "N40X", "N20.0"), M=("N92.0", "N81.1", "N97.9", "O04.9"),
    N=("O80.0", "O47.1", "O36.4", "O26.8"), P=("J21.9", "B34.9", "R56.0", "J06.9"), S=("D64.9", "C90.0", "C83.3", "D50.9"),
    V=("S06.0", "T07X", "S27.0", "S36.1"), W=("R55X", "T78.4", "B24X", "A41.9"), X=("J96.0", "A41.9", "I71.3", "C92.0"),
    Y=("I70.2", "I71.4", "I83.9", "I80.2"),
)  # fmt: skip

PROCEDURES = dict(
    A="A55.9", B="C71.2", C="F34.1", D="E49.8", E="K63.4", F="H22.9", G="J18.3", H="W37.1", J="S06.5", K="X36.2", L="M45.9",
    M="Q18.9", N="R24.9", P="X30.8", S="X33.2", V="W24.1", W="X29.2", X="X56.1", Y="L85.1",
)  # fmt: skip

MIX_OF_DIAGNOSES = (0.5, 0.3, 0.185, 0.015)  # the fourth is rare: among them the legally restricted kinds

PLACES = (
    "Alderwick", "Brackenford", "Calderhythe", "Dunmere", "Elmstow", "Fenwater", "Garthside", "Hollowmere", "Inglebeck",
    "Kelderby", "Larkhope", "Marrowdale", "Netherwold", "Oakrigg", "Pellbridge", "Quarrendale", "Ravenscote", "Saltfen",
    "Thornhaven", "Underlake", "Vellington", "Westerby", "Yarrowbank",
)  # fmt: skip
KINDS_OF_PRACTICE = ("Surgery", "Medical Centre", "Health Centre", "Practice", "Group Practice")
