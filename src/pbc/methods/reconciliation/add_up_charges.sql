-- Charges added up by month, kind of charge and kind of activity.
SELECT
    commissioner_code,
    provider_code,
    month,
    charge_kind,
    coalesce(point_of_delivery, 'none') AS point_of_delivery,
    CAST(sum(activity_count) AS BIGINT) AS activity_count,
    CAST(sum(charged_pence) AS BIGINT) AS charged_pence
FROM charges
GROUP BY commissioner_code, provider_code, month, charge_kind, coalesce(point_of_delivery, 'none')
