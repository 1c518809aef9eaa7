import { decodeMessage, QUALITY_BYTES, SampleColumns, SIGNAL_COUNT } from '@plume/ingest/protocol';
import type { DayInput, DayMessage, DayObd, FleetReference, TruckFacts } from '@plume/ingest/rules';
import { MessageSource, SCENARIOS, type Truck } from '@plume/simulators';

export const DAY_S = 86_400;
const BEIJING_S = 8 * 3600;
/** Samples of the day before that a day is given (architecture, "The evaluator"). */
const LEAD_IN_S = 900;

/** Beijing midnight of a date [epoch s]. */
export function midnight(date: string): number {
  return Date.parse(`${date}T00:00:00Z`) / 1000 - BEIJING_S;
}

/** Beijing date of a time. */
export function dateOf(timeSec: number): string {
  return new Date((timeSec + BEIJING_S) * 1000).toISOString().slice(0, 10);
}

/**
 * The days of one truck as the service would have stored them: everything its terminal sends, encoded to frames or JSON, decoded by the
 * service's decoder, cut at Beijing midnight. A day's samples are valid until the next day is asked for. No database, no broker: repeated, reordered and lost messages are other tests' matter.
 */
export function* recordDays(
  truck: Truck,
  facts: TruckFacts,
  firstDate: string,
  days: number,
  referenceOf: (date: string) => FleetReference | null,
): Generator<DayInput, void, undefined> {
  const source = new MessageSource(truck);
  const { recordPeriodS, uploadPeriodS, format } = truck.spec.terminal;
  const profile = format === 'json' ? { recordPeriodS } : { recordPeriodS, stickyLayout: format };
  const start = midnight(firstDate);
  const columns = new SampleColumns(DAY_S);
  let obd: DayObd[] = [];
  let tamperSec: number[] = [];
  let messages: DayMessage[] = [];
  let send = source.nextSendSec(start - LEAD_IN_S + 1);
  for (let day = 0; day < days; day += 1) {
    const fromSec = start + day * DAY_S;
    const toSec = fromSec + DAY_S;
    for (; send - uploadPeriodS < toSec; send += uploadPeriodS) {
      for (const { payload } of source.window(send)) {
        const before = columns.count;
        for (const part of decodeMessage(payload, columns, profile).parts) {
          if (part.rejections.length > 0) throw new Error(`the decoder refused a simulated frame: ${part.rejections[0]?.reason}`);
          for (const { timeSec, mil, dtcs } of part.obd) obd.push({ timeSec, mil, dtcs: dtcs ?? [] });
          for (const { kind, timeSec } of part.controls) if (kind === 'tamper' && timeSec !== null) tamperSec.push(timeSec);
        }
        if (columns.count === before) continue;
        const [firstSec, lastSec] = [columns.timeSec[before] ?? 0, columns.timeSec[columns.count - 1] ?? 0];
        messages.push({ firstSec, lastSec, receivedSec: receivedAt(truck, send) });
      }
    }
    const of = <T>(list: readonly T[], time: (each: T) => number): T[] =>
      list.filter((each) => time(each) >= fromSec && time(each) < toSec);
    yield {
      date: dateOf(fromSec),
      fromSec,
      toSec,
      samples: rowsUntil(columns, toSec),
      facts,
      obd: of(obd, ({ timeSec }) => timeSec),
      tamperSec: of(tamperSec, (timeSec) => timeSec),
      messages: of(messages, ({ firstSec }) => firstSec),
      conflicts: 0,
      reference: referenceOf(dateOf(fromSec)),
    };
    keepFrom(columns, toSec - LEAD_IN_S);
    obd = obd.filter(({ timeSec }) => timeSec >= toSec);
    tamperSec = tamperSec.filter((timeSec) => timeSec >= toSec);
    messages = messages.filter(({ firstSec }) => firstSec >= toSec);
  }
}

/** When a message arrives: at once, or when the link is back, at noon in the scenario that has lost it for some hours. */
function receivedAt(truck: Truck, sendSec: number): number {
  const { scenario, faultFromSec } = truck.spec;
  const hours = SCENARIOS[scenario].faults.backlogHours;
  if (hours === 0 || sendSec < faultFromSec) return sendSec;
  const noon = midnight(dateOf(sendSec)) + DAY_S / 2;
  return sendSec > noon - hours * 3600 && sendSec < noon ? noon : sendSec;
}

/** The rows of a store up to a time, without a copy; rows are in the order of sending, and terminals send in order of time. */
function rowsUntil(columns: SampleColumns, toSec: number): DayInput['samples'] {
  let count = columns.count;
  while (count > 0 && (columns.timeSec[count - 1] ?? 0) >= toSec) count -= 1;
  const { timeSec, values, quality } = columns;
  return { count, timeSec, values, quality };
}

/** Forgets the rows before a time. */
function keepFrom(columns: SampleColumns, fromSec: number): void {
  let first = 0;
  while (first < columns.count && (columns.timeSec[first] ?? 0) < fromSec) first += 1;
  const { count, timeSec, values, quality } = columns;
  timeSec.copyWithin(0, first, count);
  values.copyWithin(0, first * SIGNAL_COUNT, count * SIGNAL_COUNT);
  quality.copyWithin(0, first * QUALITY_BYTES, count * QUALITY_BYTES);
  columns.truncate(count - first);
}
