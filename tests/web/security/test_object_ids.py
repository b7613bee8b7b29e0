"""V8: an address with an object in it is closed to whoever belongs to another world; what is open to all says why."""

from tests.web.matrix_objects import ADDRESS
from tests.web.test_permission_matrix import ROWS

OPEN_ON_PURPOSE = {  # addresses with a key in them that name no organisation's own object
    "api_nothing": "leads nowhere",
    "accept_invitation": "opened by a secret token alone",
    "statements:month": "names a month; what it shows is the reader's own",
    "ledger:contracts": "names a year; what it shows is the reader's own",
    "statements:year_end": "names a year; what it shows is the reader's own",
    **dict.fromkeys(
        ("statements:gain_share", "statements:gain_share_file"),
        "names a year; what it shows is the rule, and the reader's own",
    ),
    "statements:close_year": "names a year; the reader's own is closed",
    "statements:publish_position": "names a year; the reader's own is published",
    "statements:preview_position": "names a year; the reader's own is shown",
    **dict.fromkeys(
        ("organisations:organisation", "organisations:uptake", "organisations:uptake_csv"),
        "the register of organisations and who takes part are for everybody",
    ),
    **dict.fromkeys(
        (
            "business_cases:listing_file",
            "business_cases:ideas_file",
            "business_cases:library_file",
            "mobilisation:listing_file",
            "reinvestment:reinvestment_file",
        ),
        "names the kind of a file; what it holds is the reader's own list",
    ),
    **dict.fromkeys(
        ("business_cases:public_decisions", "business_cases:public_file"),
        "open to anyone: tests/web/business_cases/test_public_page.py",
    ),
    "revoke_token": "a token of one's own, else not found",
}


def test_v8_swapping_the_key_in_an_address_finds_nothing_of_another_world() -> None:
    swapped = {row["view"] for row in ROWS if row["view"] in ADDRESS and row.get("elsewhere", 200) != 404}
    # what is somebody's own (`only`) is not found by others of its own world either; an administrator's reach is everywhere
    own = {row["view"] for row in ROWS if "only" in row or row["open_to"] == ["administrator"]}
    assert swapped - own - set(OPEN_ON_PURPOSE) == set()
