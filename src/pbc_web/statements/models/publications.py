"""A month's statement as people see it, whom it names, and who has read it."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from pbc.periods import Month
from pbc_web.accounts.models import Person
from pbc_web.accounts.scoping import ScopedManager
from pbc_web.organisations.models import Organisation
from pbc_web.statements.states import PUBLICATION_WORDS

SHOWN = ("published", "replaced")


class Publication(models.Model):
    """One set of results of a month, prepared by a run, commented, then published for a commissioner.

    What everyone sees is the one that is `published`: it is switched in one transaction, and the database holds that
    there is one at most. A restated statement is another row with the next version.
    """

    commissioner = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+")
    month = models.CharField(max_length=7)  # 2009-09, as sets are named
    set_id = models.CharField(max_length=12)
    state = models.CharField(max_length=10, choices=list(PUBLICATION_WORDS.items()), default="prepared")
    version = models.PositiveSmallIntegerField(null=True, blank=True)  # of the month, 1 the first; none until published
    left_out = models.CharField(max_length=400, blank=True)  # what never came and is left out, in words
    changed_in = models.JSONField(default=list)  # months already reported that this one changes, for lists and e-mails
    prepared_at = models.DateTimeField()
    prepared_by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+", null=True, blank=True)
    comment = models.TextField(blank=True)
    comment_by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+", null=True, blank=True)
    comment_role = models.CharField(max_length=80, blank=True)
    comment_on = models.DateField(null=True, blank=True)
    published_at = models.DateTimeField(null=True, blank=True)
    published_by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+", null=True, blank=True)
    told_at = models.DateTimeField(null=True, blank=True)  # when everybody it is for had been told of it

    objects = ScopedManager("commissioner")
    everywhere = models.Manager()

    class Meta:
        ordering = ("-month", "-version", "-id")
        constraints = (
            models.UniqueConstraint(fields=("commissioner", "month", "version"), name="publication_version_once"),
            models.UniqueConstraint(fields=("commissioner", "month", "set_id"), name="publication_of_a_set_once"),
            models.UniqueConstraint(
                fields=("commissioner", "month"), condition=Q(state="published"), name="publication_in_force_once"
            ),
            models.CheckConstraint(
                condition=~Q(state__in=SHOWN)
                | Q(version__isnull=False, published_at__isnull=False, comment_by__isnull=False),
                name="publication_is_whole",
            ),
        )

    def __str__(self) -> str:
        return f"{self.period.title}, {self.commissioner.name}"

    @property
    def period(self) -> Month:
        """The month it is of."""
        return Month.parse(self.month)

    @property
    def set_name(self) -> str:
        """The name its set was published under."""
        return f"statement/{self.month}"

    @property
    def is_restated(self) -> bool:
        """Whether an earlier version of the same month was published."""
        return (self.version or 1) > 1


class NamedProvider(models.Model):
    """A hospital with lines in a publication: it may see those and nothing else."""

    publication = models.ForeignKey(Publication, on_delete=models.CASCADE, related_name="named")
    provider = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+")

    class Meta:
        constraints = (models.UniqueConstraint(fields=("publication", "provider"), name="provider_named_once"),)


class Acknowledgement(models.Model):
    """Somebody of a practice said they have read its statement. Shown to the practice and its cluster, to nobody else."""

    publication = models.ForeignKey(Publication, on_delete=models.PROTECT, related_name="acknowledgements")
    practice = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+")
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()

    objects = ScopedManager("practice")
    everywhere = models.Manager()

    class Meta:
        ordering = ("at",)
        constraints = (models.UniqueConstraint(fields=("publication", "practice", "person"), name="acknowledged_once"),)
