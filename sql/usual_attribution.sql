-- Of each dimension the values that most events of a source and key have, the five commonest ones: what an event of the
-- same sender that lacks the dimension is likely to be for.
-- grain:  one row per source × key × dimension × value
-- inputs: usage_events; ?, ?: the first and last usage_date
-- run by: the list of the quarantine
with entries as (
  select
    source, team, feature, environment, region, customer_tier, adjustment_part,
    max(case when kind = 'usage' then key_id end) over (partition by source, event_id) as sent_with,
    row_number() over (
      partition by source, event_id
      order by coalesce(adjustment_number, 0) desc, adjustment_part
    ) as place
  from usage_events
  where usage_date between cast(? as date) and cast(? as date)
),
named as (
  select
    source, sent_with, dimension,
    case dimension
      when 'team' then team
      when 'feature' then feature
      when 'environment' then environment
      when 'region' then region
      else customer_tier
    end as filled
  from entries
  cross join (values ('team'), ('feature'), ('environment'), ('region'), ('customer_tier')) as d (dimension)
  where place = 1 and coalesce(adjustment_part, '') <> 'reversal'
),
counted as (
  select
    source, sent_with, dimension, filled, count(*) as events,
    row_number() over (partition by source, sent_with, dimension order by count(*) desc, filled) as place
  from named
  where filled <> 'unallocated'
  group by source, sent_with, dimension, filled
)
select source, sent_with, dimension, filled, events
from counted
where place <= 5
order by source, sent_with, dimension, place
limit 5000
