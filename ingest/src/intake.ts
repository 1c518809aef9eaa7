import type { Registry } from '@plume/db';
import type { ClockWatch } from './clock-watch.ts';
import type { Envelope } from './envelope.ts';
import {
  type ControlRecord,
  type DecodedMessage,
  decodeMessage,
  isQuarantined,
  type LayoutId,
  type MessagePart,
  type ObdBlock,
  type RejectCode,
  type SampleColumns,
} from './protocol/index.ts';
import { rowPath } from './row-path.ts';

/** Sample times later than receipt by more than this are not believed. */
export const FUTURE_LIMIT_S = 300;
/** 2000-01-01, the earliest time that a native frame can say. */
const EARLIEST_SEC = 946_684_800;

/** Records of one message that are not stored, folded by code. */
export interface Refusal {
  readonly code: RejectCode;
  readonly disposition: 'rejected' | 'quarantined';
  /** Path of the first of them. */
  readonly field: string;
  readonly reason: string;
  records: number;
  readonly vehicleId: number | null;
  readonly vin: string | null;
  firstSec: number | null;
  lastSec: number | null;
}

export interface ObdIntake {
  readonly block: ObdBlock;
  readonly vehicleId: number;
}

export interface EventIntake {
  readonly kind: ControlRecord['kind'] | 'status';
  readonly timeSec: number;
  readonly seq: number | null;
  readonly detail: Record<string, unknown>;
  readonly vehicleId: number | null;
  readonly field: string;
}

/** One message, decoded and checked. Its samples are the rows of the batch's columns with its index. */
export interface Intake {
  readonly envelope: Envelope;
  /** What the message was decoded to; rows are those of the batch's columns. */
  parts: readonly MessagePart[];
  /** Records in the message. */
  received: number;
  readonly refusals: Refusal[];
  readonly obd: ObdIntake[];
  readonly events: EventIntake[];
  undecodedBytes: number;
  unknownKeys: number;
  placeholderVins: number;
  /** Command 03: never live, whatever the times say. */
  reissued: boolean;
}

/** Rows of this vehicle id are not stored. */
export const NO_VEHICLE_ID = -1;

/** What is asked while a message is taken in. All of it is in memory. */
export interface IntakeContext {
  readonly registry: Registry;
  readonly clocks: ClockWatch;
  readonly layouts: Map<string, LayoutId>;
  /** 0: no limit. */
  readonly maxAgeDays: number;
}

/** Where the rows of a batch are: its columns, and for each row its truck. */
export interface RowTarget {
  readonly columns: SampleColumns;
  setVehicle(row: number, vehicleId: number): void;
}

function emptyIntake(envelope: Envelope): Intake {
  return {
    envelope,
    parts: [],
    received: 0,
    refusals: [],
    obd: [],
    events: [],
    undecodedBytes: 0,
    unknownKeys: 0,
    placeholderVins: 0,
    reissued: false,
  };
}

/** A message that a fault of ours kept from being read: one record, quarantined whole. */
export function unreadable(envelope: Envelope, error: unknown): Intake {
  const intake = emptyIntake(envelope);
  intake.received = 1;
  refuse(intake, {
    code: 'POISON',
    reason: `the service failed to read this message (${error instanceof Error ? error.message : String(error)})`,
    field: '',
    vin: null,
    vehicleId: null,
    timeSec: null,
  });
  return intake;
}

/** Decodes and checks one message; appends its samples to the target. */
export function takeIn(envelope: Envelope, target: RowTarget, context: IntakeContext): Intake {
  const intake = emptyIntake(envelope);
  if (envelope.channel === 'status') {
    takeStatus(intake, context);
    return intake;
  }
  const stickyLayout = context.layouts.get(envelope.terminalId);
  const recordPeriodS = context.registry.terminal(envelope.terminalId)?.recordPeriodS ?? 1;
  const message = decodeMessage(
    envelope.payload,
    target.columns,
    stickyLayout === undefined ? { recordPeriodS } : { recordPeriodS, stickyLayout },
  );
  intake.parts = message.parts;
  takeRejections(intake, message.rejections);
  const clockOff = watchClock(message, target.columns, intake, context);
  for (const part of message.parts) takePart(intake, part, target, context, clockOff);
  return intake;
}

/** Time of receipt in epoch seconds, with its fraction. */
export function receivedSec(envelope: Envelope): number {
  return envelope.receivedAtMs / 1000;
}

