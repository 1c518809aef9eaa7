import {
  BODY,
  encodeBody,
  encodeLogin,
  encodeLogout,
  encodeRealtime,
  encodeTamper,
  encodeTimeSync,
  type ObdInput,
  SIGNALS,
  toPhysical,
} from '@plume/ingest/protocol';
import { mix, uniform } from '../hash.ts';
import { newReading, type Reading } from '../truck/readings.ts';
import { faultsAt } from '../truck/scenarios.ts';
import type { Truck } from '../truck/truck.ts';
import { beijingSecondOfDay } from '../world/calendar.ts';
import { FrameWriter } from './frame-writer.ts';
import { beijingIso } from './wire-time.ts';

/** One MQTT message: back to back native frames, or JSON. */
export interface TerminalMessage {
  readonly terminalId: string;
  /** When the terminal sends it, true epoch seconds, were its link always up. */
  readonly sendSec: number;
  readonly payload: Uint8Array;
  /** Samples in it. */
  readonly samples: number;
}

/** Seconds between two records of a parked truck. */
export const PARKED_PERIOD_S = 60;
const GAP_BLOCK_S = 3600;
const GAP_LOW_S = 15;
const GAP_HIGH_S = 400;
const MAX_SEQ = 65_531;
/** Monitors of a diesel with SCR, and with DPF, in the supported word (bit 11, bit 10, and the comprehensive ones). */
const SUPPORTED = { always: 0b1110_1000_0000_0000, scr: 1 << 11, dpf: 1 << 10 };

/**
 * Everything a terminal sends, as a pure function of truck and time: the same window gives the same bytes, in history, live and after
 * a restart. Windows are the upload period long and end at multiples of it plus the terminal's phase.
 */
export class MessageSource {
  readonly truck: Truck;
  #writer: FrameWriter | undefined;
  #readings: Reading[] = [];
  #text = new TextEncoder();

