-- Takes the landed entries into usage_events, each key once for ever: the first one landed wins.
-- The first row of each new key is found among narrow rows; the whole row is joined to it by its place in the landing:
-- known rows, which are most where a run reads again what the last one read, are never carried along. They are told by a
-- join and `is null`: DuckDB gives `not exists` of two conditions more memory than ten million rows leave it.
-- A row received before its customer was erased comes in without the customer, however late it lands.
-- Where no import has landed only keys of the given days and of imports are looked at, not those of all history: the
-- ledger takes a key once while it could be sent again, so a row from its stream that has landed before has the same
-- day. An imported row may have any: it waits for a run that was told to look at all days.
-- grain:  one row per key
-- inputs: usage_landing from the given hour on, of the given days, at most 90 from the first to the last; the keys of usage_events of the days to look at, and imported ones; erasures
-- run by: the pipeline, when something has landed
merge into usage_events as t
using (
  select
    l.entry_version, l.key, l.kind, l.source, l.event_id, l.content_hash, l.event_time, l.usage_date,
    l.booked_month, l.received_at, l.key_id, l.team, l.feature, l.environment, l.region, l.customer_tier,
    l.cost_class, l.provider, l.model, l.service_tier, l.price_status, l.policy_status, l.purpose,
    case when x.customer_hash is null then l.customer_id else 'erased' end as customer_id,
    case when x.customer_hash is null then l.tags else cast(map() as map(varchar,varchar)) end as tags,
    l.requested_model, l.speed, l.serving_location,
    case when x.customer_hash is null then l.response_id end as response_id,
    l.requests,
    l.uncached_input_tokens, l.cache_read_tokens, l.cache_write_5m_tokens, l.cache_write_1h_tokens,
    l.image_input_tokens, l.audio_input_tokens, l.cached_audio_input_tokens, l.text_output_tokens,
    l.reasoning_tokens, l.image_output_tokens, l.audio_output_tokens, l.images, l.input_characters,
    l.audio_input_seconds, l.audio_output_seconds, l.video_output_seconds, l.pages, l.search_units,
    l.web_searches, l.charges, l.cost, l.list_cost, l.price_version, l.disputed, l.adjustment_number,
    l.adjustment_part, l.adjustment_request_id, l.adjustment_reason, l.adjustment_by, l.shard, l.sequence,
    l.import_id, l.landed_at, l.trace, l.sender_cost
  from usage_landing as l
  join (
    select landed_hour, landed_file, landed_row
    from (
      select
        landed_hour, landed_file, landed_row,
        row_number() over (
          partition by d.key
          order by landed_at, shard, sequence, landed_hour, landed_file, landed_row
        ) as place
      from usage_landing as d
      left join (
        select key from usage_events where usage_date between {{known_from}} and {{known_to}}
        union all
        select key from usage_events where import_id <> ''
      ) as e
      on e.key = d.key
      where landed_hour >= {{from_hour}} and e.key is null
    ) as deliveries
    where place = 1
  ) as f
  on l.landed_hour = f.landed_hour and l.landed_file = f.landed_file and l.landed_row = f.landed_row
  left join (
    select customer_hash, max(erased_at) as erased_at from erasures group by customer_hash
  ) as x
  on x.customer_hash = lower(to_hex(sha256(to_utf8(l.customer_id)))) and l.received_at <= x.erased_at
  where l.landed_hour >= {{from_hour}} and l.usage_date between {{first_day}} and {{last_day}}
    and (l.import_id = '' or {{known_from}} < date '1000-01-01')
) as s
-- No other day can have such a key by now; named, its files are not read once more.
on t.key = s.key and t.usage_date between {{first_day}} and {{last_day}}
when not matched then insert (
  entry_version, key, kind, source, event_id, content_hash, event_time, usage_date, booked_month, received_at,
  key_id, team, feature, environment, region, customer_tier, cost_class, provider, model, service_tier,
  price_status, policy_status, purpose, customer_id, tags, requested_model, speed, serving_location,
  response_id, requests, uncached_input_tokens, cache_read_tokens, cache_write_5m_tokens,
  cache_write_1h_tokens, image_input_tokens, audio_input_tokens, cached_audio_input_tokens, text_output_tokens,
  reasoning_tokens, image_output_tokens, audio_output_tokens, images, input_characters, audio_input_seconds,
  audio_output_seconds, video_output_seconds, pages, search_units, web_searches, charges, cost, list_cost,
  price_version, disputed, adjustment_number, adjustment_part, adjustment_request_id, adjustment_reason,
  adjustment_by, shard, sequence, import_id, landed_at, trace, sender_cost
) values (
  s.entry_version, s.key, s.kind, s.source, s.event_id, s.content_hash, s.event_time, s.usage_date,
  s.booked_month, s.received_at, s.key_id, s.team, s.feature, s.environment, s.region, s.customer_tier,
  s.cost_class, s.provider, s.model, s.service_tier, s.price_status, s.policy_status, s.purpose, s.customer_id,
  s.tags, s.requested_model, s.speed, s.serving_location, s.response_id, s.requests, s.uncached_input_tokens,
  s.cache_read_tokens, s.cache_write_5m_tokens, s.cache_write_1h_tokens, s.image_input_tokens,
  s.audio_input_tokens, s.cached_audio_input_tokens, s.text_output_tokens, s.reasoning_tokens,
  s.image_output_tokens, s.audio_output_tokens, s.images, s.input_characters, s.audio_input_seconds,
  s.audio_output_seconds, s.video_output_seconds, s.pages, s.search_units, s.web_searches, s.charges, s.cost,
  s.list_cost, s.price_version, s.disputed, s.adjustment_number, s.adjustment_part, s.adjustment_request_id,
  s.adjustment_reason, s.adjustment_by, s.shard, s.sequence, s.import_id, s.landed_at,
  s.trace, s.sender_cost
)
