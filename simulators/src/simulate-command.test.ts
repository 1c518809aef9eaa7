import { afterEach, describe, expect, it } from 'vitest';
import { registerFleet } from './register.ts';
import { planSimulation, simulate } from './simulate-command.ts';
import { type PubackServer, pubackServer } from './test-broker.ts';
import { beijing } from './test-kit.ts';

const NOW_MS = beijing('2026-11-20T12:00:00') * 1000;

describe('planSimulation', () => {
  it('takes the defaults: 36 trucks of seed 1, live', () => {
    const planned = planSimulation({}, NOW_MS);
    expect(
      planned.ok && [
        planned.plan.specs.length,
        planned.plan.speed,
        planned.plan.fromSec,
        planned.plan.toSec,
        planned.plan.badLink,
      ],
    ).toEqual([36, undefined, undefined, undefined, undefined]);
  });

  it('reads Beijing days, times with an offset, and times ago', () => {
    const times = (from: string, to: string): unknown => {
      const planned = planSimulation({ from, to }, NOW_MS);
      return planned.ok ? [planned.plan.fromSec, planned.plan.toSec] : planned.errors;
    };
    expect(times('2026-11-01', '2026-11-04')).toEqual([beijing('2026-11-01T00:00:00'), beijing('2026-11-04T00:00:00')]);
    expect(times('2026-11-01T00:00:00Z', '-3h')).toEqual([beijing('2026-11-01T08:00:00'), beijing('2026-11-20T09:00:00')]);
  });

  it.each([
    [{ trucks: '0' }, '--trucks must be a number from 1 to 20000, not "0"'],
    [{ trucks: '2.5' }, '--trucks must be a whole number'],
    [{ seed: 'abc' }, '--seed must be a number'],
    [{ speed: '' }, '--speed must be a number'],
    [{ speed: '10' }, '--speed needs --from'],
    [{ to: '-1d' }, '--to needs --from'],
    [{ from: '-1d', to: '-2d' }, '--to must be later than --from'],
    [{ from: 'yesterday' }, '--from "yesterday" is no time'],
    [{ from: '2026-11-01T08:00:00' }, 'is no time; write 2026-11-01, 2026-11-01T08:00:00+08:00 or -3d'],
    [{ from: '2020-01-01', to: '-1d' }, 'lies before the simulated world'],
    [{ loss: '0.9' }, '--loss must be a number from 0 to 0.5'],
  ])('refuses %j with a sentence', (args, sentence) => {
    const planned = planSimulation(args, NOW_MS);
    expect(planned.ok ? '' : planned.errors.join('\n')).toContain(sentence);
  });
});

describe('registerFleet', () => {
  /** A service that has the first truck already, without a terminal. */
  const enterAgain = async (demo: boolean) => {
    const planned = planSimulation({ trucks: '1' }, NOW_MS);
    if (!planned.ok) throw new Error(planned.errors.join());
    const [spec] = planned.plan.specs;
    const made: object[] = [];
    const secrets = await registerFleet((method, path, body) => {
      if (path.endsWith('/rotate')) return Promise.reject(Object.assign(new Error('no terminal'), { status: 404 }));
      if (method === 'GET') return Promise.resolve({ vehicles: [{ id: 7, vin: spec?.vin, demo }] });
      if (path === '/api/v1/vehicles') return Promise.reject(Object.assign(new Error('already entered'), { status: 409 }));
      made.push(body ?? {});
      return Promise.resolve({ secret: 's' });
    }, planned.plan.specs);
    return { secrets: [...secrets], made, terminalId: spec?.terminal.id };
  };

  it('goes on with a demonstration truck that an interrupted start left without a terminal', async () => {
    const { secrets, made, terminalId } = await enterAgain(true);
    expect(made).toMatchObject([{ id: terminalId, vehicleId: 7, demo: true }]);
    expect(secrets).toEqual([[terminalId, 's']]);
  });

  it("does not take another's truck that has the VIN", async () => {
    await expect(enterAgain(false)).rejects.toThrow('already entered');
  });
});

describe('simulate', () => {
  let server: PubackServer | undefined;
  afterEach(async () => server?.stop());
  const signal = new AbortController().signal;
  const register = (specs: readonly { terminal: { id: string } }[]): Promise<Map<string, string>> =>
    Promise.resolve(new Map(specs.map(({ terminal }) => [terminal.id, 's'])));

  it('writes history straight into the pipeline where it is in this process, over MQTT where not: the same samples', async () => {
    const planned = planSimulation({ trucks: '5', from: '2026-11-18T13:00:00+08:00', to: '2026-11-18T13:15:00+08:00' }, NOW_MS);
    if (!planned.ok) throw new Error(planned.errors.join());
    server = await pubackServer();
    const direct = await simulate(planned.plan, {
      register,
      url: 'mqtt://127.0.0.1:1',
      accept: () => Promise.resolve({ ack: true }),
      signal,
    });
    const remote = await simulate(planned.plan, { register, url: `mqtt://127.0.0.1:${server.port}`, signal });
    expect(direct.samples).toBeGreaterThan(2000);
    expect(remote.samples).toBe(direct.samples);
  });
});
