-- Everything that customer_daily has of one customer, a page at a time; the customer is named by a hash.
-- grain:  one row per usage_date, feature and cost_class
-- inputs: customer_daily; ?: SHA-256 of the customer's id; ?, ?, ?, ?, ?: usage_date (twice), feature (twice) and
--         cost_class after which the page begins
-- run by: the export of a customer
select usage_date, feature, cost_class, entries, requests, cost, list_cost
from customer_daily
where lower(to_hex(sha256(to_utf8(customer_id)))) = ?
  and usage_date >= cast(? as date)
  and (usage_date > cast(? as date) or feature > ? or (feature = ? and cost_class > ?))
order by usage_date, feature, cost_class
limit 1000
