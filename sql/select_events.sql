-- Events as they stand now that a restatement is about, a page at a time, each with everything that is known of it: itself,
-- then its adjustments in order. Voided events are left out. A filter that is '' lets everything through.
-- grain:  one row per key, of at most 100 events
-- inputs: usage_events; ?, ?: the first and last usage_date; ?, ?: usage_date and key of the event after which the page begins; filters, in the order of restatementParameters (src/app/select-events.ts); ?, ?: the first and last usage_date again
-- run by: restatements
with entries as (
  select
    source, event_id, usage_date, team, feature, environment, region, customer_tier, cost_class, purpose, provider,
    model, service_tier, price_status, policy_status, adjustment_part,
    max(case when kind = 'usage' then key end) over (partition by source, event_id) as event_key,
    max(case when kind = 'usage' then key_id end) over (partition by source, event_id) as sent_with,
    max(case when kind = 'usage' then received_at end) over (partition by source, event_id) as first_received_at,
    row_number() over (
      partition by source, event_id
      order by coalesce(adjustment_number, 0) desc, adjustment_part
    ) as place
  from usage_events
  where usage_date between cast(? as date) and cast(? as date)
),
chosen as (
  select source, event_id, usage_date, event_key
  from entries
  where place = 1
    and coalesce(adjustment_part, '') <> 'reversal'
    and event_key is not null
    and (usage_date > cast(? as date) or event_key > ?)
    and source = coalesce(nullif(?, ''), source)
    and sent_with = coalesce(nullif(?, ''), sent_with)
    and first_received_at >= cast(? as timestamp(6))
    and team = coalesce(nullif(?, ''), team)
    and feature = coalesce(nullif(?, ''), feature)
    and environment = coalesce(nullif(?, ''), environment)
    and region = coalesce(nullif(?, ''), region)
    and customer_tier = coalesce(nullif(?, ''), customer_tier)
    and cost_class = coalesce(nullif(?, ''), cost_class)
    and provider = coalesce(nullif(?, ''), provider)
    and model = coalesce(nullif(?, ''), model)
    and service_tier = coalesce(nullif(?, ''), service_tier)
    and price_status = coalesce(nullif(?, ''), price_status)
    and policy_status = coalesce(nullif(?, ''), policy_status)
    and purpose = coalesce(nullif(?, ''), purpose)
    and case ?
      when '' then 'unallocated'
      when 'team' then team
      when 'feature' then feature
      when 'environment' then environment
      when 'region' then region
      when 'customer_tier' then customer_tier
      else case when 'unallocated' in (team, feature, environment, region, customer_tier) then 'unallocated' else '' end
    end = 'unallocated'
  order by usage_date, event_key
  limit 100
)
select
  e.key, e.kind, e.source, e.event_id, e.content_hash, e.event_time, e.usage_date, e.booked_month,
  e.received_at, e.key_id, e.team, e.feature, e.environment, e.region, e.customer_tier, e.cost_class,
  e.provider, e.model, e.service_tier, e.price_status, e.policy_status, e.purpose, e.customer_id,
  e.requested_model, e.speed, e.serving_location, e.response_id, e.requests, e.uncached_input_tokens,
  e.cache_read_tokens, e.cache_write_5m_tokens, e.cache_write_1h_tokens, e.image_input_tokens,
  e.audio_input_tokens, e.cached_audio_input_tokens, e.text_output_tokens, e.reasoning_tokens,
  e.image_output_tokens, e.audio_output_tokens, e.images, e.input_characters, e.audio_input_seconds,
  e.audio_output_seconds, e.video_output_seconds, e.pages, e.search_units, e.web_searches, e.charges, e.cost,
  e.list_cost, e.price_version, e.adjustment_number, e.adjustment_part, e.adjustment_request_id,
  e.adjustment_reason, e.adjustment_by, e.trace, e.sender_cost,
  json_format(cast(e.tags as json)) as tags_json
from usage_events as e
join chosen as c
on c.source = e.source and c.event_id = e.event_id and c.usage_date = e.usage_date
where e.usage_date between cast(? as date) and cast(? as date)
order by e.usage_date, c.event_key, coalesce(e.adjustment_number, 0), e.adjustment_part desc
