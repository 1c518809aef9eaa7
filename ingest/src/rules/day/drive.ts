import { ENGINE, HOUR_S, type JudgedTrace, type Stretch, UREA_SOLUTION_KG_L, validAt, validOf } from '@plume/ingest/emissions';
import { movedBetween } from './moved.ts';
import type { TankKind, TankNumbers } from './tank-limits.ts';

/** What was used and driven from one sample to the next. */
interface Use {
  /** Content of the tank, at most [L]; NaN: not known. */
  readonly tankL: number;
  /** Fuel as measured [L]; NaN: not measured. */
  readonly fuelL: number;
  readonly km: number;
}

/** What is used of a tank, and the way that is driven, from the beginning of a stretch on: goes forward from sample to sample. */
export class Drive {
  /** Content used up to the sample reached, at most [L]; where it is not sent, what a truck may use. */
  usedL = 0;
  /** Seconds up to then in which not even that can be said. */
  blindS = 0;
  /** Fuel measured up to then [L], the way over which [km], and the way over which it was not. */
  fuelL = 0;
  fuelKm = 0;
  otherKm = 0;
  /** Seconds in motion up to then, those of the sample included. */
  movedS = 0;

  readonly #trace: JudgedTrace;
  readonly #coverS: Float64Array;
  readonly #kind: TankKind;
  readonly #parameters: TankNumbers;
  readonly #speedKmh: Float64Array;
  readonly #fuelRateLph: Float64Array;
  /** Null: of this tank no dosing is taken. */
  readonly #injectedMlh: Float64Array | null;
  /** Samples up to which is summed: of what is used (excluded), and in motion (excluded). */
  #at: number;
  #movedTo: number;

  constructor(trace: JudgedTrace, range: Stretch, coverS: Float64Array, kind: TankKind, parameters: TankNumbers) {
    this.#trace = trace;
    this.#coverS = coverS;
    this.#kind = kind;
    this.#parameters = parameters;
    this.#speedKmh = validOf(trace, 'speedKmh');
    this.#fuelRateLph = validOf(trace, 'fuelRateLph');
    this.#injectedMlh = kind === 'urea' ? validOf(trace, 'ureaInjectionMlh') : null;
    this.#at = range.from;
    this.#movedTo = range.from;
  }

  /** Goes on to a sample that lies further on. */
  goTo(sample: number): void {
    this.#move(sample);
    const { on } = ENGINE;
    const hour = HOUR_S;
    const { timeSec, engine } = this.#trace;
    const { bridgeS, standingKmh, idleLph, mostLPerKm } = this.#parameters;
    const coverS = this.#coverS;
    const speedKmh = this.#speedKmh;
    const fuelRateLph = this.#fuelRateLph;
    const injectedMlh = this.#injectedMlh;
    const share = shareOf(this.#kind, this.#parameters);
    let { usedL, blindS, fuelL, fuelKm, otherKm } = this;
    for (let i = this.#at; i < sample; i += 1) {
      const stepS = (timeSec[i + 1] as number) - (timeSec[i] as number);
      let tankL: number;
      let burntL: number;
      let km: number;
      if (stepS > Math.max(bridgeS, coverS[i] as number)) {
        const over = overGap(this.#trace, i, stepS, this.#kind, this.#parameters);
        tankL = over.tankL;
        burntL = over.fuelL;
        km = over.km;
      } else {
        const hours = stepS / hour;
        const speed = speedKmh[i] as number;
        km = Number.isNaN(speed) ? 0 : speed * hours;
        if (engine[i] !== on) {
          const rolls = speed > standingKmh;
          burntL = rolls ? Number.NaN : 0;
          tankL = rolls ? share * mostLPerKm * km : 0;
        } else {
          burntL = (fuelRateLph[i] as number) * hours;
          const injected = injectedMlh === null ? Number.NaN : (injectedMlh[i] as number);
          if (!Number.isNaN(injected)) tankL = (injected / 1000) * hours;
          else if (!Number.isNaN(burntL)) tankL = share * burntL;
          else tankL = share * (speed <= standingKmh ? idleLph * hours : mostLPerKm * speed * hours);
        }
      }
      if (Number.isNaN(tankL)) blindS += stepS;
      else usedL += tankL;
      if (Number.isNaN(burntL)) otherKm += km;
      else {
        fuelL += burntL;
        fuelKm += km;
      }
    }
    this.#at = sample;
    this.usedL = usedL;
    this.blindS = blindS;
    this.fuelL = fuelL;
    this.fuelKm = fuelKm;
    this.otherKm = otherKm;
  }

  #move(sample: number): void {
    const { standingKmh } = this.#parameters;
    const coverS = this.#coverS;
    const speedKmh = this.#speedKmh;
    let { movedS } = this;
    for (let i = this.#movedTo; i <= sample; i += 1) if ((speedKmh[i] as number) > standingKmh) movedS += coverS[i] as number;
    this.#movedTo = sample + 1;
    this.movedS = movedS;
  }
}

/** What was used and driven over a silence: by the counters, else by the way the odometer shows, else by whether the engine ran at its ends. */
function overGap(trace: JudgedTrace, i: number, stepS: number, kind: TankKind, parameters: TankNumbers): Use {
  const { columns, engine } = trace;
  const rise = (column: (typeof columns)['fuelTotalL']): number => {
    const by = validAt(column, i + 1) - validAt(column, i);
    return by >= 0 ? by : Number.NaN;
  };
  const km = rise(columns.odometerKm);
  const counted = rise(columns.fuelTotalL);
  const moved = Number.isNaN(km) ? movedBetween(trace, i, i + 1, parameters) : km >= parameters.movedKm;
  const ran = engine[i] === ENGINE.on || engine[i + 1] === ENGINE.on;
  const stood = moved === false ? (ran ? (parameters.idleLph * stepS) / HOUR_S : 0) : Number.NaN;
  const fuel = !Number.isNaN(counted) ? counted : moved === true ? parameters.mostLPerKm * km : stood;
  const grams = kind === 'urea' ? rise(columns.ureaTotalG) : Number.NaN;
  return {
    tankL: Number.isNaN(grams) ? shareOf(kind, parameters) * fuel : grams / 1000 / UREA_SOLUTION_KG_L,
    fuelL: !Number.isNaN(counted) ? counted : stood === 0 ? 0 : Number.NaN,
    km: Number.isNaN(km) ? 0 : km,
  };
}

function shareOf(kind: TankKind, parameters: TankNumbers): number {
  return kind === 'fuel' ? 1 : parameters.mostUreaShare;
}
