-- Makes customer_daily of some days equal to their entries: adds, replaces and removes rows in one write.
-- grain:  one row per usage_date, customer_id, feature and cost_class
-- inputs: usage_events and customer_daily of the given dates, at most 90
-- run by: the pipeline, when days have changed
merge into customer_daily as t
using (
  select
    usage_date, customer_id, feature, cost_class,
    sum(entries) as entries,
    sum(requests) as requests,
    sum(cost) as cost,
    sum(list_cost) as list_cost
  from (
    select
      usage_date, coalesce(customer_id, 'unallocated') as customer_id, feature, cost_class,
      cast(1 as decimal(38,0)) as entries,
      cast(requests as decimal(38,0)) as requests,
      coalesce(cost, cast(0 as decimal(38,12))) as cost,
      coalesce(list_cost, cast(0 as decimal(38,12))) as list_cost
    from usage_events
    where usage_date in ({{dates}})
    union all
    -- What stands already, without its sums: a combination that no entry has any more keeps zero entries.
    select
      usage_date, customer_id, feature, cost_class,
      cast(0 as decimal(38,0)) as entries,
      cast(0 as decimal(38,0)) as requests,
      cast(0 as decimal(38,12)) as cost,
      cast(0 as decimal(38,12)) as list_cost
    from customer_daily
    where usage_date in ({{dates}})
  ) as parts
  group by usage_date, customer_id, feature, cost_class
) as s
on t.usage_date = s.usage_date
and t.customer_id = s.customer_id
and t.feature = s.feature
and t.cost_class = s.cost_class
when matched and s.entries = 0 then delete
when matched then update set
  entries = s.entries,
  requests = s.requests,
  cost = s.cost,
  list_cost = s.list_cost
when not matched then insert (
  usage_date, customer_id, feature, cost_class, entries, requests, cost, list_cost
) values (
  s.usage_date, s.customer_id, s.feature, s.cost_class, s.entries, s.requests, s.cost, s.list_cost
)
