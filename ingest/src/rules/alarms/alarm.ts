import type { Figures } from '../finding.ts';

/** What has to be seen at once. */
export const ALARM_KINDS = ['tamper', 'fuelTheft', 'noxSustained', 'ureaEmpty'] as const;
export type AlarmKind = (typeof ALARM_KINDS)[number];

/** An alarm in force. */
export interface Alarm {
  readonly kind: AlarmKind;
  /** When what it is about began [epoch s]. */
  readonly sinceSec: number;
  /** Time of the sample, or the terminal's record, that completed the evidence [epoch s]. */
  readonly atSec: number;
  /** The values that decided it; while it is in force those of the last sample that bore it out. */
  readonly figures: Figures;
}

/** An alarm that was raised, or has ended. */
export type AlarmChange =
  | { readonly change: 'raised'; readonly alarm: Alarm }
  | { readonly change: 'ended'; readonly alarm: Alarm; readonly endedSec: number };

/** What one look at the newest samples says of an alarm. */
export type Sight =
  /** Its condition holds; null figures: as they were. */
  | { readonly sees: 'holds'; readonly sinceSec: number; readonly figures: Figures }
  /** Neither held nor over: between the two limits, or not to be told. */
  | { readonly sees: 'nothing' }
  /** Over. */
  | { readonly sees: 'over' };
