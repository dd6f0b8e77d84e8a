-- Spend that looks as if it belonged to another environment than its key books to, as it stands: usage of customers, or
-- what said it was of production, on a key of development or staging; and the reverse. What a person has booked instead
-- of it is told of nobody.
-- grain:  one row per day, key, source, environment and sign
-- inputs: usage_events of the given dates
-- run by: findings after a pipeline run
with said as (
  select
    usage_date, kind, key_id, source, event_id, environment, purpose, customer_id, requests, cost,
    replace(replace(lower(trim(json_extract_scalar(trace, '$.overridden.environment'))), '_', '-'), ' ', '-') as sent
  from usage_events
  where usage_date in ({{dates}})
),
signs as (
  select
    usage_date, kind, key_id, source, event_id, environment, requests,
    coalesce(cost, cast(0 as decimal(38,12))) as cost,
    case
      when environment in ('development', 'staging') and sent in ('production', 'prod', 'prd', 'live')
        then 'said production'
      when environment in ('development', 'staging') and purpose = 'customer_facing' and customer_id is not null
        then 'named customers'
      when environment = 'production'
        and sent in (
          'development', 'dev', 'develop', 'devel', 'local', 'localhost', 'sandbox', 'test', 'testing', 'ci',
          'staging', 'stage', 'stg', 'preprod', 'pre-prod', 'pre-production', 'preview', 'qa', 'uat'
        )
        then 'said another environment'
      when environment = 'production' and purpose in ('evaluation', 'experiment') then 'was an experiment'
    end as sign
  from said
),
standing as (
  select
    usage_date, source, event_id, environment, sign,
    max(case when kind = 'usage' then key_id end) as sent_with,
    sum(requests) as requests,
    sum(cost) as cost
  from signs
  where sign is not null
  group by usage_date, source, event_id, environment, sign
)
select
  usage_date, sent_with as key_id, source, environment, sign,
  cast(sum(requests) as bigint) as requests,
  sum(cost) as cost
from standing
where requests > 0 and sent_with is not null
group by usage_date, sent_with, source, environment, sign
order by usage_date, sent_with, source, environment, sign
