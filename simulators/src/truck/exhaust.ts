import { smoothNoise } from '../hash.ts';
import { barometricKpa } from '../world/weather.ts';
import type { Drive } from './drive.ts';
import { type Engine, FUEL_KJ_PER_KG, UREA_KG_PER_L } from './engine.ts';
import type { Faults } from './faults.ts';
import type { Stage, TruckSpec } from './spec.ts';

/** NOx mass from concentration: g/h = u × ppm × kg/h, as NO2, wet, R49-05 (emissions §2.3). */
const U_NOX = 0.001587;
/** Grams of 32.5 % urea solution a gram of NOx removed (emissions §5.1). */
const UREA_G_PER_G_NOX = 2.008;
const VOLUMETRIC = 0.92;
const AIR_KJ = 0.28705;
/** Fuel use [kg/kWh] at which the engine-out figure of the plate holds. */
const PLATE_BSFC = 0.207;
/** Rise of the gas behind the turbine over the air [K] per (fuel / exhaust mass)^0.75: 300 K at cruise, 400 K at full load. */
const GAS_RISE_K = 4080;
/** Overrun: what pumping heats the air by [K], and what the engine brake adds at most, 1 K for a kW. */
const PUMPED_K = 95;
const ENGINE_BRAKE_K = 110;
/** First-order lags [s] at full gas flow: SCR inlet behind the turbine, outlet behind the inlet. */
const INLET_LAG_S = 100;
const OUTLET_LAG_S = 150;
/** Cooling of a standing truck [s]. */
const COOLANT_REST_S = 4200;
const SCR_REST_S = 2700;
const THERMOSTAT_C = 82;
/** Load below which a changed calibration shows, as a share of full fuel. */
const LOW_LOAD = 0.25;
/** Share of the excess ammonia that leaves unburnt, and the lag [s] by which the catalyst's store delays it. */
const SLIPPING = 0.9;
const STORE_LAG_S = 15;

/** Temperatures [°C] between which a catalyst wakes: coated later engines earlier than the first vanadium ones. */
const LIGHT_OFF: Readonly<Record<Stage, readonly [from: number, to: number]>> = { IV: [152, 250], V: [158, 236] };

/** Conversion of the catalyst as a share of its plateau: 0 below light-off, 1 from 250 °C, falling above 430 °C (emissions §5.2). */
export function conversionAt(stage: Stage, tempC: number): number {
  const [from, to] = LIGHT_OFF[stage];
  if (tempC <= from) return 0;
  if (tempC >= to) return tempC <= 430 ? 1 : Math.max(0.5, 1 - (tempC - 430) / 200);
  const x = (tempC - from) / (to - from);
  return x * x * (3 - 2 * x);
}

/** Gas temperature [°C] at no load and freezing point in front of the catalyst: the earlier trucks have it behind a longer bare pipe. */
const PIPE_C: Readonly<Record<Stage, number>> = { IV: -34, V: 0 };

/** Air, exhaust, heat and after-treatment of a running engine, second by second; all true values, no sensor. */
export class Exhaust {
  ambientC = 0;
  baroKpa = 0;
  boost = 0;
  airKgh = 0;
  exhaustKgh = 0;
  coolantC = 0;
  scrInC = 0;
  scrOutC = 0;
  noxOutPpm = 0;
  noxTailPpm = 0;
  /** Ammonia behind the catalyst, which the sensor there reads as NOx. */
  ammoniaPpm = 0;
  /** Urea injected now [mL/h], and since the shift began [L]. */
  ureaMlh = 0;
  ureaUsedL = 0;
  smokePerM = 0;
  dpfKpa = 0;
  /** Seconds since the NOx sensors could be heated. */
  sensorS = 0;
  /** What the lagging sensors have reached. */
  noxUpSensed = 0;
  noxDownSensed = 0;

  #noxDownDelayed = 0;
  #demand = 0;
  #engine: Engine;
  #spec: TruckSpec;
  #fullFuelKgh: number;

