-- The charges of one delivery, each with an id that no other delivery uses: the month delivered, then its number.
SELECT
    charged_activity.*,
    $delivery || '.' || charged_activity.charge_number AS charge_id
FROM charged_activity
