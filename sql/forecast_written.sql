-- The scopes of which a run is written whole.
-- grain:  one row per scope
-- inputs: forecast_daily of runs as of first_day to last_day; ?: run_id
-- run by: the pipeline, before it writes a run
select scope
from forecast_daily
where as_of >= {{first_day}} and as_of <= {{last_day}} and run_id = ? and days_ahead = 90
group by scope
order by scope
