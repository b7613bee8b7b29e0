-- Prescribing that no practice of the register answers for, by the code it was delivered under.
SELECT
    prescriptions.month,
    prescriptions.practice_code AS prescriber_code,
    CASE WHEN prescriptions.is_unidentified THEN 'unidentified' ELSE 'not_in_register' END AS kind,
    CAST(SUM(prescriptions.items) AS BIGINT) AS items,
    CAST(SUM(prescriptions.net_ingredient_cost_pence) AS BIGINT) AS net_ingredient_cost_pence
FROM prescriptions
LEFT JOIN register ON register.practice_code = prescriptions.practice_code
WHERE
    prescriptions.month BETWEEN $first AND $last
    AND (prescriptions.is_unidentified OR register.practice_code IS NULL)
GROUP BY
    prescriptions.month,
    prescriptions.practice_code,
    CASE WHEN prescriptions.is_unidentified THEN 'unidentified' ELSE 'not_in_register' END
