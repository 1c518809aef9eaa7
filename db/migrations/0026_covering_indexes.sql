-- What every statistic asks of a year (when its days were evaluated last; the sums of whole truck-days) is read from an index alone: the rows
-- lie scattered between summaries and the other kinds. Nothing is lost; it can be undone by the indices as they were.
drop index truck_day_day;
--> statement-breakpoint
create index truck_day_day on truck_day (day, vehicle_id) include (evaluated_at);
--> statement-breakpoint
create index truck_sums_whole_days on truck_sums (day, vehicle_id) include (bin, days, nox_days, engine_on_s, nox_valid_s, nox_g, co2_g, fuel_kg, work_kwh, distance_km, nox_of_work_g, work_of_nox_kwh, nox_of_fuel_g, fuel_of_nox_kg, nox_of_distance_g, distance_of_nox_km, idle_nox_g, idle_nox_s, filled_nox_g, filled_s, unfilled_s)
  where span = 'day' and kind = 'day';
