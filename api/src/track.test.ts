import { toRaw } from '@plume/ingest/protocol';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { addSamples, addVehicle, objectOf, openTestApp, type TestApp } from './test-app.ts';

let test: TestApp;
let truck: number;
const FROM = Date.UTC(2026, 10, 23, 2, 0, 0) / 1000;
const raw = (id: 'lonDeg' | 'latDeg' | 'noxDownPpm', value: number) => toRaw(id, value);

beforeAll(async () => {
  test = await openTestApp();
  truck = await addVehicle(test.db, 'LFWSRXSJ2G1F00001', '新B00001');
  const samples = Array.from({ length: 100 }, (_, i) => ({
    timeSec: FROM + i,
    raw: {
      lonDeg: i === 0 ? null : raw('lonDeg', 87.3 + i * 0.001),
      latDeg: i === 0 ? null : raw('latDeg', 44 + i * 0.0005),
      noxDownPpm: i % 10 === 0 ? null : raw('noxDownPpm', i === 55 ? 900 : 100),
    },
  }));
  await addSamples(test.db, truck, samples, ['lonDeg', 'latDeg', 'noxDownPpm']);
  const minute = (at: number, lon: number, lat: number) =>
    test.db.query(
      `insert into truck_minute (vehicle_id, time, "lonDeg", "latDeg", formula) values ($1, to_timestamp($2), $3, $4, 'test')`,
      [truck, at, lon, lat],
      { priority: 'write' },
    );
  await minute(FROM, 87.3008, 44);
  await minute(FROM + 60, 87.3104, 44);
  await minute(FROM + 120, 87.3008, 44);
  // After an hour it is somewhere else: no road leads there.
  await minute(FROM + 3720, 88, 44.5);
});
afterAll(() => test.close());

const Track = z.object({
  bucketS: z.number(),
  t: z.array(z.number()),
  lon: z.array(z.number()),
  lat: z.array(z.number()),
  min: z.array(z.number().nullable()),
  max: z.array(z.number().nullable()),
});
const at = (sec: number) => encodeURIComponent(new Date(sec * 1000).toISOString());
const track = async (query: string) => Track.parse(await (await test.get(`/api/v1/vehicles/${truck}/track?${query}`)).json());

describe('the way of a truck', () => {
  it('has every position with the signal of its second, and leaves out seconds without one', async () => {
    const way = await track(`from=${at(FROM)}&to=${at(FROM + 100)}`);
    expect([way.bucketS, way.t.length, way.t[0]]).toEqual([1, 99, FROM + 1]);
    expect([way.lon[0], way.lat[0], way.max[0]]).toEqual([87.301, 44.0005, 100]);
    expect(way.max[9]).toBeNull();
  });

  it('is reduced to the first position of each bucket with the extremes of the signal, so that a peak stays', async () => {
    const way = await track(`from=${at(FROM)}&to=${at(FROM + 100)}&points=10`);
    expect([way.bucketS, way.t.length]).toEqual([10, 10]);
    const peak = way.t.indexOf(FROM + 50);
    expect([way.lon[peak], way.min[peak], way.max[peak]]).toEqual([87.35, 100, 900]);
  });

  it('of a truck there is not is not found, and of an unknown signal refused', async () => {
    expect((await test.get('/api/v1/vehicles/404/track')).status).toBe(404);
    expect((await test.get(`/api/v1/vehicles/${truck}/track?signal=nothing`)).status).toBe(400);
  });
});

it('roads are the ways between neighbouring minutes, both directions one, counted', async () => {
  const roads = await objectOf(await test.get('/api/v1/roads'));
  // 87.3008 and 87.3104 on a grid of 0.0016 degrees.
  expect(roads).toEqual({ stepDeg: 0.0016, days: 14, pieces: [54_563, 27_500, 54_569, 27_500, 2] });
});
