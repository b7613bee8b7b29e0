-- Keys of this delivery that earlier facts hold already; an episode names its stay, so that keys may come twice.
SELECT DISTINCT
    delivered.setting,
    delivered.provider_code,
    delivered.record_number
FROM activity_facts
INNER JOIN delivered
    ON activity_facts.setting = delivered.setting
    AND activity_facts.provider_code = delivered.provider_code
    AND activity_facts.record_number = delivered.record_number
