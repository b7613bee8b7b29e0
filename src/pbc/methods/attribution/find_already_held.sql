-- Keys of this delivery that earlier facts hold already.
WITH delivered AS (
    SELECT DISTINCT
        'APC' AS setting,
        provider_code,
        spell_number AS record_number
    FROM spells
    UNION ALL
    SELECT
        setting,
        provider_code,
        attendance_number AS record_number
    FROM attendances
)
SELECT DISTINCT
    delivered.setting,
    delivered.provider_code,
    delivered.record_number
FROM activity_facts
INNER JOIN delivered
    ON activity_facts.setting = delivered.setting
    AND activity_facts.provider_code = delivered.provider_code
    AND activity_facts.record_number = delivered.record_number
