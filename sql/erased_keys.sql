-- Entries without their customer that the ledger may still have, a page at a time: there they forget the customer too.
-- grain:  one row per key
-- inputs: usage_events; ?: received since, as 'YYYY-MM-DD hh:mm:ss.fff'; ?: the key after which the page begins
-- run by: the pipeline, while an erasure waits
select key
from usage_events
where customer_id = 'erased' and received_at >= cast(? as timestamp(6)) and key > ?
order by key
limit 10000
