-- What each practice's prescribing cost in two stretches of months, and what the change of list prices adds to this year's.
-- Lines are read twice, and not grouped by practice and product: that would be as many rows again as a country has lines.
WITH products AS (
    SELECT
        bnf_code,
        SUM(CASE WHEN month >= $first THEN 0 ELSE quantity_count END) AS quantity_then,
        SUM(CASE WHEN month >= $first THEN quantity_count ELSE 0 END) AS quantity_now,
        CAST(SUM(CASE WHEN month >= $first THEN 0 ELSE net_ingredient_cost_pence END) AS BIGINT) AS cost_then,
        CAST(SUM(CASE WHEN month >= $first THEN net_ingredient_cost_pence ELSE 0 END) AS BIGINT) AS cost_now
    FROM prescriptions
    WHERE month BETWEEN $first AND $last OR month BETWEEN $first - 100 AND $last - 100
    GROUP BY bnf_code
),
prices AS (
    SELECT
        bnf_code,
        CAST(cost_now AS DOUBLE) / quantity_now - CAST(cost_then AS DOUBLE) / quantity_then AS change_pence
    FROM products
    WHERE quantity_now > 0 AND quantity_then > 0
),
placed AS (
    SELECT
        CASE
            WHEN prescriptions.is_unidentified THEN $unplaced
            ELSE COALESCE(answers.answers_code, prescriptions.practice_code)
        END AS practice_code,
        prescriptions.month >= $first AS is_now,
        prescriptions.items,
        prescriptions.net_ingredient_cost_pence AS cost_pence,
        COALESCE(prescriptions.quantity_count * prices.change_pence, 0) AS change_pence
    FROM prescriptions
    LEFT JOIN answers ON answers.practice_code = prescriptions.practice_code
    LEFT JOIN prices ON prices.bnf_code = prescriptions.bnf_code
    WHERE
        prescriptions.month BETWEEN $first AND $last
        OR prescriptions.month BETWEEN $first - 100 AND $last - 100
)
SELECT
    practice_code,
    CAST(SUM(CASE WHEN is_now THEN 0 ELSE items END) AS BIGINT) AS items_then,
    CAST(SUM(CASE WHEN is_now THEN items ELSE 0 END) AS BIGINT) AS items_now,
    CAST(SUM(CASE WHEN is_now THEN 0 ELSE cost_pence END) AS BIGINT) AS cost_then_pence,
    CAST(SUM(CASE WHEN is_now THEN cost_pence ELSE 0 END) AS BIGINT) AS cost_now_pence,
    CAST(SUM(CASE WHEN is_now THEN change_pence ELSE 0 END) AS DOUBLE) AS price_pence
FROM placed
GROUP BY practice_code
