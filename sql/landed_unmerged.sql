-- Whether rows that landed a while ago are not merged: they appeared too late for the run that read up to their moment.
-- grain:  one row: landed, the number of rows
-- inputs: usage_landing from the given hour on; the keys of usage_events of the given days, and imported ones
-- run by: the pipeline, when nothing has landed since its last run
select count(*) as landed
from usage_landing as d
left join (
  select key from usage_events where usage_date between {{known_from}} and {{known_to}}
  union all
  select key from usage_events where import_id <> ''
) as e
on e.key = d.key
where d.landed_hour >= {{from_hour}} and e.key is null
