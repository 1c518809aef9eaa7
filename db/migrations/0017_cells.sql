-- Emission by cell of the map. Days that were evaluated before are evaluated anew, so that they have sums and cells too.
create table truck_cells (
  span text not null check (span in ('day', 'month')),
  day date not null,
  vehicle_id int not null references vehicles (id),
  x int4[] not null,
  y int4[] not null,
  hour int4[] not null,
  passes int4[] not null,
  seconds real[] not null,
  valid_s real[] not null,
  nox_g real[] not null,
  km real[] not null,
  dropped_s float8 not null default 0,
  primary key (span, day, vehicle_id)
);
--> statement-breakpoint
comment on table truck_cells is 'What a truck did in the cells of the map (0.005°) over a Beijing day, and over a month under its first day, by hour of day: arrays of one length, at most 4,000 entries a day and 20,000 a month. Written by the evaluator in the transaction of the truck-day.';
--> statement-breakpoint
comment on column truck_cells.x is 'South-west corner of the cell: longitude ÷ 0.005°; y: latitude ÷ 0.005°; hour: of the Beijing day';
--> statement-breakpoint
comment on column truck_cells.passes is 'Times the truck came in; seconds: engine on; valid_s: of these with a valid NOx mass; nox_g, km: NOx [g] and distance [km] over the valid seconds';
--> statement-breakpoint
select count(mark_evaluated_days(id, '-infinity', 'infinity', 'sums and cells are made of days evaluated before')) from vehicles;
