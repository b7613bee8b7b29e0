-- Cells of a run of months, added over specialties: what budgets, contracts and profiles are held against.
SELECT
    activity_cells.month,
    activity_cells.practice_code,
    activity_cells.commissioner_code,
    activity_cells.provider_code,
    activity_cells.point_of_delivery,
    CAST(sum(activity_cells.activity_count) AS BIGINT) AS activity_count,
    CAST(sum(activity_cells.cost_pence) AS BIGINT) AS cost_pence,
    CAST(sum(activity_cells.plan_price_pence) AS BIGINT) AS plan_price_pence
FROM activity_cells
WHERE activity_cells.month >= $first_month AND activity_cells.month <= $last_month
GROUP BY
    activity_cells.month,
    activity_cells.practice_code,
    activity_cells.commissioner_code,
    activity_cells.provider_code,
    activity_cells.point_of_delivery
