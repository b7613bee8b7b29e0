"""What made-up proposals of the demonstration say, by section and question."""

from __future__ import annotations

from typing import Any

Said = dict[str, dict[str, Any]]
NOBODY = "Nobody. We have looked through the register of interests."

HEART: Said = {
    "need": {
        "need": "People with suspected heart failure wait nine weeks for a first outpatient visit, and half of them need no hospital.",
        "evidence": "Made up: heart failure register of 214 people; 126 first cardiology attendances last year against 98 expected.",
        "now": "Everybody is referred to the hospital. Echo, consultant and advice are three visits.",
    },
    "proposal": {
        "what": "One visit in the practice with an echo, a GP with a special interest and a nurse; the hospital sees who needs it.",
        "benefits": "120 first attendances a year fewer in hospital; two weeks instead of nine; one visit instead of three.",
        "from_day": "2010-09-01",
    },
    "options": {
        "options": [
            {"option": "A", "name": "Do nothing", "do_nothing": "yes"},
            {"option": "B", "name": "Clinic in practices", "do_nothing": "no"},
        ],
        "nothing": "Waits grow by a week a year and cost the same.",
        "why": "B: the skills are here, and a mobile echo can be rented. More hospital sessions were looked at and cost twice as much.",
    },
    "activity_and_money": {
        "yearly": 3_400_000,
        "costs": [
            {
                "option": "B", "year": "2010-11", "kind": "set_up", "paid_from": "freed_up_resources", "every_year": "no",
                "pounds": "10,000", "what_for": "Rooms and a machine",
            },
            {
                "option": "B", "year": "2010-11", "kind": "workforce", "paid_from": "commissioner_investment", "every_year": "yes",
                "pounds": "24,000", "what_for": "A nurse and two sessions of a GP",
            },
        ],
        "basis": "Made up: last year's attendances from our statement, prices from the contract.",
    },
    "who_pays": {
        "sources": ["freed_up_resources", "commissioner_investment"],
        "money": [
            {"year": "2010-11", "paid_from": "freed_up_resources", "pounds_named": "10,000"},
            {"year": "2010-11", "paid_from": "commissioner_investment", "pounds_named": "24,000"},
        ],
        "double_running": "Two months, £4,000, borne by the practices.",
        "notice": "Six months, given once this is approved.",
        "bill_falls": "With the next contract: until then the hospital's fixed part stays.",
        "recurrent": "both",
    },
    "workforce_and_premises": {
        "people": "A GP with a special interest, accredited; a heart failure nurse, supervised by the consultant.",
        "premises": "The treatment room of the health centre, with a lift.",
    },
    "clinical_governance": {
        "lead": "The GP with a special interest, with the consultant as mentor.",
        "standards": "National guidance on heart failure; every tenth echo is read twice.",
        "wrong": "An incident is reported to both sides within a day, and looked at together each quarter.",
    },
    "patients_view": {
        "heard": [{"who": "Heart support group", "on": "12 February 2010", "said": "Nearer home, please, and told on the same day."}],
        "not_heard": "People in the two nursing homes; we visit them in May.",
        "changed": "Results are told at the visit, and by letter only if wanted.",
    },
    "equality": {"affected": "Older people, and those without a car.", "done": "On the bus line; home visits for those who cannot come."},
    "choice": {"effect": "Patients can still choose the hospital, and are told so with the letter."},
    "risks": {"risks": ["none"], "other": "The nurse leaves: the neighbouring practice covers."},
    "route_to_market": {"market_why": "More than one practice could do it."},
    "conflicts": {"interests": NOBODY, "provider": "no"},
}  # fmt: skip

CLOSING: Said = HEART | {
    "need": HEART["need"] | {"need": "The evening clinic at the cottage hospital sees four people a session and costs as much as forty."},
    "proposal": HEART["proposal"] | {"what": "Stop the evening clinic; its people are seen in extended hours of practices."},
    "activity_and_money": HEART["activity_and_money"] | {"yearly": 9_500_000},
    "risks": {"risks": ["shrinks_a_service"], "other": "Demand comes back in another place."},
    "stopping": {
        "notice_given": "Six months to the trust, in writing.", "stranded": "£8,000 of rent until the lease ends; the PCT bears it.",
        "who_loses": "About 30 people who come by foot; the nearest practice is a mile away.",
        "consultation": "The overview and scrutiny committee in March; leaflets at the clinic.",
        "replacement": "Extended hours in three practices.", "replaced_from": "2010-08-01",
    },
}  # fmt: skip

PLAN: Said = {
    "priorities": {
        "priorities": [
            {"priority": "Heart failure near home", "by": "September", "measure": "Weeks to a first visit"},
            {"priority": "Fewer falls in care homes", "by": "March", "measure": "Emergency stays of residents"},
        ],
        "why": "They take most of our money above what need explains.",
    },
    "needs": {
        "registers": "Made up: heart failure 214, diabetes 1,020, COPD 310.", "deprivation": "A third live in the poorest fifth.",
        "unmet": "Half of those with COPD were never offered rehabilitation.",
    },
    "patients_view": {
        "heard": [{"who": "Patients' group of the practice", "on": "4 March 2010", "said": "Short ways matter more than new buildings."}],
        "not_heard": "Working men under 40; we ask at the factory in June.",
    },
    "money": {
        "lines": [{"line": "Heart clinic", "pounds": "34,000"}, {"line": "Care homes", "pounds": "18,000", "why": "A nurse"}],
        "sources": "Freed-up money of last year, the rest investment.",
    },
    "management": {"items": [{"item": "A GP, weekly", "pounds": "12,000"}, {"item": "Data", "pounds": "3,000"}], "paid_by": "Us."},
    "fit": {"targets": "18 weeks; fewer emergency stays.", "effect": "Two neighbouring practices would use the clinic."},
    "conflicts": {"interests": NOBODY},
}  # fmt: skip

POT: Said = {
    "use": {"use": "equipment", "what": "A blood pressure monitor, and training for two.", "amount": 420_000, "recurrent": "once"},
    "benefit": {"benefit": "Blood pressure is known without a hospital visit; we count the visits saved."},
    "fit": {"fit": "First priority of our plan.", "risks": ["none"], "other": "It breaks: two years' warranty."},
    "conflicts": {"interests": NOBODY},
}  # fmt: skip
