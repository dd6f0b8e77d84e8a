-- What each customer costs: the 100 customers that cost most in the last 30 days with usage, and by which feature most.
-- How to read it: cogs_usd is the part that counts as cost of goods sold, which a customer's margin is made of.
-- 'unallocated' is usage that names no customer, 'erased' that of customers who were erased.
-- grain:  one row per customer_id
-- inputs: customer_daily of 30 days, the last of them the latest day that has usage
-- run by: analysts
with days as (
  select max(usage_date) as last_day from customer_daily
),
parts as (
  select
    customer_id, feature,
    sum(requests) as requests,
    sum(cost) as cost,
    sum(case when cost_class = 'cogs' then cost else cast(0 as decimal(38,12)) end) as cogs
  from customer_daily
  cross join days
  where usage_date > date_add('day', -30, last_day) and usage_date <= last_day
  group by customer_id, feature
)
select
  customer_id,
  sum(requests) as requests,
  sum(cost) as cost_usd,
  sum(cogs) as cogs_usd,
  max_by(feature, cost) as costliest_feature
from parts
group by customer_id
order by cost_usd desc, customer_id
limit 100