  constructor(spec: TruckSpec, engine: Engine) {
    this.#spec = spec;
    this.#engine = engine;
    this.#fullFuelKgh = spec.ratedPowerKw * 0.205;
  }

  /** A truck that stood overnight: everything has the air's temperature. */
  begin(ambientC: number): void {
    this.ambientC = ambientC;
    this.coolantC = ambientC;
    this.scrInC = ambientC;
    this.scrOutC = ambientC;
    this.ureaUsedL = 0;
    this.stop();
  }

  /** The engine stands; temperatures keep what they are. */
  stop(): void {
    this.boost = 0;
    this.airKgh = 0;
    this.exhaustKgh = 0;
    this.noxOutPpm = 0;
    this.noxTailPpm = 0;
    this.ammoniaPpm = 0;
    this.ureaMlh = 0;
    this.smokePerM = 0;
    this.dpfKpa = 0;
    this.sensorS = 0;
    this.noxUpSensed = 0;
    this.noxDownSensed = 0;
    this.#noxDownDelayed = 0;
    this.#demand = 0;
  }

  /** Cools for a time after the engine stopped at these temperatures; `fade` 1 … 0 takes the rest away by the end of a night. */
  cool(
    from: { coolantC: number; scrInC: number; scrOutC: number; ambientC: number },
    seconds: number,
    ambientC: number,
    fade: number,
  ): void {
    const coolant = Math.exp(-seconds / COOLANT_REST_S) * fade;
    const scr = Math.exp(-seconds / SCR_REST_S) * fade;
    this.ambientC = ambientC;
    this.coolantC = ambientC + (from.coolantC - from.ambientC) * coolant;
    this.scrInC = ambientC + (from.scrInC - from.ambientC) * scr;
    this.scrOutC = ambientC + (from.scrOutC - from.ambientC) * scr;
  }

