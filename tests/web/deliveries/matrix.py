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
    **{
        f"deliveries:books:{view}": lambda made: {"delivery_id": made["books"].id}
        for view in ("delivery", "accept", "reject", "faults", "headings")
    },
    **dict.fromkeys(
        ("deliveries:books:map_text", "deliveries:books:end_map"), lambda made: {"map_id": made["books_map"].id}
    ),
}


def delivery_objects(place: Any) -> dict[str, Any]:
    """One of each for both workspaces, with bytes behind the files; the invoices are those of the first hospital."""
    manager = place.actor("information_manager")
    feed, delivery, saved = _made(place, manager, "referrals", "activity/2009-09/referrals")
    _, books, books_map = _made(place, manager, "invoices", "invoices/2009-09/invoices", provider=place["ZHA"])
    return {"feed": feed, "delivery": delivery, "map": saved, "books": books, "books_map": books_map}


def _made(place: Any, manager: Any, layout: str, where: str, **more: Any) -> tuple[Any, Any, Any]:
    feed = register_feed(
        place["ZPA"], by=manager, at=AT, name=layout, layout=layout, supplier="Hospital A", purpose="Budgets",
        legal_basis="Direction 1", controller="PCT A", starts_on=date(2009, 4, 1), expires_on=date(2010, 3, 31), **more,
    )  # fmt: skip
    delivery = Delivery.everywhere.create(
        feed=feed, commissioner=place["ZPA"], period="2009-09", place=where, folder=f"matrix{feed.id}",
        file_name=f"{layout}.csv", size_bytes=4, sha256="0" * 64, state="unreadable", uploaded_by_id=manager.person_id,
        uploaded_at=AT, found={"refused": {"what": "Not read."}}, **more,
    )  # fmt: skip
    delivery.path.parent.mkdir(parents=True, exist_ok=True)
    delivery.path.write_text("Hospital,Ref\nZH1,17\n")
    delivery.faults_path.write_text("row_number\n")
    saved = SavedMap.everywhere.create(
        commissioner=place["ZPA"], layout=layout, supplier="Hospital A", text=f"layout: {layout}", fingerprint=layout * 2,
        starts_on=date(2009, 4, 1), saved_by_id=manager.person_id, saved_at=AT,
    )  # fmt: skip
    return feed, delivery, saved
