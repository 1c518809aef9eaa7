/** A valid day on the picture of a road check: its NOx on comparable operation [g/kWh]; null where it has none of it. */
export interface PictureDay {
  readonly day: string;
  readonly gPerKwh: number | null;
}

/** Empty places between the days before and after, where the repair stands. */
export const REPAIR_SLOTS = 2;

/** Where everything of the picture stands: days follow each other in even steps, with room for the repair between. */
export interface RoadPicture {
  readonly slots: number;
  readonly before: readonly { readonly slot: number; readonly day: PictureDay }[];
  readonly after: readonly { readonly slot: number; readonly day: PictureDay }[];
  /** The slot in whose middle the repair stands. */
  readonly repairSlot: number;
  /** Highest value of the axis. */
  readonly top: number;
}

/** Lays a picture out; `levels` are further values that must be in sight (limit, ends of intervals). */
export function roadPicture(
  before: readonly PictureDay[],
  after: readonly PictureDay[],
  levels: readonly (number | null | undefined)[],
): RoadPicture {
  const values = [...before, ...after].map(({ gPerKwh }) => gPerKwh);
  const most = Math.max(0, ...[...values, ...levels].map((value) => value ?? 0));
  return {
    slots: before.length + REPAIR_SLOTS + Math.max(1, after.length),
    before: before.map((day, slot) => ({ slot, day })),
    after: after.map((day, i) => ({ slot: before.length + REPAIR_SLOTS + i, day })),
    repairSlot: before.length + (REPAIR_SLOTS - 1) / 2,
    top: most > 0 ? most * 1.12 : 1,
  };
}

/** ln(after ÷ before) as a change: −0.5 is half gone. */
export function changeOf(logRatio: number): number {
  return Math.exp(logRatio) - 1;
}
