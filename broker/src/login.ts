import { quoted, TERMINAL_ID, topicsOf, wellFormedId } from './access.ts';
import { claimTerminal } from './claim-terminal.ts';
import type { Authentication, IncidentKind } from './contract.ts';
import type { Refusal } from './counters.ts';
import type { Hub } from './hub.ts';
import type { AuthenticateError, ConnectPacket } from './library.ts';
import type { Session } from './session.ts';

/** CONNACK return codes (MQTT 3.1.1, table 3.1). Code 1, wrong protocol version, is the library's. */
const CODE = { identifierRejected: 2, serverUnavailable: 3, notAuthorized: 5 } as const;

type Answer = (error: AuthenticateError | null, success: boolean | null) => void;

interface No {
  code: 2 | 3 | 5;
  refusal: Refusal;
  /** Null: not worth an incident (we are not ready, or stopping). */
  incident: IncidentKind | null;
  detail: string;
  /** A guess at a secret or an id: its answer is delayed. */
  isGuess: boolean;
}

/** Highest protocol version served: 4 is MQTT 3.1.1, 3 is MQTT 3.1. */
const MQTT_3_1_1 = 4;

/**
 * First look at a CONNECT. Remembers what it claims, and takes the keep-alive from the library: its own timer would cut a busy
 * terminal whose pings wait behind messages being stored. The connection's idle timer does it, counted from the last byte heard.
 */
export function noteConnect(session: Session, packet: ConnectPacket): void {
  session.claim = {
    clientId: packet.clientId,
    keepaliveS: packet.keepalive ?? 0,
    will: packet.will ? { topic: packet.will.topic, bytes: Buffer.byteLength(packet.will.payload) } : null,
  };
  packet.keepalive = 0;
  const version: number = packet.protocolVersion ?? MQTT_3_1_1;
  if (version > MQTT_3_1_1) {
    session.hub.refuse('protocolVersion');
    session.hub.raise(
      'badProtocol',
      wellFormedId(packet.clientId),
      session.gate.address,
      `MQTT version ${version} is not served`,
    );
  }
}

/** Who is it, and may it enter? Answers at once from memory; a guess is answered with a growing delay. */
export function checkLogin(session: Session, userName: string | undefined, secret: Buffer | undefined, answer: Answer): void {
  const no = verdictOn(session, userName, secret);
  if (no === null) {
    enter(session, answer);
    return;
  }
  const { hub, gate } = session;
  const claimed = session.claim?.clientId ?? '';
  hub.refuse(no.refusal);
  if (no.incident !== null) hub.raise(no.incident, wellFormedId(claimed), gate.address, no.detail);
  const delayMs = no.isGuess
    ? hub.failures.failed([`address ${gate.address}`, `terminal ${claimed.slice(0, 64)}`], performance.now())
    : 0;
  if (delayMs === 0 || hub.delayedAnswers >= hub.limits.maxDelayedAnswers) {
    refuse(no.code, no.detail, answer);
    return;
  }
  hub.delayedAnswers += 1;
  const timer = setTimeout(() => refuse(no.code, no.detail, answer), delayMs);
  session.whenClosed(() => {
    clearTimeout(timer);
    hub.delayedAnswers -= 1;
  });
}

function refuse(code: 2 | 3 | 5, detail: string, answer: Answer): void {
  answer(Object.assign(new Error(detail), { returnCode: code }), false);
}

/** Null: let it in. The order matters: nothing is revealed about a terminal before its secret has been checked. */
function verdictOn(session: Session, userName: string | undefined, secret: Buffer | undefined): No | null {
  const { hub, gate, claim } = session;
  if (hub.isStopping)
    return { code: CODE.serverUnavailable, refusal: 'stopping', incident: null, detail: 'stopping', isGuess: false };
  const id = claim?.clientId ?? '';
  if (!TERMINAL_ID.test(id)) {
    const detail = id === '' ? 'empty client id' : `client id ${quoted(id)} is not a terminal id`;
    return { code: CODE.identifierRejected, refusal: 'clientId', incident: 'badClientId', detail, isGuess: false };
  }
  if (userName !== id) {
    const detail = userName === undefined ? 'no user name' : `user name ${quoted(userName)} differs from the client id`;
    return { code: CODE.notAuthorized, refusal: 'userName', incident: 'userNameMismatch', detail, isGuess: true };
  }
  if (hub.requiresCertificate && gate.transport === 'mqtts' && gate.certificateName !== id) {
    const detail = `certificate is for ${quoted(gate.certificateName ?? '')}`;
    return { code: CODE.notAuthorized, refusal: 'certificate', incident: 'certificateMismatch', detail, isGuess: true };
  }
  const known = authenticate(hub, id, secret ?? Buffer.alloc(0));
  if (!known.ok) return byReason(known.reason);
  const will = claim?.will ?? null;
  if (will !== null && (will.topic !== topicsOf(id).status || will.bytes > hub.limits.maxStatusBytes)) {
    const detail = `last will of ${will.bytes} bytes on ${quoted(will.topic)}`;
    return { code: CODE.notAuthorized, refusal: 'will', incident: 'foreignWill', detail, isGuess: false };
  }
  return null;
}

function authenticate(hub: Hub, id: string, secret: Buffer): Authentication {
  try {
    return hub.deps.authenticate(id, secret);
  } catch (cause) {
    hub.deps.log.error({ err: cause, terminalId: id }, 'authenticate failed; the terminal is asked to come back');
    return { ok: false, reason: 'unavailable' };
  }
}

function byReason(reason: 'unknown' | 'wrong' | 'revoked' | 'unavailable'): No {
  switch (reason) {
    case 'unknown':
      return {
        code: CODE.notAuthorized,
        refusal: 'unknown',
        incident: 'unknownTerminal',
        detail: 'no such terminal',
        isGuess: true,
      };
    case 'wrong':
      return { code: CODE.notAuthorized, refusal: 'wrong', incident: 'wrongSecret', detail: 'wrong secret', isGuess: true };
    case 'revoked':
      return {
        code: CODE.notAuthorized,
        refusal: 'revoked',
        incident: 'revoked',
        detail: 'the terminal is revoked',
        isGuess: true,
      };
    case 'unavailable':
      return { code: CODE.serverUnavailable, refusal: 'unavailable', incident: null, detail: 'not ready', isGuess: false };
  }
}

/** The secret was right: takes the terminal from an earlier connection of it, or is asked to come back. */
function enter(session: Session, answer: Answer): void {
  const id = session.claim?.clientId ?? '';
  claimTerminal(session.hub, id, {
    address: session.address,
    isProven: true,
    isWaiting: () => session.gate.stage === 'login',
    enter: () => {
      session.identify(id, topicsOf(id));
      answer(null, true);
    },
    refuse: (detail) => refuse(CODE.serverUnavailable, detail, answer),
  });
}
