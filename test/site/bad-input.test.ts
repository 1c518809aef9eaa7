import { createHash } from 'node:crypto';
import { rmSync } from 'node:fs';
import { insertTerminal, insertVehicle, openDb } from '@plume/db';
import { encodeFrame, encodeRealtime } from '@plume/ingest/protocol';
import { mqttTransport } from '@plume/simulators';
import { connect } from 'mqtt';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Service, startService } from '../support/service.ts';
import { newDataDir } from '../support/site.ts';

const HOUR = 3600;
const DAY = 24 * HOUR;
const now = () => Math.floor(Date.now() / 1000);
const VIN = (index: number) => `LZZ5CLVB0JD${String(100_000 + index)}`;

/** A good frame of one sample. */
function frame(vin: string, timeSec: number): Uint8Array {
  return encodeRealtime({
    vin,
    layout: 'A',
    sendTimeSec: timeSec,
    seq: 1,
    records: [{ timeSec, bodies: [{ type: 0x02, values: { speedKmh: 50 } }] }],
  });
}
const text = (value: string) => new TextEncoder().encode(value);
const json = (samples: readonly string[]) => text(`{"v":1,"samples":[${samples.join(',')}]}`);
const sample = (offsetSec: number, rest = '"speedKmh":50') => `{"t":${(now() + offsetSec) * 1000},${rest}}`;
const broken = (vin: string, change: (bytes: Uint8Array) => void) => {
  const bytes = frame(vin, now());
  change(bytes);
  return bytes;
};

interface Case {
  readonly name: string;
  readonly payload: (vin: string) => Uint8Array;
  readonly code: string;
  readonly field: RegExp;
  /** Samples of the same message that are good and must be stored. */
  readonly neighbours?: number;
}

const CASES: readonly Case[] = [
  { name: 'bytes that are no frame', payload: () => Uint8Array.from([0x23, 0x24, 1, 2, 3]), code: 'BAD_FRAME', field: /^/ },
  {
    name: 'a wrong check byte',
    payload: (vin) => broken(vin, (bytes) => bytes.fill((bytes.at(-1) ?? 0) ^ 0xff, -1)),
    code: 'BAD_CHECKSUM',
    field: /frame\[0\]/,
  },
  {
    name: 'a frame that is cut short',
    payload: (vin) => frame(vin, now()).subarray(0, 40),
    code: 'BAD_LENGTH',
    field: /frame\[0\]/,
  },
  {
    name: 'a frame behind a broken one',
    payload: (vin) => Buffer.concat([broken(vin, (bytes) => bytes.fill((bytes.at(-1) ?? 0) ^ 0xff, -1)), frame(vin, now() - 60)]),
    code: 'BAD_CHECKSUM',
    field: /frame\[0\]/,
    neighbours: 1,
  },
  {
    name: 'an unknown command',
    payload: (vin) => encodeFrame({ command: 0x44, vin, data: new Uint8Array(10) }),
    code: 'UNKNOWN_COMMAND',
    field: /frame\[0\]/,
  },
  {
    name: 'an unknown layout',
    payload: (vin) => encodeFrame({ command: 2, vin, data: Uint8Array.from([26, 11, 1, 1, 1, 1, 0x66, 0x55, 0x44]) }),
    code: 'UNKNOWN_LAYOUT',
    field: /frame\[0\]/,
  },
  { name: 'text that is no JSON', payload: () => text('{"v":1,'), code: 'BAD_JSON', field: /^/ },
  { name: 'JSON of the wrong shape', payload: () => text('{"v":1,"rows":[]}'), code: 'BAD_SHAPE', field: /samples/ },
  {
    name: 'NaN among good samples',
    payload: () => json([sample(-9), sample(-8, '"speedKmh":NaN'), sample(-7)]),
    code: 'BAD_VALUE',
    field: /samples\[1\]\.speedKmh/,
    neighbours: 2,
  },
  {
    name: '1e300',
    payload: () => json([sample(-9), sample(-8, '"noxDownPpm":1e300')]),
    code: 'BAD_VALUE',
    field: /samples\[1\]\.noxDownPpm/,
    neighbours: 1,
  },
  {
    name: 'a string for a number, with U+0000 in it',
    payload: () => json([sample(-8, '"speedKmh":"\\u0000"'), sample(-7)]),
    code: 'BAD_VALUE',
    field: /samples\[0\]\.speedKmh/,
    neighbours: 1,
  },
  {
    name: 'the year 275760',
    payload: () => json(['{"t":8640000000000000,"speedKmh":1}', sample(-7)]),
    code: 'BAD_TIME',
    field: /samples\[0\]\.t/,
    neighbours: 1,
  },
  { name: 'a clock 8 h ahead', payload: () => json([sample(8 * HOUR)]), code: 'TIME_FUTURE', field: /samples\[0\]/ },
  { name: 'a clock a year behind', payload: (vin) => frame(vin, now() - 365 * DAY), code: 'TIME_TOO_OLD', field: /frame\[0\]/ },
  { name: 'a clock at 1970', payload: () => json(['{"t":1000,"speedKmh":1}']), code: 'TIME_TOO_OLD', field: /samples\[0\]/ },
  {
    name: 'a clock at 2099',
    payload: (vin) => frame(vin, Date.UTC(2099, 0, 1) / 1000),
    code: 'TIME_FUTURE',
    field: /frame\[0\]/,
  },
  { name: "another truck's VIN", payload: () => frame('LZZ5CLVB0JD999999', now()), code: 'WRONG_VEHICLE', field: /frame\[0\]/ },
];
const UNASSIGNED = CASES.length;
const LOGIN = CASES.length + 1;
const terminalOf = (index: number) => `bad-${index}`;

