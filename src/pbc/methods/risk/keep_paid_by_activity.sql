-- Contacts that a practice is judged on by what each costs: a budget paid by activity, and no block contract.
SELECT
    costed_activity.setting,
    costed_activity.provider_code,
    costed_activity.record_number,
    costed_activity.person_id,
    costed_activity.month,
    costed_activity.practice_code,
    costed_activity.attribution,
    costed_activity.commissioner_code,
    costed_activity.point_of_delivery,
    costed_activity.treatment_function_code,
    costed_activity.hrg_code,
    costed_activity.excess_days,
    costed_activity.base_pence,
    costed_activity.short_stay_pence,
    costed_activity.excess_days_pence,
    costed_activity.top_up_pence,
    costed_activity.market_forces_pence,
    costed_activity.cost_pence
FROM costed_activity
INNER JOIN judged_places
    ON judged_places.practice_code = costed_activity.practice_code
    AND judged_places.month = costed_activity.month
    AND judged_places.point_of_delivery = costed_activity.point_of_delivery
LEFT JOIN block_contracts
    ON block_contracts.commissioner_code = costed_activity.commissioner_code
    AND block_contracts.provider_code = costed_activity.provider_code
    AND block_contracts.point_of_delivery = costed_activity.point_of_delivery
WHERE block_contracts.provider_code IS NULL
