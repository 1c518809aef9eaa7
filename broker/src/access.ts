/** The rule every terminal id follows; the same as the table `terminals` checks. */
export const TERMINAL_ID = /^[A-Za-z0-9_-]{1,64}$/;

/** The three topics of one terminal. */
export interface TerminalTopics {
  up: string;
  status: string;
  down: string;
}

/** Topics of a terminal: it writes `up` and `status`, and reads `down`. There are no others. */
export function topicsOf(terminalId: string): TerminalTopics {
  const root = `obd/v1/${terminalId}`;
  return { up: `${root}/up`, status: `${root}/status`, down: `${root}/down` };
}

/** Text of the error by which a hook has a connection cut; what was wrong has been reported by then. */
export const REFUSED = 'not allowed';

const QUOTED_CHARS = 80;

/** Text from outside, safe for a log line: cut, quoted, control characters and lone surrogates escaped. */
export function quoted(text: string): string {
  return JSON.stringify(text.length > QUOTED_CHARS ? `${text.slice(0, QUOTED_CHARS)}…` : text);
}

/** The id when it is well-formed, else null: an id as claimed must not carry anything into logs and tables. */
export function wellFormedId(claimed: string): string | null {
  return TERMINAL_ID.test(claimed) ? claimed : null;
}

/** An address without the IPv4-in-IPv6 prefix. */
export function plainAddress(address: string | undefined): string | null {
  if (address === undefined) return null;
  return address.startsWith('::ffff:') ? address.slice('::ffff:'.length) : address;
}
