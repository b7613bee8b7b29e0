-- The facts whose key no earlier delivery has brought.
SELECT
    activity_facts.*
FROM activity_facts
LEFT JOIN already_held
    ON activity_facts.setting = already_held.setting
    AND activity_facts.provider_code = already_held.provider_code
    AND activity_facts.record_number = already_held.record_number
WHERE already_held.record_number IS NULL
