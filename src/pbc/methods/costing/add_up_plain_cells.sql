-- A month of costed activity by practice, provider, point of delivery and specialty, where the plan's prices are these.
SELECT
    month,
    practice_code,
    provider_code,
    point_of_delivery,
    treatment_function_code,
    commissioner_code,
    count(*) AS activity_count,
    CAST(sum(excess_days) AS BIGINT) AS excess_days,
    CAST(sum(base_pence) AS BIGINT) AS base_pence,
    CAST(sum(short_stay_pence) AS BIGINT) AS short_stay_pence,
    CAST(sum(excess_days_pence) AS BIGINT) AS excess_days_pence,
    CAST(sum(top_up_pence) AS BIGINT) AS top_up_pence,
    CAST(sum(market_forces_pence) AS BIGINT) AS market_forces_pence,
    CAST(sum(cost_pence) AS BIGINT) AS cost_pence,
    CAST(sum(cost_pence) AS BIGINT) AS plan_price_pence
FROM costed_activity
GROUP BY
    month,
    practice_code,
    provider_code,
    point_of_delivery,
    treatment_function_code,
    commissioner_code
