"""Rows that belong to organisations are read within somebody's reach, or not at all.

    class Offer(models.Model):
        practice = ...; commissioner = ...
        objects = ScopedManager("practice", "commissioner")   # visible where either is in detailed reach
        everywhere = models.Manager()                          # for actions, which judge for themselves

`Offer.objects.visible_to(actor)` reads; `Offer.objects.filter(...)` alone raises when it is read.
"""

from __future__ import annotations

from typing import Any

from django.db import models
from django.db.models import Q

from pbc_web.accounts.actor import Actor


class Unscoped(RuntimeError):
    """Rows of organisations were about to be read without saying for whom."""


class ScopedQuerySet(models.QuerySet[Any]):
    """A query that refuses to run until it is told for whom."""

    seen_through: tuple[str, ...] = ()
    is_scoped = False

    def visible_to(self, actor: Actor, *, sums: bool = False) -> ScopedQuerySet:
        """This returns the rows of organisations in the actor's detailed reach; with `sums`, also of those seen as sums."""
        ids = actor.reach.either if sums else actor.reach.detail
        if not self.seen_through:
            raise Unscoped(f"{self.model.__name__} does not say whose its rows are")
        condition = Q()
        for name in self.seen_through:
            condition |= Q(**{f"{name}__in": ids})
        found = self.filter(condition)
        found.is_scoped = True
        return found

    def _clone(self) -> ScopedQuerySet:
        made = super()._clone()
        made.seen_through, made.is_scoped = self.seen_through, self.is_scoped
        return made

    def _require_scope(self) -> None:
        if not self.is_scoped:
            raise Unscoped(f"{self.model.__name__} was read without visible_to(actor)")

    def _fetch_all(self) -> None:
        self._require_scope()
        super()._fetch_all()

    def iterator(self, *args: Any, **kwargs: Any) -> Any:
        """As Django's, within reach only."""
        self._require_scope()
        return super().iterator(*args, **kwargs)

    def count(self) -> int:
        """As Django's, within reach only."""
        self._require_scope()
        return super().count()

    def exists(self) -> bool:
        """As Django's, within reach only."""
        self._require_scope()
        return super().exists()

    def aggregate(self, *args: Any, **kwargs: Any) -> Any:
        """As Django's, within reach only."""
        self._require_scope()
        return super().aggregate(*args, **kwargs)

    def update(self, **kwargs: Any) -> int:
        """As Django's, within reach only."""
        self._require_scope()
        return super().update(**kwargs)

    def delete(self) -> Any:
        """As Django's, within reach only."""
        self._require_scope()
        return super().delete()


class ScopedManager(models.Manager.from_queryset(ScopedQuerySet)):  # type: ignore[misc]  # Django makes the class
    """The first manager of every model that organisations own; names the fields that say whose a row is."""

    def __init__(self, *seen_through: str) -> None:
        super().__init__()
        self.seen_through = seen_through

    def get_queryset(self) -> ScopedQuerySet:
        """This returns a query not yet told for whom."""
        found = super().get_queryset()
        found.seen_through = (
            self.seen_through or self.model._default_manager.seen_through
        )  # a related manager is made bare
        return found
