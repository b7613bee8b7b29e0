-- A month of prescribing by practice and BNF chapter. What was prescribed on an unidentified code stands apart.
SELECT
    month,
    CASE WHEN is_unidentified THEN $unplaced ELSE practice_code END AS practice_code,
    substr(bnf_code, 1, 2) AS bnf_chapter,
    CAST(sum(items) AS BIGINT) AS items,
    CAST(sum(net_ingredient_cost_pence) AS BIGINT) AS net_ingredient_cost_pence
FROM prescriptions
GROUP BY
    month,
    CASE WHEN is_unidentified THEN $unplaced ELSE practice_code END,
    substr(bnf_code, 1, 2)