  /** Runs one second. `faults` and `ureaTrim` are the shift's; `ureaLeftL` bounds what can be injected. */
  step(
    timeSec: number,
    drive: Drive,
    ambientC: number,
    elevationM: number,
    faults: Faults,
    ureaTrim: number,
    ureaLeftL: number,
  ): void {
    const engine = this.#engine;
    const fuel = drive.fuelKgh;
    const rpm = drive.rpm;
    this.ambientC = ambientC;
    if (timeSec % 20 === 0 || this.airKgh === 0)
      this.baroKpa = barometricKpa(this.#spec.worldSeed, timeSec - (timeSec % 20), elevationM);

    const load = Math.min(1.1, (fuel / this.#fullFuelKgh) * (1700 / rpm));
    const boost = load > 0 ? 1.45 * load * Math.sqrt(Math.sqrt(load)) : 0;
    this.boost += (boost - this.boost) * 0.45;
    const intakeK = 298 + 0.5 * ambientC + 15 * this.boost;
    this.airKgh =
      ((rpm / 120) * engine.displacementM3 * VOLUMETRIC * this.baroKpa * (1 + this.boost) * 3600) / (AIR_KJ * intakeK);
    const flow = this.airKgh + fuel;
    this.exhaustKgh = flow;

    const lean = Math.sqrt(fuel / flow);
    // Without fuel the engine still heats the air that it pumps, the more so as a brake.
    const rise = fuel > 0 ? GAS_RISE_K * lean * Math.sqrt(lean) : PUMPED_K + Math.min(ENGINE_BRAKE_K, drive.brakeKw);
    const gasC = PIPE_C[this.#spec.stage] + 0.15 * ambientC + rise;
    const carry = 0.35 + 0.65 * Math.min(1, flow / 450);
    this.scrInC += ((gasC - this.scrInC) * carry) / INLET_LAG_S;
    this.scrOutC += ((this.scrInC - 4 - this.scrOutC) * carry) / OUTLET_LAG_S;
    this.#warmCoolant(fuel, rpm, ambientC);
    this.#treat(timeSec, fuel, flow, faults, ureaTrim, ureaLeftL);

    const push = Math.max(0, drive.demand - this.#demand);
    this.#demand += (drive.demand - this.#demand) * 0.25;
    const smoke = 0.05 + 0.13 * load * load + 0.55 * push;
    this.smokePerM += (smoke * faults.smoke - this.smokePerM) * 0.5;
    // Q = G/3600 × R/M × T / p (emissions §6), a clean filter has about 16 kPa s/m³.
    const volume = ((flow / 3600) * 8.314 * (this.scrInC + 273.15)) / (0.02885 * 1000 * (this.baroKpa + 2));
    this.dpfKpa = 16 * volume * faults.filterDrop;
  }

  #warmCoolant(fuel: number, rpm: number, ambientC: number): void {
    const heatKw = (0.25 * fuel * FUEL_KJ_PER_KG) / 3600 + 0.0008 * rpm;
    const open = this.coolantC > THERMOSTAT_C ? 8 * (this.coolantC - THERMOSTAT_C) : 0;
    this.coolantC += (heatKw - 0.045 * (this.coolantC - ambientC) - open) / 320;
  }

  #treat(timeSec: number, fuel: number, flow: number, faults: Faults, ureaTrim: number, ureaLeftL: number): void {
    const spec = this.#spec;
    const load = Math.min(1, fuel / this.#fullFuelKgh);
    const warm = Math.min(1, Math.max(0, (this.coolantC - 20) / 60));
    const drift = 1 + 0.03 * smoothNoise(spec.seed, 61, timeSec / 900);
    const raw = load < LOW_LOAD ? faults.lowLoadNox : 1;
    const noxGh = raw * (spec.engineOutGPerKwh / PLATE_BSFC) * fuel * (0.8 + 0.45 * load) * (0.82 + 0.18 * warm) * drift;
    this.noxOutPpm = noxGh / (U_NOX * flow);

    let efficiency = 0;
    let slip = 0;
    this.ureaMlh = 0;
    if (spec.hasScr) {
      const hot = conversionAt(spec.stage, (this.scrInC + this.scrOutC) / 2);
      if (hot > 0 && ureaLeftL > 0) {
        const speed = 1 - 0.04 * (load * load);
        efficiency = spec.scrPlateau * hot * speed * (1 + 0.03 * smoothNoise(spec.seed, 62, timeSec / 70));
        const demand = (noxGh * efficiency * UREA_G_PER_G_NOX) / UREA_KG_PER_L;
        // A healthy injector keeps to the demand; one that overdoses wanders, and what the catalyst cannot use slips.
        const excess = faults.dosing > 1 ? 1 + 0.12 * smoothNoise(spec.seed, 63, timeSec / 120) : 1;
        this.ureaMlh = Math.min(demand * ureaTrim * excess, ureaLeftL * 3_600_000);
        if (faults.dosing > 1 && demand > 0) slip = efficiency * Math.max(0, this.ureaMlh / demand - 1);
        this.ureaUsedL += this.ureaMlh / 3_600_000;
      }
    }
    this.noxTailPpm = this.noxOutPpm * (1 - efficiency * faults.conversion);
    // Ammonia comes out of the catalyst's store, late; of urea's two molecules of it each could have reduced one of NO.
    this.ammoniaPpm += (this.noxOutPpm * slip * SLIPPING - this.ammoniaPpm) / STORE_LAG_S;

    const heated = this.coolantC >= 70 && (this.sensorS > 0 || this.scrInC >= 105);
    this.sensorS = heated ? this.sensorS + 1 : 0;
    this.noxUpSensed += (this.noxOutPpm - this.noxUpSensed) * 0.55;
    this.#noxDownDelayed += (this.noxTailPpm + this.ammoniaPpm - this.#noxDownDelayed) * 0.5;
    this.noxDownSensed += (this.#noxDownDelayed - this.noxDownSensed) * 0.55;
  }
}
