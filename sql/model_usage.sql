-- Who has used which model when. Adjustments count for the key that the event was sent with. A filter that is '' lets
-- everything through; teams stand between bars in a list, bars within doubled: '|search|,|ops|'.
-- grain:  one row per usage_date × provider × model × team × environment × sending key × policy_status; at most 5,001
-- inputs: usage_events; ?, ?: the first and last usage_date; ?, ?: provider and model; ?, ?: the teams, twice
-- run by: the audit of model usage
with entries as (
  select
    usage_date, provider, model, team, environment, policy_status, kind, requests, cost,
    max(case when kind = 'usage' then key_id end) over (partition by source, event_id) as sent_with
  from usage_events
  where usage_date between cast(? as date) and cast(? as date)
)
select
  usage_date, provider, model, team, environment, coalesce(sent_with, '') as sent_with, policy_status,
  count(case when kind = 'usage' then 1 end) as events,
  cast(sum(cast(requests as decimal(38,0))) as varchar) as requests,
  coalesce(sum(cost), cast(0 as decimal(38,12))) as cost
from entries
where provider = coalesce(nullif(?, ''), provider)
  and model = coalesce(nullif(?, ''), model)
  and (? = '' or strpos(?, concat('|', replace(team, '|', '||'), '|')) > 0)
group by usage_date, provider, model, team, environment, coalesce(sent_with, ''), policy_status
having sum(cast(requests as decimal(38,0))) <> 0 or coalesce(sum(cost), cast(0 as decimal(38,12))) <> cast(0 as decimal(38,12))
order by usage_date, provider, model, team, environment, sent_with, policy_status
limit 5001
