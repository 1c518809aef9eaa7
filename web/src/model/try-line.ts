import { isoBeijing } from './format.ts';

/** A mosquitto_pub line that sends one sample as a terminal would, QoS 1, ready to paste into a shell. */
export function tryLine(host: string, port: number, terminal: string, secret: string, nowMs: number): string {
  const message = { v: 1, samples: [{ t: isoBeijing(nowMs), speedKmh: 42, noxDownPpm: 48.2, ureaLevelPct: 71.6 }] };
  return `mosquitto_pub -V 311 -q 1 -h ${host} -p ${port} -i ${terminal} -u ${terminal} -P '${secret}' -t obd/v1/${terminal}/up -m '${JSON.stringify(message)}'`;
}
