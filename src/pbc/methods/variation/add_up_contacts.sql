-- A measure's contacts by practice, month, sex and age: how many, what they cost, and how many had no price.
SELECT
    measured_contacts.practice_code,
    measured_contacts.month,
    measured_contacts.sex,
    measured_contacts.age_years,
    count(*) AS activity_count,
    CAST(sum(coalesce(measured_contacts.cost_pence, 0)) AS BIGINT) AS cost_pence,
    CAST(sum(CASE WHEN measured_contacts.cost_pence IS NULL THEN 1 ELSE 0 END) AS BIGINT) AS unpriced_count
FROM measured_contacts
GROUP BY
    measured_contacts.practice_code,
    measured_contacts.month,
    measured_contacts.sex,
    measured_contacts.age_years
