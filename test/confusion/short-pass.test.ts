import type { ScenarioId } from '@plume/simulators';
import { expect, it } from 'vitest';
import { type Extent, faultyCases, healthyCases } from './cases.ts';
import { table } from './print.ts';
import { runCase } from './run-case.ts';
import { tally } from './tally.ts';
import { brokenPromises } from './verdict.ts';

/** A few trucks, few days, terminals of 10 s and no references; `npm run confusion` is the whole of it. */
const EXTENT: Extent = {
  seed: 3,
  healthyTrucks: 4,
  healthyDays: 3,
  faultyTrucks: 1,
  daysBefore: 1,
  faultyDays: 7,
  referenceTrucks: 0,
  referenceDays: 0,
  periodS: 10,
};
/** Faults of every kind, and what only looks like one. */
const SCENARIOS: readonly ScenarioId[] = [
  'scrFailed',
  'ureaNotFilled',
  'ureaDiluted',
  'ureaRegulator',
  'ammoniaSlip',
  'noxSensorStuck',
  'noxEmulator',
  'noxScaledCopy',
  'noxUnplugged',
  'dpfRemoved',
  'fuelTheft',
  'slopeParking',
  'noScr',
];

it('every injected fault is found within the days that its rule promises, and nothing else', () => {
  const cases = [...healthyCases(EXTENT), ...SCENARIOS.flatMap((scenario) => faultyCases(EXTENT, scenario))];
  const tallies = tally(cases.map((of) => ({ spec: of.spec, result: runCase(of, () => null) })));
  const broken = brokenPromises(tallies, { enoughDays: false, allAsked: false });
  if (broken.length > 0) console.log(table(tallies));
  expect(broken).toEqual([]);
  for (const { scenario, cells } of tallies)
    expect([scenario, [...cells.values()].some(({ found }) => found > 0)]).toEqual([scenario, true]);
}, 60_000);