  constructor(truck: Truck) {
    this.truck = truck;
    const { terminal, vin, hasSmokeSensor } = truck.spec;
    if (terminal.format !== 'json') {
      const supplement = terminal.format === 'H' ? [BODY.supplement] : [];
      const smoke = hasSmokeSensor ? [BODY.smoke] : [];
      this.#writer = new FrameWriter(vin, terminal.softwareVersion, terminal.format, [
        BODY.engineStream,
        ...supplement,
        ...smoke,
      ]);
    }
  }

  /** The first sending time at or after `timeSec`. */
  nextSendSec(timeSec: number): number {
    const { uploadPeriodS, phaseS } = this.truck.spec.terminal;
    return Math.ceil((timeSec - phaseS) / uploadPeriodS) * uploadPeriodS + phaseS;
  }

  /** The messages of the window that ends at `sendSec`, in order; often one, none while a parked truck has nothing new. */
  window(sendSec: number): TerminalMessage[] {
    const { spec } = this.truck;
    const { id, uploadPeriodS, recordPeriodS, format } = spec.terminal;
    const messages: TerminalMessage[] = [];
    let count = 0;
    const from = sendSec - uploadPeriodS;
    const start = this.truck.shiftStartOf(sendSec - 1);
    const faults = this.#faults(start);
    if (faults.silent) return messages;
    if (format !== 'json' && start >= from && start < sendSec) {
      const alarm = faults.tamperAlarm ? [this.tamper(start)] : [];
      messages.push({ terminalId: id, sendSec, payload: join([this.login(start), ...alarm, this.obd(start)]), samples: 0 });
    }
    for (let t = Math.ceil(from / recordPeriodS) * recordPeriodS; t < sendSec; t += recordPeriodS) {
      if (this.truck.engineOnAt(t) ? this.lost(t) : t % PARKED_PERIOD_S !== 0) continue;
      this.#readings[count] = this.truck.readAt(t, this.#readings[count] ?? newReading());
      count += 1;
    }
    if (count > 0) {
      const payload = format === 'json' ? this.#json(count, sendSec) : this.#frames(count, sendSec);
      messages.push({ terminalId: id, sendSec, payload, samples: count });
    }
    return messages;
  }

  /** Whether the terminal loses a second of a running engine by itself: a bus fault or a restart, in gaps within each hour. */
  lost(timeSec: number): boolean {
    const { seed, terminal } = this.truck.spec;
    const block = Math.floor(timeSec / GAP_BLOCK_S);
    const mean = (GAP_LOW_S + GAP_HIGH_S) / 2;
    if (uniform(seed, 111, block) * mean >= terminal.lossShare * GAP_BLOCK_S) return false;
    const length = GAP_LOW_S + (GAP_HIGH_S - GAP_LOW_S) * uniform(seed, 112, block);
    const begin = (GAP_BLOCK_S - length) * uniform(seed, 113, block);
    const into = timeSec - block * GAP_BLOCK_S;
    return into >= begin && into < begin + length;
  }

  /** What the terminal's clock shows at a true time. */
  clock(timeSec: number): number {
    return timeSec + this.#faults(timeSec).clockOffsetS;
  }

  /** A login frame. */
  login(timeSec: number): Uint8Array {
    const { vin, terminal } = this.truck.spec;
    return encodeLogin({
      vin,
      softwareVersion: terminal.softwareVersion,
      timeSec: this.clock(timeSec),
      seq: 1,
      iccid: terminal.iccid,
    });
  }

  /** A logout frame; its number is that of the login. */
  logout(timeSec: number): Uint8Array {
    const { vin, terminal } = this.truck.spec;
    return encodeLogout({ vin, softwareVersion: terminal.softwareVersion, timeSec: this.clock(timeSec), seq: 1 });
  }

  /** A tamper alarm; the receiver has no fix yet. */
  tamper(timeSec: number): Uint8Array {
    const { vin, terminal } = this.truck.spec;
    const { softwareVersion } = terminal;
    return encodeTamper({ vin, softwareVersion, timeSec: this.clock(timeSec), seq: 1, lonDeg: null, latDeg: null });
  }

  /** A request for the time. */
  timeSync(): Uint8Array {
    const { vin, terminal } = this.truck.spec;
    return encodeTimeSync({ vin, softwareVersion: terminal.softwareVersion });
  }

  /** An OBD block: monitors, counters, lamp and trouble codes as the scenario has them. */
  obd(timeSec: number): Uint8Array {
    const { spec } = this.truck;
    const faults = this.#faults(timeSec);
    const days = this.truck.planner.shiftAt(timeSec);
    const obd: ObdInput = {
      protocol: 2,
      mil: faults.mil,
      supported: SUPPORTED.always | (spec.hasScr ? SUPPORTED.scr : 0) | (spec.hasDpf ? SUPPORTED.dpf : 0),
      ready: 0,
      vin: spec.vin,
      calId: `${spec.engineModel}-${spec.stage}`,
      cvn: new Uint8Array([0, 8, 16, 24].map((shift) => (mix(spec.seed, 114, 0) >>> shift) & 0xff)),
      iupr: Array.from({ length: 18 }, (_, i) => Math.floor(days * (0.5 + (mix(spec.seed, 115, i) % 50) / 100))),
      dtcs: faults.dtcs.map(({ spn, fmi }) => `SPN ${spn} FMI ${fmi} OC ${1 + (days % 100)}`),
    };
    const layout = spec.terminal.format === 'json' ? 'B' : spec.terminal.format;
    const record = { timeSec: this.clock(timeSec), bodies: [{ type: BODY.obd, body: encodeBody({ type: BODY.obd, obd }) }] };
    return encodeRealtime({
      vin: spec.vin,
      softwareVersion: spec.terminal.softwareVersion,
      layout,
      sendTimeSec: this.clock(timeSec),
      seq: this.#seq(timeSec, 1),
      records: [record],
    });
  }

  #faults(timeSec: number): ReturnType<typeof faultsAt> {
    return faultsAt(this.truck.spec, this.truck.shiftStartOf(timeSec));
  }

  #seq(timeSec: number, periodS: number): number {
    return (Math.floor(beijingSecondOfDay(timeSec) / periodS) % MAX_SEQ) + 1;
  }

  #frames(count: number, sendSec: number): Uint8Array {
    const writer = this.#writer as FrameWriter;
    const { recordPeriodS, uploadPeriodS } = this.truck.spec.terminal;
    const offset = this.clock(sendSec - 1) - (sendSec - 1);
    const runs = this.#runs(count, writer.layout, recordPeriodS);
    const payload = new Uint8Array(runs.reduce((sum, run) => sum + writer.frameBytes(run), 0));
    let at = 0;
    let next = 0;
    for (const run of runs) {
      const first = this.#readings[next] as Reading;
      const time = writer.layout === 'H' ? sendSec : first.timeSec;
      writer.begin(
        payload,
        at,
        run,
        time + offset,
        writer.layout === 'H' ? this.#seq(sendSec, uploadPeriodS) : this.#seq(first.timeSec, recordPeriodS),
      );
      for (let i = 0; i < run; i += 1) {
        const reading = this.#readings[next + i] as Reading;
        writer.record(payload, at, i, reading, reading.timeSec + offset, this.#seq(reading.timeSec, recordPeriodS));
      }
      writer.finish(payload, at, run);
      at += writer.frameBytes(run);
      next += run;
    }
    return payload;
  }

  /** Records a frame can hold: all in H, one in B (it has one time), an evenly spaced run in A. */
  #runs(count: number, layout: 'A' | 'B' | 'H', periodS: number): number[] {
    if (layout === 'H') return [count];
    if (layout === 'B') return new Array<number>(count).fill(1);
    const runs: number[] = [];
    let length = 0;
    for (let i = 0; i < count; i += 1) {
      const spaced = i > 0 && (this.#readings[i]?.timeSec ?? 0) - (this.#readings[i - 1]?.timeSec ?? 0) === periodS;
      if (length > 0 && !spaced) {
        runs.push(length);
        length = 0;
      }
      length += 1;
    }
    runs.push(length);
    return runs;
  }

  #json(count: number, sendSec: number): Uint8Array {
    const offset = this.clock(sendSec - 1) - (sendSec - 1);
    let text = `{"v":1,"seq":${this.#seq(sendSec, this.truck.spec.terminal.uploadPeriodS)},"samples":[`;
    for (let i = 0; i < count; i += 1) {
      const { timeSec, raw } = this.#readings[i] as Reading;
      text += `${i === 0 ? '' : ','}{"t":"${beijingIso(timeSec + offset)}"`;
      for (let s = 0; s < SIGNALS.length; s += 1) {
        const value = raw[s] ?? Number.NaN;
        if (value >= 0) text += `,"${SIGNALS[s]?.id}":${toPhysical(s, value)}`;
      }
      text += '}';
    }
    return this.#text.encode(`${text}]}`);
  }
}

function join(parts: readonly Uint8Array[]): Uint8Array {
  const whole = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
}
