-- Which of these keys one earlier delivery holds.
SELECT
    already_held.setting,
    already_held.provider_code,
    already_held.record_number,
    $delivery AS delivery
FROM activity_facts
INNER JOIN already_held
    ON activity_facts.setting = already_held.setting
    AND activity_facts.provider_code = already_held.provider_code
    AND activity_facts.record_number = already_held.record_number
