-- What each practice's prescribing cost in two stretches of months, and what the change of list prices adds to this year's.
WITH placed AS (
    SELECT
        CASE
            WHEN prescriptions.is_unidentified THEN $unplaced
            ELSE COALESCE(answers.answers_code, prescriptions.practice_code)
        END AS practice_code,
        prescriptions.bnf_code,
        prescriptions.month >= $first AS is_now,
        prescriptions.items,
        prescriptions.quantity_count,
        prescriptions.net_ingredient_cost_pence
    FROM prescriptions
    LEFT JOIN answers ON answers.practice_code = prescriptions.practice_code
    WHERE
        prescriptions.month BETWEEN $first AND $last
        OR prescriptions.month BETWEEN $first - 100 AND $last - 100
),
products AS (
    SELECT
        practice_code,
        bnf_code,
        CAST(SUM(CASE WHEN is_now THEN 0 ELSE items END) AS BIGINT) AS items_then,
        CAST(SUM(CASE WHEN is_now THEN items ELSE 0 END) AS BIGINT) AS items_now,
        SUM(CASE WHEN is_now THEN 0 ELSE quantity_count END) AS quantity_then,
        SUM(CASE WHEN is_now THEN quantity_count ELSE 0 END) AS quantity_now,
        CAST(SUM(CASE WHEN is_now THEN 0 ELSE net_ingredient_cost_pence END) AS BIGINT) AS cost_then,
        CAST(SUM(CASE WHEN is_now THEN net_ingredient_cost_pence ELSE 0 END) AS BIGINT) AS cost_now
    FROM placed
    GROUP BY practice_code, bnf_code
),
prices AS (
    SELECT
        bnf_code,
        CAST(SUM(cost_now) AS DOUBLE) / SUM(quantity_now) - CAST(SUM(cost_then) AS DOUBLE) / SUM(quantity_then) AS change_pence
    FROM products
    GROUP BY bnf_code
    HAVING SUM(quantity_now) > 0 AND SUM(quantity_then) > 0
)
SELECT
    products.practice_code,
    CAST(SUM(products.items_then) AS BIGINT) AS items_then,
    CAST(SUM(products.items_now) AS BIGINT) AS items_now,
    CAST(SUM(products.cost_then) AS BIGINT) AS cost_then_pence,
    CAST(SUM(products.cost_now) AS BIGINT) AS cost_now_pence,
    CAST(SUM(COALESCE(products.quantity_now * prices.change_pence, 0)) AS DOUBLE) AS price_pence
FROM products
LEFT JOIN prices ON prices.bnf_code = products.bnf_code
GROUP BY products.practice_code
