-- Usage that stands unallocated: what each event lacks, and what was sent where the company's registry does not know it.
-- grain:  one row per set of missing dimensions × unknown values × source × key × provider × model; the 1,000 that cost most
-- inputs: usage_events; ?, ?: the first and last usage_date
-- run by: the list of the quarantine
with entries as (
  select
    source, team, feature, environment, region, customer_tier, provider, model, usage_date, requests, cost, trace,
    adjustment_part,
    max(case when kind = 'usage' then key_id end) over (partition by source, event_id) as sent_with,
    row_number() over (
      partition by source, event_id
      order by coalesce(adjustment_number, 0) desc, adjustment_part
    ) as place
  from usage_events
  where usage_date between cast(? as date) and cast(? as date)
),
lacking as (
  select
    source, sent_with, provider, model, usage_date, requests, cost,
    case when team = 'unallocated' then 1 else 0 end as lacks_team,
    case when feature = 'unallocated' then 1 else 0 end as lacks_feature,
    case when environment = 'unallocated' then 1 else 0 end as lacks_environment,
    case when region = 'unallocated' then 1 else 0 end as lacks_region,
    case when customer_tier = 'unallocated' then 1 else 0 end as lacks_customer_tier,
    case when team = 'unallocated' then json_extract_scalar(trace, '$.overridden.team') end as refused_team,
    json_extract_scalar(trace, '$.unregistered.team') as unknown_team,
    json_extract_scalar(trace, '$.unregistered.feature') as unknown_feature,
    json_extract_scalar(trace, '$.unregistered.environment') as unknown_environment,
    json_extract_scalar(trace, '$.unregistered.region') as unknown_region,
    json_extract_scalar(trace, '$.unregistered.customer_tier') as unknown_customer_tier
  from entries
  where place = 1
    and coalesce(adjustment_part, '') <> 'reversal'
    and 'unallocated' in (team, feature, environment, region, customer_tier)
)
select
  lacks_team, lacks_feature, lacks_environment, lacks_region, lacks_customer_tier,
  unknown_team, unknown_feature, unknown_environment, unknown_region, unknown_customer_tier, refused_team,
  source, sent_with, provider, model,
  count(*) as events,
  cast(sum(cast(requests as decimal(38,0))) as varchar) as requests,
  coalesce(sum(cost), cast(0 as decimal(38,12))) as cost,
  count(*) - count(cost) as unpriced,
  min(usage_date) as first_day,
  max(usage_date) as last_day
from lacking
group by
  lacks_team, lacks_feature, lacks_environment, lacks_region, lacks_customer_tier,
  unknown_team, unknown_feature, unknown_environment, unknown_region, unknown_customer_tier, refused_team,
  source, sent_with, provider, model
order by cost desc, events desc, source, sent_with, provider, model
limit 1000
