-- The days of what has landed: how many writes the merge needs, since one write takes at most 90 days, and which keys it
-- has to look at.
-- grain:  one row per usage_date: imported, the number of its rows that came by an import
-- inputs: usage_landing from the given hour on
-- run by: the pipeline, before the merge
select usage_date, count_if(import_id <> '') as imported
from usage_landing
where landed_hour >= {{from_hour}}
group by usage_date
order by usage_date
