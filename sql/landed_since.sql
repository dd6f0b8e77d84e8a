-- Whether a run has anything to read: rows that have landed since a moment.
-- grain:  one row: landed, the number of rows
-- inputs: usage_landing from the given hour on; ?: the moment as 'YYYY-MM-DD hh:mm:ss.fff'
-- run by: the pipeline, to skip a run that has nothing to do
select count(*) as landed
from usage_landing
where landed_hour >= {{from_hour}} and landed_at > cast(? as timestamp(6))