function takeStatus(intake: Intake, context: IntakeContext): void {
  const { envelope } = intake;
  const timeSec = receivedSec(envelope);
  intake.received = 1;
  const vehicleId = context.registry.vehicleAt(envelope.terminalId, timeSec)?.id ?? null;
  const state = printable(new TextDecoder().decode(envelope.payload.subarray(0, 64)));
  intake.events.push({ kind: 'status', timeSec, seq: null, detail: { state }, vehicleId, field: '' });
}

/** The stream's clock, judged by the newest sample of a message that is not re-issued. */
function watchClock(message: DecodedMessage, columns: SampleColumns, intake: Intake, context: IntakeContext): boolean {
  const { envelope } = intake;
  if (envelope.again) return false;
  let newest = Number.NEGATIVE_INFINITY;
  for (const part of message.parts) {
    for (const control of part.controls) {
      if (control.kind === 'login' && control.timeSec !== null)
        context.clocks.login(envelope.terminalId, receivedSec(envelope), control.timeSec);
    }
    if (part.reissued) continue;
    for (let row = part.firstRow; row < part.firstRow + part.rowCount; row += 1)
      newest = Math.max(newest, columns.timeSec[row] ?? newest);
  }
  return newest > Number.NEGATIVE_INFINITY && context.clocks.live(envelope.terminalId, receivedSec(envelope), newest);
}

function takePart(intake: Intake, part: MessagePart, target: RowTarget, context: IntakeContext, clockOff: boolean): void {
  if (part.layout !== null) context.layouts.set(intake.envelope.terminalId, part.layout);
  intake.undecodedBytes += part.undecodedBytes;
  intake.unknownKeys += part.unknownKeys;
  intake.reissued ||= part.reissued;
  if (part.placeholderVin) intake.placeholderVins += 1;
  takeRejections(intake, part.rejections, part.vin);
  intake.received += part.rowCount + part.obd.length + part.controls.length;
  const off = clockOff && !part.reissued;
  for (let row = part.firstRow; row < part.firstRow + part.rowCount; row += 1) {
    const timeSec = target.columns.timeSec[row] ?? 0;
    target.setVehicle(row, admit(intake, part, timeSec, context, off, row));
  }
  for (const block of part.obd) {
    const vehicleId = admit(intake, part, block.timeSec, context, off, block.field);
    if (vehicleId !== NO_VEHICLE_ID) intake.obd.push({ block, vehicleId });
  }
  for (const control of part.controls) takeControl(intake, part, control, context);
}

/** A login or logout belongs to the terminal, with or without a truck; a VIN of another truck or an unbelievable time holds it back all the same. */
function takeControl(intake: Intake, part: MessagePart, control: ControlRecord, context: IntakeContext): void {
  const timeSec = control.timeSec ?? receivedSec(intake.envelope);
  const vehicle = context.registry.vehicleAt(intake.envelope.terminalId, timeSec);
  const refused = timeRefusal(intake, timeSec, context) ?? vinRefusal(part, vehicle);
  if (refused) refuse(intake, { ...refused, field: control.field, vin: part.vin, vehicleId: vehicle?.id ?? null, timeSec });
  else
    intake.events.push({
      kind: control.kind,
      timeSec,
      seq: control.seq,
      detail: control.detail,
      vehicleId: vehicle?.id ?? null,
      field: control.field,
    });
}

/** The truck a record belongs to; NO_VEHICLE_ID when it is refused, which is then noted. */
function admit(
  intake: Intake,
  part: MessagePart,
  timeSec: number,
  context: IntakeContext,
  clockOff: boolean,
  at: number | string,
): number {
  const vehicle = context.registry.vehicleAt(intake.envelope.terminalId, timeSec);
  if (vehicle && !clockOff && (part.vin === null || part.vin === vehicle.vin) && timeRefusal(intake, timeSec, context) === null)
    return vehicle.id;
  const refused =
    timeRefusal(intake, timeSec, context) ??
    (clockOff ? clockRefusal(intake, timeSec) : null) ??
    (vehicle
      ? vinRefusal(part, vehicle)
      : ({
          code: 'NO_VEHICLE',
          reason: `no truck was assigned to terminal ${intake.envelope.terminalId} at ${iso(timeSec)}; enter the assignment`,
        } as const));
  if (!refused && vehicle) return vehicle.id;
  if (refused)
    refuse(intake, {
      ...refused,
      field: typeof at === 'number' ? () => `${rowPath(intake.parts, at)}${part.format === 'json' ? '.t' : ''}` : at,
      vin: part.vin,
      vehicleId: vehicle?.id ?? null,
      timeSec,
    });
  return NO_VEHICLE_ID;
}