describe('bad input', () => {
  const dataDir = newDataDir();
  let service: Service;

  beforeAll(async () => {
    const db = await openDb({ url: null, dataDir });
    for (let index = 0; index < CASES.length + 2; index += 1) {
      const vehicleId = await insertVehicle(db, {
        vin: VIN(index),
        plate: `p${index}`,
        plateColor: undefined,
        district: undefined,
        enterprise: undefined,
        useType: undefined,
        fittedAtMs: 0,
        demo: false,
        recordedBy: 'test',
        parameters: {},
      });
      await insertTerminal(db, {
        id: terminalOf(index),
        secretHash: createHash('sha256').update('right').digest(),
        vendor: undefined,
        model: undefined,
        firmware: undefined,
        iccid: undefined,
        profile: {},
        demo: false,
        assignment: index === UNASSIGNED ? undefined : { vehicleId: vehicleId ?? 0, fromMs: 0 },
      });
    }
    await db.close();
    service = await startService({ dataDir });
  });
  afterAll(async () => {
    await service?.stop();
    rmSync(dataDir, { recursive: true, force: true });
  });

  interface Entry {
    readonly code: string;
    readonly field: string;
    readonly reason: string;
    readonly byteCount: number;
    readonly records: number;
  }

  async function ledgerOf(terminalId: string): Promise<Entry[]> {
    const answer = await service.api('GET', `/api/v1/ledger?terminal=${terminalId}`);
    const { entries } = answer as { entries: Entry[] };
    return entries;
  }

  async function storedOf(terminalId: string): Promise<number> {
    const { terminals } = (await service.api('GET', '/api/v1/link')) as {
      terminals: { terminalId: string; received: number; stored: number; duplicate: number; rejected: number }[];
    };
    const tally = terminals.find((each) => each.terminalId === terminalId);
    expect(tally?.received).toBe((tally?.stored ?? 0) + (tally?.duplicate ?? 0) + (tally?.rejected ?? 0));
    return tally?.stored ?? 0;
  }

  /** Publishes as the terminal; resolves after the PUBACK with the verdicts that came on `down`. */
  async function publish(index: number, payload: Uint8Array): Promise<Record<string, unknown>[]> {
    const verdicts: Record<string, unknown>[] = [];
    const link = await mqttTransport({
      url: `mqtt://127.0.0.1:${service.mqttPort}`,
      terminalId: terminalOf(index),
      secret: 'right',
      onDown: (bytes) => verdicts.push(JSON.parse(new TextDecoder().decode(bytes))),
    }).connect();
    await new Promise((resolve) => setTimeout(resolve, 100)); // the subscription to `down` comes first
    await link.publish(payload);
    for (let waited = 0; verdicts.length === 0 && waited < 2_000; waited += 20)
      await new Promise((resolve) => setTimeout(resolve, 20));
    await link.close();
    return verdicts;
  }

  it.each(CASES.map((each, index) => ({ ...each, index })))(
    '$name: acknowledged, told as $code, in the ledger, good neighbours stored',
    async ({ index, payload, code, field, neighbours }) => {
      const bytes = payload(VIN(index));
      const [verdict] = await publish(index, bytes);
      expect(verdict).toMatchObject({ v: 1, kind: 'reject', code, received: expect.stringMatching(/^\d{4}-/) });
      expect(verdict?.field).toMatch(field);
      const entries = await ledgerOf(terminalOf(index));
      expect(entries).toHaveLength(1);
      expect(entries[0]).toMatchObject({ code, field: verdict?.field, byteCount: bytes.length });
      expect(entries[0]?.reason.length).toBeGreaterThan(10);
      // The `online` and `offline` of the link are stored too.
      const events = (await storedOf(terminalOf(index))) - (neighbours ?? 0);
      expect([1, 2]).toContain(events);
    },
  );

  it('a terminal without a truck: kept whole, and taken in once the assignment is entered', async () => {
    const timeSec = now();
    expect(await publish(UNASSIGNED, frame(VIN(UNASSIGNED), timeSec))).toMatchObject([{ code: 'NO_VEHICLE' }]);
    const { vehicles } = (await service.api('GET', `/api/v1/vehicles?q=${VIN(UNASSIGNED)}`)) as { vehicles: { id: number }[] };
    await service.api('POST', '/api/v1/assignments', {
      terminalId: terminalOf(UNASSIGNED),
      vehicleId: vehicles[0]?.id,
      from: new Date((timeSec - HOUR) * 1000).toISOString(),
    });
    const deadline = Date.now() + 15_000;
    let latest: unknown;
    while (latest === undefined && Date.now() < deadline) {
      await new Promise((resolve) => setTimeout(resolve, 200));
      const detail = (await service.api('GET', `/api/v1/vehicles/${vehicles[0]?.id}`)) as {
        latest: Record<string, { value: number }>;
      };
      latest = detail.latest.speedKmh?.value;
    }
    expect(latest).toBe(50);
    expect(await ledgerOf(terminalOf(UNASSIGNED))).toMatchObject([{ code: 'NO_VEHICLE', resolution: expect.any(String) }]);
    expect(await storedOf(terminalOf(UNASSIGNED))).toBeGreaterThanOrEqual(2);
  });

  it.each([
    ['an unknown terminal', { clientId: 'nobody', username: 'nobody', password: 'right' }],
    ['a wrong secret', { clientId: terminalOf(LOGIN), username: terminalOf(LOGIN), password: 'wrong' }],
    ["another terminal's name", { clientId: terminalOf(LOGIN), username: terminalOf(0), password: 'right' }],
  ])('%s: refused at the door, and counted', async (_name, login) => {
    const client = connect(`mqtt://127.0.0.1:${service.mqttPort}`, { ...login, reconnectPeriod: 0 });
    const error = await new Promise<unknown>((resolve) => client.once('error', resolve));
    expect(error).toMatchObject({ code: expect.toBeOneOf([4, 5]) });
    client.end(true);
    const text = await (await fetch(new URL('/metrics', service.url))).text();
    const refused = [
      ...text.matchAll(/^plume_mqtt_refused_total\{reason="(?:unknown|wrong|userName|clientId)"\} (\d+)$/gm),
    ].reduce((sum, match) => sum + Number(match[1]), 0);
    expect(refused).toBeGreaterThan(0);
  });

  it('a foreign topic: cut, audited, nothing stored', async () => {
    const client = connect(`mqtt://127.0.0.1:${service.mqttPort}`, {
      clientId: terminalOf(LOGIN),
      username: terminalOf(LOGIN),
      password: 'right',
      reconnectPeriod: 0,
    });
    await new Promise((resolve) => client.once('connect', resolve));
    const cut = new Promise<void>((resolve) => client.once('close', () => resolve()));
    client.publish(`obd/v1/${terminalOf(0)}/up`, Buffer.from(frame(VIN(0), now())), { qos: 1 });
    await cut;
    client.end(true);
    const deadline = Date.now() + 10_000;
    let incidents: { kind: string; terminalId: string }[] = [];
    while (incidents.length === 0 && Date.now() < deadline) {
      await new Promise((resolve) => setTimeout(resolve, 250));
      const answer = (await service.api('GET', '/api/v1/incidents')) as { incidents: { kind: string; terminalId: string }[] };
      incidents = answer.incidents.filter((each) => each.kind === 'foreignTopic');
    }
    expect(incidents).toMatchObject([{ terminalId: terminalOf(LOGIN) }]);
    expect(await service.api('GET', '/api/v1/link')).not.toMatchObject({
      terminals: expect.arrayContaining([
        expect.objectContaining({ terminalId: terminalOf(LOGIN), received: expect.toSatisfy((count: number) => count > 1) }),
      ]),
    });
  });

  it('a payload over the bound: cut before it is read', async () => {
    const client = connect(`mqtt://127.0.0.1:${service.mqttPort}`, {
      clientId: terminalOf(LOGIN),
      username: terminalOf(LOGIN),
      password: 'right',
      reconnectPeriod: 0,
    });
    await new Promise((resolve) => client.once('connect', resolve));
    client.on('error', () => undefined);
    const cut = new Promise<void>((resolve) => client.once('close', () => resolve()));
    client.publish(`obd/v1/${terminalOf(LOGIN)}/up`, Buffer.alloc(70_000), { qos: 1 });
    await cut;
    client.end(true);
    expect((await fetch(new URL('/readyz', service.url))).status).toBe(200);
  });
});
