"""Fair shares: what a commissioner has for a service, divided by the need of each practice's list, to the penny."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import polars as pl

from pbc.errors import RefusedInput
from pbc.money import share_out_many
from pbc.reference.activity import SERVICES

COMPONENT_OF = {service.code: service.component for service in SERVICES.values()}
SHARED_BY_HEAD = "registered_population"


def set_fair_shares(
    weighted_lists: pl.DataFrame, *, resources: pl.DataFrame, component_of: Mapping[str, str] = COMPONENT_OF
) -> pl.DataFrame:
    """This returns the fair share of each practice in each service: the commissioner's resource divided by need.

    Grain in: WEIGHTED_LISTS (one practice and component) of one list year, and COMMISSIONER_RESOURCES. Grain out: one
    financial year, practice and service: financial_year, commissioner_code, practice_code, service, component,
    registered_population, share_population (what it was divided by), amount_pence, payment_form. A service is shared
    by its need component (`component_of`); one with no weighted list of that component by `overall`; an apportioned
    one by heads. Practices add up to the commissioner's resource exactly, by largest remainder, ties by practice code.
    Pence. Rules R2.7, R2.11 (split by component: assumption). A commissioner without practices is refused.

    >>> from pbc.tables import COMMISSIONER_RESOURCES, WEIGHTED_LISTS
    >>> lists = WEIGHTED_LISTS.from_rows([dict(practice_code=code, list_year="2009-10", component="overall",
    ...     commissioner_code="ZP1", registered_population=100.0, weighted_population=weight, source="made up")
    ...     for code, weight in [("Z90001", 120.0), ("Z90002", 80.0)]])
    >>> resources = COMMISSIONER_RESOURCES.from_rows([dict(financial_year="2009-10", commissioner_code="ZP1",
    ...     service="outpatients", amount_pence=1001, payment_form="activity_price", source="made up")])
    >>> set_fair_shares(lists, resources=resources)["amount_pence"].to_list()
    [601, 400]
    """
    by_component = {
        (str(keys[0]), str(keys[1])): group.sort("practice_code")
        for keys, group in weighted_lists.group_by("commissioner_code", "component")
    }
    shares = [_share_service(row, by_component, component_of) for row in resources.iter_rows(named=True)]
    if not shares:
        raise RefusedInput(
            "There is no resource to share out.", remedy="Give the commissioner's resources of the year."
        )
    return pl.concat(shares).sort("financial_year", "practice_code", "service")


def _share_service(
    resource: Mapping[str, object],
    by_component: Mapping[tuple[str, str], pl.DataFrame],
    component_of: Mapping[str, str],
) -> pl.DataFrame:
    commissioner, service = str(resource["commissioner_code"]), str(resource["service"])
    wanted = component_of.get(service, "overall")
    component = wanted if (commissioner, wanted) in by_component else "overall"
    lists = by_component.get((commissioner, component))
    if lists is None:
        raise RefusedInput(
            "There is nobody to share this resource among.", where=f"commissioner {commissioner}, {service}",
            expected=f"weighted lists of {wanted} or overall", remedy="Give the weighted lists of this commissioner.",
        )  # fmt: skip
    by_head = resource["payment_form"] == "apportioned"
    weight = SHARED_BY_HEAD if by_head else "weighted_population"
    return share_by_weight(lists, total_pence=_whole(resource["amount_pence"]), weight=weight).select(
        pl.lit(resource["financial_year"], pl.String).alias("financial_year"),
        "commissioner_code",
        "practice_code",
        pl.lit(service).alias("service"),
        pl.lit("heads" if by_head else component).alias("component"),
        "registered_population",
        pl.col(weight).alias("share_population"),
        "amount_pence",
        pl.lit(resource["payment_form"], pl.String).alias("payment_form"),
    )


def share_by_weight(lists: pl.DataFrame, *, total_pence: int, weight: str) -> pl.DataFrame:
    """This returns the lists with amount_pence: the total divided in proportion to a column, exact to the penny.

    Grain in and out: one practice. Equal remainders are settled by practice_code, so the order of rows never matters.
    A weight that is empty, negative or not finite is refused by practice.

    >>> share_by_weight(pl.DataFrame({"practice_code": ["Z90002", "Z90001"], "people": [1.0, 1.0]}),
    ...     total_pence=101, weight="people")["amount_pence"].to_list()
    [50, 51]
    """
    values = lists[weight].cast(pl.Float64)
    bad = lists.filter(values.is_null() | ~values.is_finite() | (values < 0))
    if bad.height:
        raise RefusedInput(
            "A practice cannot be given a share without a weight.", where=f"practice {bad['practice_code'][0]}, {weight}",
            found=str(bad[weight][0]), expected="a number, 0 or more",
        )  # fmt: skip
    order = lists["practice_code"].rank("ordinal").cast(pl.Int64).to_numpy()
    pence = share_out_many(total_pence, values.to_numpy(), order=order)
    return lists.with_columns(pl.Series("amount_pence", np.asarray(pence), dtype=pl.Int64))


def _whole(value: object) -> int:
    assert isinstance(value, int)
    return value
