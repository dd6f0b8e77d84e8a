-- What became of the landed events of one import. A row landed again, after a retry, is the same event; the same event
-- at another place of the import is another one, and known.
-- grain:  one row: new_events, known_events, conflicting_events
-- inputs: usage_landing from the given hour on; usage_events; ?: the import's id
-- run by: the pipeline, for imports with landed events that have not been counted
with sent as (
  select distinct shard, sequence, key, content_hash
  from usage_landing
  where landed_hour >= {{from_hour}} and import_id = ?
),
kept as (
  select key, content_hash, shard, sequence
  from usage_events
  where key in (select key from sent)
)
select
  count_if(sent.shard = kept.shard and sent.sequence = kept.sequence and sent.content_hash = kept.content_hash) as new_events,
  count_if(sent.content_hash = kept.content_hash and not (sent.shard = kept.shard and sent.sequence = kept.sequence)) as known_events,
  count_if(sent.content_hash <> kept.content_hash) as conflicting_events
from sent
join kept on kept.key = sent.key
