-- A day or a trip without a valid second has no NOx: what it emitted is not known, and 0 would say that it was nothing.
create or replace view analyst.days as
select d.vehicle_id, d.day, d.until, d.samples, d.first_time, d.last_time, d.engine_on_s, d.nox_valid_s, d.distance_km, d.work_kwh, d.fuel_kg, case when d.nox_valid_s > 0 then d.nox_g end as nox_g, d.co2_g, d.transmission_rate, d.nox_valid_share, d.p90_g_per_kwh, d.method_class, d.conflicts, d.worst_level, d.formula, d.rules_version, d.evaluated_at, (d.summary #>> '{quality,channels,noxDownPpm,effectiveRate}')::float8 as effective_rate
from truck_day d;
--> statement-breakpoint
comment on column analyst.days.nox_g is 'NOx as NO2 over the valid seconds [g]; null: there is no valid second';
--> statement-breakpoint
create or replace view analyst.trips as
select d.vehicle_id, d.day, to_timestamp((x.trip ->> 'fromSec')::float8) as from_time, to_timestamp((x.trip ->> 'toSec')::float8) as to_time,
  (x.trip #>> '{totals,engineOnS}')::float8 as engine_on_s, (x.trip #>> '{totals,noxValidS}')::float8 as nox_valid_s, (x.trip #>> '{totals,distanceKm}')::float8 as distance_km,
  (x.trip #>> '{totals,workKwh}')::float8 as work_kwh, (x.trip #>> '{totals,fuelKg}')::float8 as fuel_kg,
  case when (x.trip #>> '{totals,noxValidS}')::float8 > 0 then (x.trip #>> '{totals,noxG}')::float8 end as nox_g, (x.trip ->> 'p90')::float8 as p90_g_per_kwh
from truck_day d cross join lateral jsonb_array_elements(d.summary -> 'trips') as x (trip);
--> statement-breakpoint
comment on column analyst.trips.nox_g is 'NOx as NO2 over the valid seconds [g]; null: there is no valid second';
