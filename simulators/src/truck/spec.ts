import type { District } from '../world/places.ts';
import type { ScenarioId } from './scenarios.ts';

/** Emission stage of a truck. */
export type Stage = 'IV' | 'V';

/** What the terminal is and how it speaks. */
export interface TerminalSpec {
  /** Terminal id: MQTT user name, client id and topic part. */
  readonly id: string;
  /** Native layout of the real-time data unit, or the JSON form. */
  readonly format: 'A' | 'B' | 'H' | 'json';
  /** Seconds from one record to the next while the engine runs. */
  readonly recordPeriodS: 1 | 10 | 30;
  /** Seconds from one upload to the next; a multiple of the record period. */
  readonly uploadPeriodS: 10 | 30;
  /** Seconds by which its uploads are shifted, 0 … uploadPeriodS − 1, so that a fleet does not speak in chorus. */
  readonly phaseS: number;
  readonly softwareVersion: number;
  /** 20 digits. */
  readonly iccid: string;
  /** Share of the seconds lost inside the terminal (bus faults, restarts), in gaps of mostly under 500 s; 0.005 … 0.05. */
  readonly lossShare: number;
}

/** Everything that makes one truck: its state at any second is a pure function of this. */
export interface TruckSpec {
  /** The truck's own random numbers. */
  readonly seed: number;
  /** The weather, shared by the fleet. */
  readonly worldSeed: number;
  readonly vin: string;
  readonly plate: string;
  readonly plateColor: string;
  /** Home, and the start of every journey. */
  readonly district: District;
  /** The roads it works on: those of its home, up to the mines in the mountains, or a few kilometres about the town. */
  readonly roads: 'home' | 'mountain' | 'town';
  readonly enterprise: string;
  readonly useType: string;
  readonly stage: Stage;
  readonly model: string;
  readonly engineModel: string;
  readonly ratedPowerKw: number;
  readonly ratedRpm: number;
  /** Torque [Nm] that 100 % stands for. */
  readonly referenceTorqueNm: number;
  /** What the torque signal carries: SPN 513 less friction is net, or net already. */
  readonly torqueKind: 'indicated' | 'net';
  readonly fuelTankL: number;
  readonly ureaTankL: number;
  readonly loadedMassKg: number;
  readonly emptyMassKg: number;
  /** Engine-out NOx as NO2 at middle load, warm [g/kWh]; 7 … 8 for engines without EGR. */
  readonly engineOutGPerKwh: number;
  /** SCR efficiency on its plateau when all is well, 0.75 … 0.9. */
  readonly scrPlateau: number;
  readonly hasScr: boolean;
  readonly hasUpstreamNox: boolean;
  readonly hasDpf: boolean;
  /** Whether the engine's control unit sends its air flow; many retrofits do not carry it. */
  readonly hasAirFlow: boolean;
  /** Retrofit smoke sensor: PM, opacity, light absorption. */
  readonly hasSmokeSensor: boolean;
  /** What a NOx sensor that is off reads on the wire: FFFF, or 0000. */
  readonly noxOffReads: 'notAvailable' | 'zero';
  /** Step of the urea gauge [%]; reed chains have 4 %, electronic gauges 0.4 %. */
  readonly ureaGaugeStepPct: number;
  /** Odometer at the world's epoch [km]. */
  readonly odometerBaseKm: number;
  /** Usual start of the shift, second of the Beijing day. */
  readonly shiftStartS: number;
  /** Length of the shift [h]; two drivers share the long ones. */
  readonly shiftHours: number;
  readonly terminal: TerminalSpec;
  readonly scenario: ScenarioId;
  /** The scenario's fault holds from the first shift that begins at or after this time … */
  readonly faultFromSec: number;
  /** … to the first shift that begins at or after this one. */
  readonly faultUntilSec: number;
}
