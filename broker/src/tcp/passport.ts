import { quoted } from '../access.ts';
import type { Identification, IncidentKind, TcpProfile } from '../contract.ts';
import type { Refusal } from '../counters.ts';
import type { Hub } from '../hub.ts';
import { readHello } from './hello.ts';

/** Who a connection was let in as. */
export interface Passport {
  readonly ok: true;
  readonly vin: string;
  /** That of its login frame; null while it has sent none. */
  readonly iccid: string | null;
  readonly terminalId: string;
  readonly profile: TcpProfile;
}

/** Why it was not. */
export interface No {
  readonly ok: false;
  readonly terminalId: string | null;
  /** Under what it is counted, if at all. */
  readonly refusal: Refusal | null;
  /** Null: not worth an incident (the service is not ready). */
  readonly kind: IncidentKind | null;
  readonly detail: string;
}

/** Whose first frame is it, and may it come in by plain TCP? */
export function admitFirst(hub: Hub, frame: Uint8Array): Passport | No {
  const hello = readHello(frame);
  if (hello.ok) return identify(hub, hello.vin, hello.iccid);
  return {
    ok: false,
    terminalId: null,
    refusal: hello.kind === 'unknownVin' ? 'unknown' : null,
    kind: hello.kind,
    detail: hello.detail,
  };
}

/** A later login frame of the same connection: its ICCID counts. One with another VIN or none is for the pipeline to judge. */
export function admitLogin(hub: Hub, frame: Uint8Array, known: Passport): Passport | No {
  const hello = readHello(frame);
  return hello.ok && hello.vin === known.vin && hello.iccid !== null ? identify(hub, hello.vin, hello.iccid) : known;
}

/** Asks the registry. A fault of it asks the terminal to come back. */
export function identify(hub: Hub, vin: string, iccid: string | null): Passport | No {
  const found = ask(hub, vin, iccid);
  if (found.ok) return { ok: true, vin, iccid, terminalId: found.terminalId, profile: found.profile };
  return { ok: false, terminalId: found.terminalId, ...NO[found.reason](vin, iccid) };
}

function ask(hub: Hub, vin: string, iccid: string | null): Identification {
  if (hub.isStopping) return { ok: false, reason: 'unavailable', terminalId: null };
  try {
    return hub.deps.identify(vin, iccid);
  } catch (cause) {
    hub.deps.log.error({ err: cause, vin }, 'identify failed; the terminal is asked to come back');
    return { ok: false, reason: 'unavailable', terminalId: null };
  }
}

const NO: Record<
  Extract<Identification, { ok: false }>['reason'],
  (vin: string, iccid: string | null) => Pick<No, 'refusal' | 'kind' | 'detail'>
> = {
  unknown: (vin) => ({ refusal: 'unknown', kind: 'unknownVin', detail: `no terminal is on a truck with VIN ${quoted(vin)}` }),
  notAllowed: (vin) => ({
    refusal: 'tcpNotAllowed',
    kind: 'tcpNotAllowed',
    detail: `the terminal of VIN ${quoted(vin)} may not use plain TCP; an operator allows it in the terminal's profile`,
  }),
  wrongIccid: (vin, iccid) => ({
    refusal: 'wrongIccid',
    kind: 'wrongIccid',
    detail: `VIN ${quoted(vin)} logs in with ICCID ${quoted(iccid ?? '')}, which is not the registered one`,
  }),
  revoked: () => ({ refusal: 'revoked', kind: 'revoked', detail: 'the terminal is revoked' }),
  unavailable: () => ({ refusal: 'unavailable', kind: null, detail: 'not ready' }),
};
