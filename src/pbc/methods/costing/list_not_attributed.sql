-- What no practice answers for, by month, payer, hospital, kind and reason.
SELECT
    month,
    commissioner_code,
    provider_code,
    point_of_delivery,
    attribution,
    count(*) AS activity_count,
    CAST(sum(cost_pence) AS BIGINT) AS cost_pence
FROM costed_activity
WHERE practice_code = $unplaced
GROUP BY
    month,
    commissioner_code,
    provider_code,
    point_of_delivery,
    attribution
