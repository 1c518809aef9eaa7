import type { RawSamples, VehicleFacts } from '@plume/ingest/emissions';

/** What the registry knows of a truck on a day; null where it does not. Of several sets valid within the day, the one at its last sample. */
export interface TruckFacts extends VehicleFacts {
  readonly vin: string;
  readonly engineModel: string | null;
  readonly fuelTankL: number | null;
  readonly ureaTankL: number | null;
  /** False: built without SCR; null: not known, and found from the signals. */
  readonly hasScr: boolean | null;
  /** False: built without a wall-flow filter; null: not known. */
  readonly hasDpf: boolean | null;
  /** Limits of this truck in place of those of its stage. */
  readonly limits: TruckLimits;
}

/** Limits that an authority set for one truck [g/kWh]; absent: those of its stage. */
export interface TruckLimits {
  readonly approvalGPerKwh?: number;
  readonly inUseGPerKwh?: number;
}

/** One OBD block of a day. */
export interface DayObd {
  readonly timeSec: number;
  readonly mil: boolean | null;
  /** Trouble codes as stored, such as `SPN 4364 FMI 18 OC 1`. */
  readonly dtcs: readonly string[];
}

/** One message of a day, by the times of its samples [epoch s] and of its receipt. */
export interface DayMessage {
  readonly firstSec: number;
  readonly lastSec: number;
  readonly receivedSec: number;
}

/** All that stage 1 may look at for one truck and one Beijing day: the same input gives the same result. */
export interface DayInput {
  /** Beijing calendar date, `2026-11-24`, and its bounds [epoch s], `toSec` excluded. */
  readonly date: string;
  readonly fromSec: number;
  readonly toSec: number;
  /** Stored samples of the day and of the 15 minutes before it. */
  readonly samples: RawSamples;
  readonly facts: TruckFacts;
  readonly obd: readonly DayObd[];
  /** Tamper alarms of the terminal [epoch s] (HJ 1239.3 command of the terminal's own). */
  readonly tamperSec: readonly number[];
  /** Empty when the originals are past their retention: then late share and clock error are not known. */
  readonly messages: readonly DayMessage[];
  /** Records that contradicted a stored one. */
  readonly conflicts: number;
  /** Frozen reference of the month for this engine model and stage. */
  readonly reference: FleetReference | null;
}

/** What stage 1 looks at beside the samples. */
export type DayAround = Omit<DayInput, 'samples'>;

/** What trucks of one engine model and stage did in the month before; made once a month and then frozen, so that verdicts stay what they were. */
export interface FleetReference {
  readonly id: string;
  /** The month it is used for, `2026-11`. */
  readonly month: string;
  readonly engineModel: string;
  readonly stage: string;
  readonly trucks: number;
  readonly truckDays: number;
  /** Median over trucks of bin-1 NOx [g/h]; null with fewer trucks than the method asks for. */
  readonly bin1GPerHour: number | null;
  /** Median over trucks of urea used [L per 100 km]. */
  readonly ureaLPer100Km: number | null;
  /** Median over trucks of the share of NOx readings that are invalid or negative. */
  readonly noxOddShare: number | null;
  /** Median over trucks of the flow resistance of the particulate filter [kPa per m³/s]; null with too few, or of a reference made before it was kept. */
  readonly dpfResistance?: number | null;
  /** Joint distribution of downstream NOx and engine state over the reference trucks, see `JointDistribution`. */
  readonly joint: readonly number[] | null;
  /** Air to fuel by load, from trucks that send air flow. */
  readonly airFuel: readonly { readonly load: number; readonly airToFuel: number }[] | null;
}