type Reason = { readonly code: RejectCode; readonly reason: string };

function timeRefusal(intake: Intake, timeSec: number, context: IntakeContext): Reason | null {
  if (timeSec < EARLIEST_SEC)
    return { code: 'TIME_TOO_OLD', reason: `${iso(timeSec)} is before any terminal; set the terminal's clock to Beijing time` };
  if (timeSec < context.registry.keptFromSec) {
    return {
      code: 'NOT_KEPT',
      reason: `samples of before ${iso(context.registry.keptFromSec)} are no longer kept (PLUME_KEEP_SAMPLES); the figures of that day stand as they were evaluated, and this message is kept in quarantine`,
    };
  }
  const received = receivedSec(intake.envelope);
  if (timeSec > received + FUTURE_LIMIT_S) {
    return {
      code: 'TIME_FUTURE',
      reason: `${iso(timeSec)} is more than ${FUTURE_LIMIT_S / 60} min after receipt; set the terminal's clock to Beijing time`,
    };
  }
  if (context.maxAgeDays > 0 && timeSec < received - context.maxAgeDays * 86_400) {
    return {
      code: 'TIME_TOO_OLD',
      reason: `${iso(timeSec)} is more than ${context.maxAgeDays} days before receipt; set the terminal's clock, or raise PLUME_MAX_AGE_DAYS for a real backlog`,
    };
  }
  return null;
}

function clockRefusal(intake: Intake, timeSec: number): Reason {
  const minutes = Math.round((receivedSec(intake.envelope) - timeSec) / 60);
  return {
    code: 'CLOCK_OFFSET',
    reason: `the live stream runs steadily ${Math.abs(minutes)} min ${minutes > 0 ? 'behind' : 'ahead'}; set the terminal's clock to Beijing time`,
  };
}

function vinRefusal(part: MessagePart, vehicle: { readonly vin: string } | undefined): Reason | null {
  if (!vehicle || part.vin === null || part.vin === vehicle.vin) return null;
  return {
    code: 'WRONG_VEHICLE',
    reason: `the message carries VIN ${part.vin}, the assigned truck is ${vehicle.vin}; correct the terminal's VIN or the assignment`,
  };
}

function takeRejections(intake: Intake, rejections: DecodedMessage['rejections'], vin: string | null = null): void {
  for (const each of rejections) {
    intake.received += each.records;
    refuse(intake, {
      code: each.code,
      reason: each.reason,
      field: each.field,
      vin,
      vehicleId: null,
      timeSec: null,
      records: each.records,
    });
  }
}

/** Notes records that are not stored; those of one code and truck in one message become one entry. */
export function refuse(
  intake: Pick<Intake, 'refusals'>,
  what: Reason & {
    /** Asked for only where it is told: of the first record of an entry. */
    readonly field: string | (() => string);
    readonly vin: string | null;
    readonly vehicleId: number | null;
    readonly timeSec: number | null;
    readonly records?: number;
  },
): void {
  const records = what.records ?? 1;
  const known = intake.refusals.find((each) => each.code === what.code && each.vehicleId === what.vehicleId);
  if (!known) {
    const disposition = isQuarantined(what.code) ? 'quarantined' : 'rejected';
    const reason = printable(what.reason);
    intake.refusals.push({
      code: what.code,
      disposition,
      field: printable(typeof what.field === 'string' ? what.field : what.field()),
      reason,
      records,
      vehicleId: what.vehicleId,
      vin: what.vin,
      firstSec: what.timeSec,
      lastSec: what.timeSec,
    });
    return;
  }
  known.records += records;
  if (what.timeSec === null) return;
  known.firstSec = known.firstSec === null ? what.timeSec : Math.min(known.firstSec, what.timeSec);
  known.lastSec = known.lastSec === null ? what.timeSec : Math.max(known.lastSec, what.timeSec);
}

function iso(timeSec: number): string {
  const at = new Date(timeSec * 1000);
  return Number.isNaN(at.getTime()) ? `second ${timeSec}` : at.toISOString();
}

/** Text that a database and a terminal's log can take: control characters become U+FFFD, at most 500 characters. */
export function printable(text: string): string {
  return text
    .slice(0, 500)
    .toWellFormed()
    .replace(/\p{Cc}/gu, '\ufffd');
}
