"""Which of the defaults that the study of chance gives stand in at a stop-loss: the size of a cheque, the share ceded."""

from __future__ import annotations

STUDIED_POUNDS = (20_000, 50_000, 100_000)  # stop-losses for which the study gives defaults


def studied_stop_loss(pounds: float) -> int | None:
    """This returns the studied stop-loss to take defaults from: the next one up, so that no band is drawn too narrow.

    >>> studied_stop_loss(17_400), studied_stop_loss(30_000), studied_stop_loss(500_000)
    (20000, 50000, None)
    """
    return next((studied for studied in STUDIED_POUNDS if pounds <= studied), None)


def name_default_cheque(pounds: float | None) -> str:
    """This returns the name of the rule value that gives the cheque at a stop-loss of the study's price level, or at none.

    >>> name_default_cheque(None), name_default_cheque(23_000)
    ('risk.cheque_pounds', 'risk.cheque_capped_at_50000_pounds')
    """
    studied = None if pounds is None else studied_stop_loss(pounds)
    return "risk.cheque_pounds" if studied is None else f"risk.cheque_capped_at_{studied}_pounds"


def name_default_shares(pounds: float) -> tuple[str, ...]:
    """This returns the names of the rule values between which the share ceded at a stop-loss lies; none above the largest.

    >>> name_default_shares(23_000)
    ('risk.ceded_at_20000_share', 'risk.ceded_at_50000_share')
    >>> name_default_shares(17_400), name_default_shares(500_000)
    (('risk.ceded_at_20000_share',), ())
    """
    upper = studied_stop_loss(pounds)
    if upper is None:
        return ()
    lower = max((studied for studied in STUDIED_POUNDS if studied <= pounds), default=upper)
    return tuple(f"risk.ceded_at_{studied}_share" for studied in dict.fromkeys((lower, upper)))
