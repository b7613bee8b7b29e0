"""The only writes of deliveries and of the register of feeds."""

from pbc_web.deliveries.actions.deciding import accept, note_taken_in, reject, take_in
from pbc_web.deliveries.actions.feeds import end_feed, register_feed, renew_feed
from pbc_web.deliveries.actions.files import check_again, note_check, note_no_check, sweep, upload
from pbc_web.deliveries.actions.maps import end_map, save_map

__all__ = [
    "accept", "check_again", "end_feed", "end_map", "note_check", "note_no_check", "note_taken_in", "register_feed", "reject",
    "renew_feed", "save_map", "sweep", "take_in", "upload",
]  # fmt: skip
