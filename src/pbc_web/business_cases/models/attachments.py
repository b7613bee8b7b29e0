"""Files that go with a proposal: the bytes lie by their digest outside of what is served, the row says what they are called."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from pbc_web.accounts.models import Person
from pbc_web.business_cases.models.proposals import Proposal

TYPES = {
    "pdf": "PDF", "docx": "Word document", "xlsx": "Excel workbook", "csv": "CSV table", "txt": "Plain text", "png": "Picture (PNG)",
    "jpg": "Picture (JPEG)",
}  # fmt: skip


class Attachment(models.Model):
    """A file as it was checked: its cleaned name, its type by content, and its digest. Taken off, it stays for the record."""

    proposal = models.ForeignKey(Proposal, on_delete=models.PROTECT, related_name="attachments")
    name = models.CharField(max_length=100)
    kind = models.CharField(max_length=4, choices=list(TYPES.items()))
    size_bytes = models.PositiveIntegerField()
    sha256 = models.CharField(max_length=64)
    by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()
    taken_off_by = models.ForeignKey(Person, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    taken_off_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ("id",)
        constraints = (
            models.CheckConstraint(condition=Q(size_bytes__gt=0), name="attachment_holds_something"),
            models.UniqueConstraint(
                fields=("proposal", "sha256"), condition=Q(taken_off_at__isnull=True), name="attached_once"
            ),
        )  # fmt: skip
