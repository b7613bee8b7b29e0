-- Each contact of one financial year at that year's price for its group and point of delivery.
-- Money stays whole: amounts are carried in ten-thousandths of a penny (two percentages), the market forces factor in
-- millionths, and the product is rounded once, half up. Steps are rounded to be shown; market forces takes what is left.
WITH year_prices AS (
    SELECT
        hrg_code,
        point_of_delivery,
        price_pence,
        trim_point_days,
        coalesce(excess_day_price_pence, 0) AS excess_day_price_pence,
        is_short_stay_reducible,
        short_stay_percent,
        top_up_percent
    FROM tariff_prices
    WHERE financial_year = $financial_year
),
year_factors AS (
    SELECT
        provider_code,
        market_forces_factor_millionths
    FROM provider_factors
    WHERE financial_year = $financial_year
),
priced AS (
    SELECT
        activity_facts.setting,
        activity_facts.provider_code,
        activity_facts.record_number,
        activity_facts.person_id,
        activity_facts.month,
        activity_facts.practice_code,
        activity_facts.attribution,
        activity_facts.commissioner_code,
        activity_facts.point_of_delivery,
        activity_facts.treatment_function_code,
        activity_facts.hrg_code,
        activity_facts.is_restricted,
        year_prices.price_pence,
        year_prices.excess_day_price_pence,
        year_prices.top_up_percent,
        year_factors.market_forces_factor_millionths,
        CASE
            WHEN activity_facts.point_of_delivery = 'NEL'
                AND activity_facts.age_years >= $adult_age
                AND activity_facts.paid_stay_days < $short_stay_below_days
                AND year_prices.is_short_stay_reducible THEN year_prices.short_stay_percent
            ELSE 100
        END AS paid_percent,
        CASE
            WHEN year_prices.trim_point_days IS NULL THEN 0
            ELSE greatest(activity_facts.paid_stay_days - year_prices.trim_point_days, 0)
        END AS excess_days
    FROM activity_facts
    INNER JOIN year_prices
        ON activity_facts.hrg_code = year_prices.hrg_code
        AND activity_facts.point_of_delivery = year_prices.point_of_delivery
    INNER JOIN year_factors ON activity_facts.provider_code = year_factors.provider_code
    WHERE activity_facts.month >= $first_month AND activity_facts.month <= $last_month
),
stepped AS (
    SELECT
        *,
        CAST(excess_days * excess_day_price_pence AS BIGINT) AS excess_days_pence,
        CAST(price_pence * paid_percent AS BIGINT) AS base_hundredths,
        CAST(
            (price_pence * paid_percent + CASE WHEN $top_up_on_whole THEN 100 * excess_days * excess_day_price_pence ELSE 0 END)
            * top_up_percent AS BIGINT
        ) AS top_up_ten_thousandths
    FROM priced
),
rounded AS (
    SELECT
        *,
        (price_pence * 100 - base_hundredths + 50) // 100 AS short_stay_reduction_pence,
        (top_up_ten_thousandths + 5000) // 10000 AS top_up_pence,
        (
            (base_hundredths * 100 + excess_days_pence * 10000 + top_up_ten_thousandths) * market_forces_factor_millionths
            + 5000000000
        ) // 10000000000 AS cost_pence
    FROM stepped
)
SELECT
    setting,
    provider_code,
    record_number,
    person_id,
    month,
    practice_code,
    attribution,
    commissioner_code,
    point_of_delivery,
    CASE WHEN is_restricted THEN $pooled ELSE treatment_function_code END AS treatment_function_code,
    CASE WHEN is_restricted THEN $pooled ELSE hrg_code END AS hrg_code,
    excess_days,
    price_pence AS base_pence,
    -short_stay_reduction_pence AS short_stay_pence,
    excess_days_pence,
    top_up_pence,
    cost_pence - (price_pence - short_stay_reduction_pence + excess_days_pence + top_up_pence) AS market_forces_pence,
    cost_pence
FROM rounded
