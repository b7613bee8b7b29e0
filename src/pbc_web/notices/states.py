"""How far a letter of the outbox has come, and which moves there are."""

from __future__ import annotations

WAITING, CLAIMED, SENT, UNCERTAIN, GIVEN_UP = "waiting", "claimed", "sent", "uncertain", "given_up"
LETTERS = {
    WAITING: "Waiting",
    CLAIMED: "Being sent",
    SENT: "Sent",
    UNCERTAIN: "Perhaps sent",
    GIVEN_UP: "Not sent",
}
MOVES = {
    WAITING: (CLAIMED,),
    CLAIMED: (SENT, WAITING, UNCERTAIN, GIVEN_UP),
    UNCERTAIN: (WAITING, SENT),  # only by an administrator, who says which it was
    GIVEN_UP: (WAITING,),
    SENT: (),
}
