-- One row per practice: squares over people of what each had of a measure, and over single contacts, so that no person is
-- left in it. Contacts without a person's key are counted apart: of them nobody knows who came twice.
WITH people AS (
    SELECT
        measured_contacts.practice_code,
        measured_contacts.person_id,
        count(*) AS contacts,
        CAST(sum(coalesce(measured_contacts.cost_pence, 0)) AS DECIMAL(18, 0)) AS pence
    FROM measured_contacts
    WHERE measured_contacts.person_id IS NOT NULL
    GROUP BY measured_contacts.practice_code, measured_contacts.person_id
),

people_sums AS (
    SELECT
        people.practice_code,
        sum(people.contacts) AS contacts,
        sum(people.contacts * people.contacts) AS contacts_squared,
        sum(people.pence) AS pence,
        sum(people.pence * people.pence) AS pence_squared
    FROM people
    GROUP BY people.practice_code
),

contact_sums AS (
    SELECT
        measured_contacts.practice_code,
        sum(CAST(coalesce(measured_contacts.cost_pence, 0) AS DECIMAL(18, 0))) AS price,
        sum(
            CAST(coalesce(measured_contacts.cost_pence, 0) AS DECIMAL(18, 0))
            * CAST(coalesce(measured_contacts.cost_pence, 0) AS DECIMAL(18, 0))
        ) AS price_squared,
        sum(CASE WHEN measured_contacts.person_id IS NULL THEN 1 ELSE 0 END) AS unnamed
    FROM measured_contacts
    GROUP BY measured_contacts.practice_code
)

SELECT
    contact_sums.practice_code,
    CAST(coalesce(people_sums.contacts, 0) AS DOUBLE) AS contacts,
    CAST(coalesce(people_sums.contacts_squared, 0) AS DOUBLE) AS contacts_squared,
    CAST(coalesce(people_sums.pence, 0) AS DOUBLE) AS pence,
    CAST(coalesce(people_sums.pence_squared, 0) AS DOUBLE) AS pence_squared,
    CAST(contact_sums.price AS DOUBLE) AS price,
    CAST(contact_sums.price_squared AS DOUBLE) AS price_squared,
    CAST(contact_sums.unnamed AS BIGINT) AS unnamed_count
FROM contact_sums
LEFT JOIN people_sums ON contact_sums.practice_code = people_sums.practice_code
