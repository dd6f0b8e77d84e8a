-- Keys of some days that stand in usage_events more than once among the days to look at: there must be none.
-- grain:  one row per such key
-- inputs: usage_events: the keys of the given dates, and of the days to look at
-- run by: the pipeline, after the merge
select key, count(*) as copies
from usage_events
where usage_date between {{known_from}} and {{known_to}}
  and key in (select key from usage_events where usage_date in ({{dates}}))
group by key
having count(*) > 1
order by key
limit 10
