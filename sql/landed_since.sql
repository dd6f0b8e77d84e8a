-- Whether a run has anything to read: rows that have landed since a moment, and rows that are dated a little before it
-- but appeared too late for the run that read up to it.
-- grain:  one row: landed, the number of rows
-- inputs: usage_landing from the given hour on; usage_events; ?: the moment as 'YYYY-MM-DD hh:mm:ss.fff', twice
-- run by: the pipeline, to skip a run that has nothing to do
select count(*) as landed
from (
  select key
  from usage_landing
  where landed_hour >= {{from_hour}} and landed_at > cast(? as timestamp(6))
  union all
  select key
  from usage_landing as d
  where landed_hour >= {{from_hour}} and landed_at <= cast(? as timestamp(6))
    and not exists (select 1 from usage_events as e where e.key = d.key)
) as landed
