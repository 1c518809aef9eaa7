import type { TruckSpec } from './truck/spec.ts';

/** One request to the service's API; answers the JSON, throws an error with `status` when refused. */
export type Call = (method: 'GET' | 'POST', path: string, body?: object) => Promise<unknown>;

/** Enters the trucks and terminals that are missing and gives every terminal a new secret; answers the secrets by terminal id. */
export async function registerFleet(call: Call, specs: readonly TruckSpec[]): Promise<Map<string, string>> {
  const secrets = new Map<string, string>();
  for (const spec of specs) {
    const known = await rotate(call, spec.terminal.id);
    secrets.set(spec.terminal.id, known ?? (await enter(call, spec)));
  }
  return secrets;
}

/** A new secret of a terminal that is entered already; null when it is not. */
async function rotate(call: Call, terminalId: string): Promise<string | null> {
  try {
    return textOf(await call('POST', `/api/v1/terminals/${terminalId}/rotate`, { overlapHours: 0 }), 'secret');
  } catch (error) {
    if (error instanceof Error && 'status' in error && error.status === 404) return null;
    throw error;
  }
}

async function enter(call: Call, spec: TruckSpec): Promise<string> {
  const { vin, plate, plateColor, district, enterprise, useType, terminal } = spec;
  const { stage, ratedPowerKw, ratedRpm, referenceTorqueNm, fuelTankL, ureaTankL, engineModel, hasScr, hasDpf } = spec;
  const parameters = { stage, ratedPowerKw, ratedRpm, referenceTorqueNm, fuelTankL, ureaTankL, engineModel, hasScr, hasDpf };
  const body = { vin, plate, plateColor, district, enterprise, useType, demo: true, parameters };
  const vehicleId = await enterTruck(call, body);
  const profile = { recordPeriodS: terminal.recordPeriodS, ...(terminal.format === 'json' ? {} : { layout: terminal.format }) };
  const made = await call('POST', '/api/v1/terminals', {
    id: terminal.id,
    vendor: 'Plume',
    model: 'Simulator',
    iccid: terminal.iccid,
    profile,
    demo: true,
    vehicleId,
  });
  return textOf(made, 'secret');
}

/** The truck's number: entered now, or by a start that ended before it had a terminal. Another's truck with this VIN is not taken. */
async function enterTruck(call: Call, body: { readonly vin: string }): Promise<number> {
  try {
    return numberOf(await call('POST', '/api/v1/vehicles', body), 'id');
  } catch (error) {
    if (!(error instanceof Error && 'status' in error && error.status === 409)) throw error;
    const found = await call('GET', `/api/v1/vehicles?q=${encodeURIComponent(body.vin)}&signals=speedKmh`);
    const vehicles: unknown = typeof found === 'object' && found !== null ? Reflect.get(found, 'vehicles') : undefined;
    const known: unknown = Array.isArray(vehicles) ? vehicles.find((each) => isDemoTruck(each, body.vin)) : undefined;
    if (known === undefined) throw error;
    return numberOf(known, 'id');
  }
}

function isDemoTruck(vehicle: unknown, vin: string): boolean {
  if (typeof vehicle !== 'object' || vehicle === null) return false;
  return Reflect.get(vehicle, 'vin') === vin && Reflect.get(vehicle, 'demo') === true;
}

function textOf(answer: unknown, key: string): string {
  const value: unknown = typeof answer === 'object' && answer !== null ? Reflect.get(answer, key) : undefined;
  if (typeof value !== 'string') throw new Error(`the service's answer has no ${key}`);
  return value;
}

function numberOf(answer: unknown, key: string): number {
  const value: unknown = typeof answer === 'object' && answer !== null ? Reflect.get(answer, key) : undefined;
  if (typeof value !== 'number') throw new Error(`the service's answer has no ${key}`);
  return value;
}
