-- How far the changes of each shard have come into some days: the newest of those that landed before a moment, and the
-- newest of those that landed since. Sequences are padded: as text they compare as numbers.
-- grain:  one row per usage_date and shard
-- inputs: usage_events of the given dates; ?, ?: the moment as 'YYYY-MM-DD hh:mm:ss.fff', twice
-- run by: the pipeline, before it repairs cells of these days
select
  usage_date, shard,
  max(case when landed_at < cast(? as timestamp(6)) then sequence end) as last_before,
  max(case when landed_at >= cast(? as timestamp(6)) then sequence end) as last_since,
  count_if(import_id <> '') as imported
from usage_events
where usage_date in ({{dates}})
group by usage_date, shard
order by usage_date, shard
