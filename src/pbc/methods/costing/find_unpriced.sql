-- Contacts of one financial year whose group has no price for their point of delivery, or whose hospital has no market
-- forces factor that year. They are named, never costed at zero.
WITH year_prices AS (
    SELECT
        hrg_code,
        point_of_delivery
    FROM tariff_prices
    WHERE financial_year = $financial_year
),
year_factors AS (
    SELECT provider_code
    FROM provider_factors
    WHERE financial_year = $financial_year
)
SELECT
    activity_facts.setting,
    activity_facts.provider_code,
    activity_facts.record_number,
    CASE WHEN activity_facts.is_restricted THEN $pooled ELSE activity_facts.hrg_code END AS hrg_code,
    activity_facts.point_of_delivery,
    CASE WHEN year_prices.hrg_code IS NULL THEN 'hrg_code' ELSE 'provider_code' END AS column_name
FROM activity_facts
LEFT JOIN year_prices
    ON activity_facts.hrg_code = year_prices.hrg_code
    AND activity_facts.point_of_delivery = year_prices.point_of_delivery
LEFT JOIN year_factors ON activity_facts.provider_code = year_factors.provider_code
WHERE activity_facts.month >= $first_month AND activity_facts.month <= $last_month
    AND (year_prices.hrg_code IS NULL OR year_factors.provider_code IS NULL)
