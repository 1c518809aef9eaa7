/** What the service does with stored records that is not done with a file, and why. */
export const LEFT_OUT: readonly string[] = [
  'verdicts and leads (rules R-…): they look at up to 30 days, the registry and the fleet; a limit given by --limit is compared without the guard factor for uncertainty and without persistence',
  'fleet references: there are no other trucks of the model, so a learned air to fuel map, the joint distribution and medians of the model are not used',
  'trouble codes, MIL, tamper alarms, late share, clock error: they come with messages, not with rows',
  'hours, speed and temperature bands, and cells of the map: sums for statistics, of the same seconds',
  'rounding to the resolution of a signal: the service stores whole steps (0.05 ppm, 1/256 km/h, …), here the values of the file are taken as they are; a sample of a fraction of a second is kept, where the service keeps one a second',
  'repeated times: here they are resolved as the method says for files; the service keeps the first record and reports a conflict',
];
