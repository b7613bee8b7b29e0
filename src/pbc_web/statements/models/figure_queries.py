"""What practices asked about their figures, and what the commissioner answered."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from pbc_web.accounts.models import Person
from pbc_web.accounts.scoping import ScopedManager
from pbc_web.organisations.models import Organisation
from pbc_web.statements.models.publications import Publication
from pbc_web.statements.states import QUERY_WORDS


class FigureQuery(models.Model):
    """A query of one figure of a practice's statement, or of the whole, with the day its answer is due.

    Seen by the practice, its cluster and the commissioner: you asked, we answered.
    """

    publication = models.ForeignKey(Publication, on_delete=models.PROTECT, related_name="queries")
    practice = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+")
    figure_id = models.CharField(max_length=300, blank=True)  # none where the whole statement is meant
    figure_title = models.CharField(max_length=300, blank=True)
    words = models.TextField()
    asked_by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    asked_role = models.CharField(max_length=80)
    asked_at = models.DateTimeField()
    answer_due_on = models.DateField()
    state = models.CharField(max_length=10, choices=list(QUERY_WORDS.items()), default="open")
    answer = models.TextField(blank=True)
    answered_by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+", null=True, blank=True)
    answered_role = models.CharField(max_length=80, blank=True)
    answered_at = models.DateTimeField(null=True, blank=True)
    is_settled = models.BooleanField(default=False)  # over, and everybody told

    objects = ScopedManager("practice")
    everywhere = models.Manager()

    class Meta:
        ordering = ("-asked_at", "-id")
        constraints = (
            models.CheckConstraint(
                condition=~Q(state="answered") | Q(answered_by__isnull=False, answered_at__isnull=False),
                name="query_answered_by_somebody",
            ),
        )

    def __str__(self) -> str:
        return self.figure_title or f"The statement of {self.publication.period.title}"
