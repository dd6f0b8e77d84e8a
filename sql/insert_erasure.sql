-- Puts orders to erase customers where the merge sees them. Run again, it changes nothing.
-- grain:  one row per erasure
-- inputs: erasures; of each order, at most 100 of them, its id, the SHA-256 of the customer's id, its moment as
--         'YYYY-MM-DD hh:mm:ss.fff', put in as text: Athena takes a parameter in a where clause, and nowhere else
-- run by: the pipeline, before the merge, while an erasure waits
insert into erasures (erasure_id, customer_hash, erased_at)
select ordered.erasure_id, ordered.customer_hash, cast(ordered.erased_at as timestamp(6))
from (values {{orders}}) as ordered (erasure_id, customer_hash, erased_at)
where ordered.erasure_id not in (select erasure_id from erasures)
