-- Keys of this delivery that an earlier delivery has brought already.
SELECT DISTINCT
    activity_facts.setting,
    activity_facts.provider_code,
    activity_facts.record_number,
    $delivery AS delivery
FROM held_facts
INNER JOIN activity_facts
    ON held_facts.setting = activity_facts.setting
    AND held_facts.provider_code = activity_facts.provider_code
    AND held_facts.record_number = activity_facts.record_number
