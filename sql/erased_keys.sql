-- Entries without their customer that the ledger may still have, a page at a time: there they forget the customer too.
-- A call that the ledger still has was made on first_day or later; an adjustment is booked on the day of its event,
-- however old. A page reads the partitions from its beginning on.
-- grain:  one row per key
-- inputs: usage_events; received since, as 'YYYY-MM-DD hh:mm:ss.fff'; the first day; usage_date and key (?, twice) after
--         which the page begins
-- run by: the pipeline, while an erasure waits
select usage_date, key
from (
  select usage_date, key
  from usage_events
  where customer_id = 'erased'
    and usage_date >= {{first_day}}
    and usage_date >= {{after_day}}
    and received_at >= cast({{received_from}} as timestamp(6))
    and (usage_date > {{after_day}} or key > ?)
  union all
  select usage_date, key
  from usage_events
  where customer_id = 'erased'
    and kind = 'adjustment'
    and usage_date < {{first_day}}
    and usage_date >= {{after_day}}
    and received_at >= cast({{received_from}} as timestamp(6))
    and (usage_date > {{after_day}} or key > ?)
) as erased
order by usage_date, key
limit 10000
