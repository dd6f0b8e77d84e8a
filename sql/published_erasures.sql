-- The erasures that the merge knows of.
-- grain:  one row per erasure
-- inputs: erasures
-- run by: the pipeline, while an erasure waits
select distinct erasure_id
from erasures
order by erasure_id
