-- How many different customers used a feature in some days, and how many of the calls name their customer.
-- grain:  one row per feature × cost_class
-- inputs: customer_daily; ?, ?: the first and last usage_date
-- run by: drivers, scenarios and the bridge
select
  feature, cost_class,
  count(
    distinct case
      when customer_id <> 'unallocated' and requests > cast(0 as decimal(38,0)) then customer_id
    end
  ) as active_customers,
  sum(case when customer_id <> 'unallocated' then requests else cast(0 as decimal(38,0)) end) as named_requests
from customer_daily
where usage_date between cast(? as date) and cast(? as date)
group by feature, cost_class
order by feature, cost_class
