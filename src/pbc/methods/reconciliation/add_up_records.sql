-- Our records added up by month and kind of activity, as cells are.
SELECT
    commissioner_code,
    provider_code,
    month,
    point_of_delivery,
    CAST(sum(cost_pence) AS BIGINT) AS cost_pence
FROM ours
WHERE cost_pence IS NOT NULL
GROUP BY commissioner_code, provider_code, month, point_of_delivery
