-- A month of costed activity by practice, provider, point of delivery and specialty, with what the same contacts cost
-- at the plan's prices. A contact the plan's prices do not know is taken at its actual cost: no price effect.
SELECT
    costed_activity.month,
    costed_activity.practice_code,
    costed_activity.provider_code,
    costed_activity.point_of_delivery,
    costed_activity.treatment_function_code,
    costed_activity.commissioner_code,
    count(*) AS activity_count,
    CAST(sum(costed_activity.excess_days) AS BIGINT) AS excess_days,
    CAST(sum(costed_activity.base_pence) AS BIGINT) AS base_pence,
    CAST(sum(costed_activity.short_stay_pence) AS BIGINT) AS short_stay_pence,
    CAST(sum(costed_activity.excess_days_pence) AS BIGINT) AS excess_days_pence,
    CAST(sum(costed_activity.top_up_pence) AS BIGINT) AS top_up_pence,
    CAST(sum(costed_activity.market_forces_pence) AS BIGINT) AS market_forces_pence,
    CAST(sum(costed_activity.cost_pence) AS BIGINT) AS cost_pence,
    CAST(sum(coalesce(plan_costed.cost_pence, costed_activity.cost_pence)) AS BIGINT) AS plan_price_pence
FROM costed_activity
LEFT JOIN plan_costed
    ON costed_activity.setting = plan_costed.setting
    AND costed_activity.provider_code = plan_costed.provider_code
    AND costed_activity.record_number = plan_costed.record_number
GROUP BY
    costed_activity.month,
    costed_activity.practice_code,
    costed_activity.provider_code,
    costed_activity.point_of_delivery,
    costed_activity.treatment_function_code,
    costed_activity.commissioner_code
