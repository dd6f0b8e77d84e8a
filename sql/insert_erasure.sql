-- Puts the order to erase a customer where the merge sees it. Run again, it changes nothing.
-- grain:  one row per erasure
-- inputs: erasures; ?, ?, ?: its id, the SHA-256 of the customer's id, its moment as 'YYYY-MM-DD hh:mm:ss.fff'
-- run by: the pipeline, before the merge, while an erasure waits
insert into erasures (erasure_id, customer_hash, erased_at)
select ordered.erasure_id, ordered.customer_hash, ordered.erased_at
from (
  select
    cast(? as varchar) as erasure_id,
    cast(? as varchar) as customer_hash,
    cast(? as timestamp(6)) as erased_at
) as ordered
where ordered.erasure_id not in (select erasure_id from erasures)
