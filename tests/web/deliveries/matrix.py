"""What the permission matrix opens of deliveries: a feed of PCT A, a file of it that could not be read, and a map."""

from datetime import UTC, date, datetime
from typing import Any

from pbc_web.deliveries.actions import register_feed
from pbc_web.deliveries.models import Delivery, SavedMap

AT = datetime(2009, 4, 20, 9, 0, tzinfo=UTC)
DELIVERY_ADDRESSES = {
    **dict.fromkeys(
        ("deliveries:delivery", "deliveries:accept", "deliveries:reject"),
        lambda made: {"delivery_id": made["delivery"].id},
    ),
    **dict.fromkeys(("deliveries:faults", "deliveries:headings"), lambda made: {"delivery_id": made["delivery"].id}),
    **dict.fromkeys(
        ("deliveries:feed", "deliveries:renew_feed", "deliveries:end_feed"), lambda made: {"feed_id": made["feed"].id}
    ),
    **dict.fromkeys(("deliveries:map_text", "deliveries:end_map"), lambda made: {"map_id": made["map"].id}),
}


def delivery_objects(place: Any) -> dict[str, Any]:
    """One of each, with bytes behind the file."""
    manager = place.actor("information_manager")
    feed = register_feed(
        place["ZPA"], by=manager, at=AT, name="Referrals", layout="referrals", supplier="Hospital A", purpose="Budgets",
        legal_basis="Direction 1", controller="PCT A", starts_on=date(2009, 4, 1), expires_on=date(2010, 3, 31),
    )  # fmt: skip
    delivery = Delivery.everywhere.create(
        feed=feed, commissioner=place["ZPA"], period="2009-09", place="activity/2009-09/referrals",
        folder=f"matrix{feed.id}", file_name="referrals.csv", size_bytes=4, sha256="0" * 64, state="unreadable",
        uploaded_by_id=manager.person_id, uploaded_at=AT, found={"refused": {"what": "Not read."}},
    )  # fmt: skip
    delivery.path.parent.mkdir(parents=True, exist_ok=True)
    delivery.path.write_text("Hospital,Ref\nZH1,17\n")
    delivery.faults_path.write_text("row_number\n")
    saved = SavedMap.everywhere.create(
        commissioner=place["ZPA"], layout="referrals", supplier="Hospital A", text="layout: referrals", fingerprint="0" * 64,
        starts_on=date(2009, 4, 1), saved_by_id=manager.person_id, saved_at=AT,
    )  # fmt: skip
    return {"feed": feed, "delivery": delivery, "map": saved}
