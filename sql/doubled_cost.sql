-- What calls have cost that were reported more than once under the same id of the provider's, as they stand.
-- grain:  one row per day of the first report, provider and set of sources
-- inputs: usage_events of the given dates
-- run by: findings after a pipeline run
with standing as (
  select
    response_id, source, event_id,
    max(provider) as provider,
    min(usage_date) as usage_date,
    sum(requests) as requests,
    sum(coalesce(cost, cast(0 as decimal(38,12)))) as cost
  from usage_events
  where usage_date in ({{dates}}) and length(response_id) >= 8
  group by response_id, source, event_id
),
doubled as (
  select
    response_id,
    min(provider) as provider,
    min(usage_date) as usage_date,
    array_join(array_agg(distinct source order by source), ' + ') as sources,
    sum(requests) - max(requests) as requests,
    sum(cost) - max(cost) as excess_cost
  from standing
  where requests > 0
  group by response_id
  having count(*) > 1
)
select
  usage_date, provider, sources,
  count(*) as calls,
  cast(sum(requests) as bigint) as requests,
  sum(excess_cost) as excess_cost
from doubled
group by usage_date, provider, sources
order by usage_date, provider, sources
