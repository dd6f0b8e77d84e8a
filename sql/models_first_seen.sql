-- The first day on which each team has used each model, of all that the lake knows.
-- grain:  one row per provider × model × team
-- inputs: cost_daily
-- run by: the report of models in use
select provider, model, team, min(usage_date) as first_seen
from cost_daily
group by provider, model, team
