-- Our records as they cost now beside what they would have cost, of which month and kind they were, as first delivered with
-- their own month. One that is gone has no cost now; one that came with a later delivery had none then.
SELECT
    coalesce(held_now.setting, held_first.setting) AS setting,
    coalesce(held_now.provider_code, held_first.provider_code) AS provider_code,
    coalesce(held_now.record_number, held_first.record_number) AS record_number,
    coalesce(held_now.month, held_first.month) AS month,
    coalesce(held_now.practice_code, held_first.practice_code) AS practice_code,
    coalesce(held_now.commissioner_code, held_first.commissioner_code) AS commissioner_code,
    coalesce(held_now.point_of_delivery, held_first.point_of_delivery) AS point_of_delivery,
    coalesce(held_now.hrg_code, held_first.hrg_code) AS hrg_code,
    held_now.cost_pence,
    held_first.cost_pence AS first_pence,
    held_first.month AS first_month,
    held_first.point_of_delivery AS first_kind
FROM held_now
FULL JOIN held_first
    ON held_now.setting = held_first.setting
    AND held_now.provider_code = held_first.provider_code
    AND held_now.record_number = held_first.record_number
