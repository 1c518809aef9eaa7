import { toPhysical } from '@plume/ingest/protocol';
import { describe, expect, it } from 'vitest';
import { co2PerFuel } from './carbon.ts';
import { gPerKgFuel, gPerKwhOfFuel, gPerKwhOfPpm, ppmOfGPerKwh } from './conversions.ts';
import { dpfResistance, exhaustM3s } from './dpf.ts';
import {
  carbonPerAirOf,
  exhaustFractions,
  exhaustFromRatioKgh,
  exhaustGPerMol,
  exhaustKgh,
  fuelMassKgh,
  oxygenBalance,
  speedDensityAirKgh,
} from './exhaust-flow.ts';
import { dryToWet, fuelFactor, humidityFactor05, humidityFactor06, humidityGKg } from './humidity.ts';
import {
  noxGh,
  noxMolarGs,
  noxPerFuelFromSensor,
  publishedMassRatio,
  publishedNoxGs,
  publishedToNo2,
  uFromDensity,
  uNox,
} from './nox-mass.ts';
import { opacityPct, pmGh, sootOfAbsorption, sootOfFsnAvl, sootOfFsnR49 } from './particulate.ts';
import { netTorqueOfIndicatedNm, powerKw, workKwh } from './power.ts';
import { scrEfficiency } from './scr-efficiency.ts';
import {
  fuelForDropL,
  levelLitres,
  neededEfficiency,
  SOLUTION_G_PER_G_NOX,
  UREA_G_PER_G_NOX,
  ureaDemand,
  ureaToFuel,
} from './urea.ts';
import { fuelRefKg, UNKNOWN_VEHICLE, workRef } from './vehicle.ts';

/** The worked examples of the method that concern mass, flow, power and tanks, to the printed digits. */
const AIR = 700;
const FUEL = fuelMassKgh(36, 0.835);
const EXHAUST = exhaustKgh(AIR, FUEL);
const POWER = powerKw(netTorqueOfIndicatedNm(60, 10, 1900), 1500);

it('E1 decodes the raw values by the catalogue', () => {
  expect(toPhysical('noxDownPpm', 0x15e0)).toBe(80);
  expect(toPhysical('fuelRateLph', 0x02d0)).toBe(36);
  expect(toPhysical('airFlowKgh', 0x36b0)).toBe(700);
  expect(toPhysical('engineRpm', 0x2ee0)).toBe(1500);
  expect(toPhysical('netTorquePct', 0xb9)).toBe(60);
  expect(toPhysical('scrInTempC', 0x4240)).toBe(257);
  expect(toPhysical('speedKmh', 0x3c80)).toBe(60.5);
  expect(toPhysical('ureaLevelPct', 0x61)).toBeCloseTo(38.8, 12);
});

it('E2 exhaust mass flow is air plus fuel', () => {
  expect(FUEL.toFixed(2)).toBe('30.06');
  expect(EXHAUST.toFixed(2)).toBe('730.06');
  expect((EXHAUST / 3.6).toFixed(4)).toBe('202.7944');
  expect((AIR / FUEL).toFixed(3)).toBe('23.287');
  // The example's ratio of complete combustion, which nothing of ours rests on.
  expect((AIR / FUEL / 14.5).toFixed(3)).toBe('1.606');
});

it('E2 composition of the wet exhaust', () => {
  const carbonPerAir = carbonPerAirOf(AIR / FUEL);
  const { h2o, co2, o2 } = exhaustFractions(carbonPerAir);
  expect(exhaustGPerMol(carbonPerAir).toFixed(4)).toBe('29.0009');
  expect(h2o.toFixed(2)).toBe('0.08');
  expect((100 * co2).toFixed(3)).toBe('8.599');
  expect((100 * o2).toFixed(3)).toBe('7.514');
});

describe('E3 NOx mass of 600 ppm', () => {
  it('a, b: by u of the stage', () => {
    expect(noxGh(600, EXHAUST, uNox('V')).toFixed(3)).toBe('695.163');
    expect((noxGh(600, EXHAUST, uNox('IV')) / 3600).toFixed(6)).toBe('0.193101');
    expect((noxGh(600, EXHAUST, uNox('VI')) / 3600).toFixed(6)).toBe('0.192979');
  });
  it('c: by moles, which confirms u', () => {
    const molarMass = exhaustGPerMol(carbonPerAirOf(AIR / FUEL));
    expect(molarMass.toFixed(4)).toBe('29.0009');
    const gramsPerS = noxMolarGs(600, EXHAUST, molarMass);
    expect(gramsPerS.toFixed(6)).toBe('0.193022');
    expect(((gramsPerS * 3600) / 600 / EXHAUST).toFixed(6)).toBe('0.001586');
  });
  it('d: as Cao 2025 writes it', () => {
    const u = uFromDensity(46, 22.4, 1.29);
    expect(u.toFixed(6)).toBe('0.001592');
    expect((noxGh(600, EXHAUST, u) / 3600).toFixed(6)).toBe('0.193699');
  });
  it('e: as the code behind Wang 2022 does, with its fuel density and NO shares', () => {
    const exhaust = exhaustKgh(AIR, fuelMassKgh(36, 0.85));
    expect(publishedMassRatio(0.8902)).toBeCloseTo(1.0951, 4);
    expect(publishedMassRatio(0.9919)).toBeCloseTo(1.039, 4);
    // The shares are printed to four digits, which leaves 3e-6 in the result.
    expect(Math.abs(publishedNoxGs(600, exhaust, 0.8902) - 0.126678)).toBeLessThan(4e-6);
    expect(Math.abs(publishedNoxGs(600, exhaust, 0.9919) - 0.120185)).toBeLessThan(4e-6);
  });
});

it('E4 humidity and dry-to-wet', () => {
  const humid = humidityGKg(50, 3.1673, 101.3);
  expect(humid.toFixed(3)).toBe('9.878');
  expect(humidityFactor05(humid, 298.15).toFixed(5)).toBe('0.98443');
  expect(humidityFactor06(humid).toFixed(5)).toBe('0.98707');
  expect(humidityFactor05(1.803, 268.15).toFixed(4)).toBe('0.9730');
  expect(humidityFactor06(1.803).toFixed(4)).toBe('0.8603');
  expect(humidityFactor05(25.1497, 308.15).toFixed(4)).toBe('1.2773');
  expect(humidityFactor06(25.1497).toFixed(4)).toBe('1.2268');
  const diesel = { hydrogenPct: 13.45, nitrogenPct: 0, oxygenPct: 0 };
  expect(fuelFactor(diesel).toFixed(5)).toBe('0.74774');
  expect(dryToWet(humid, AIR, FUEL, diesel).toFixed(5)).toBe('0.91294');
});

it('E5 power from indicated torque, and the specific figures', () => {
  expect(netTorqueOfIndicatedNm(60, 10, 1900)).toBe(950);
  expect(POWER.toFixed(3)).toBe('149.226');
  expect(workKwh(POWER, 3600)).toBeCloseTo(POWER, 12);
  expect(workKwh(-20, 3600)).toBe(0);
  const nox = noxGh(600, EXHAUST, uNox('V'));
  expect((nox / POWER).toFixed(3)).toBe('4.658');
  expect((nox / FUEL).toFixed(2)).toBe('23.13');
  expect(((FUEL * 1000) / POWER).toFixed(1)).toBe('201.4');
  expect((EXHAUST / POWER).toFixed(2)).toBe('4.89');
});

it('E6 CO2 from fuel', () => {
  const perFuel = co2PerFuel(0.866);
  expect(perFuel.toFixed(4)).toBe('3.1731');
  expect((perFuel * 0.835).toFixed(3)).toBe('2.650');
  expect(((FUEL * 1000 * perFuel) / 3600).toFixed(3)).toBe('26.495');
  expect(((FUEL * 1000 * perFuel) / POWER).toFixed(1)).toBe('639.2');
});

it.each([
  [5, [87, 252, 441, 504, 630, 882], 3.97, 7.14],
  [6, [72, 210, 368, 420, 525, 735], 4.76, 8.57],
  [7, [62, 180, 315, 360, 450, 630], 5.55, 10.0],
  [8, [54, 158, 276, 315, 394, 551], 6.35, 11.43],
  [10, [43, 126, 221, 252, 315, 441], 7.94, 14.28],
])('E7 ppm and g/kWh at %d kg/kWh', (flow, ppm, at500, at900) => {
  const limits = [0.69, 2, 3.5, 4, 5, 7];
  expect(limits.map((limit) => Math.round(ppmOfGPerKwh(limit, flow, uNox('V'))))).toEqual(ppm);
  expect(gPerKwhOfPpm(500, flow, uNox('V'))).toBeCloseTo(at500, 2);
  expect(gPerKwhOfPpm(900, flow, uNox('V'))).toBeCloseTo(at900, 2);
});

it('E7 fuel-specific equivalents of the limits', () => {
  const limits = [0.46, 0.69, 2, 3.5, 4, 7];
  expect(limits.map((limit) => gPerKgFuel(limit, 237).toFixed(2))).toEqual(['1.94', '2.91', '8.44', '14.77', '16.88', '29.54']);
  expect(limits.map((limit) => gPerKgFuel(limit, 205).toFixed(2))).toEqual(['2.24', '3.37', '9.76', '17.07', '19.51', '34.15']);
  expect(gPerKwhOfFuel(gPerKgFuel(4, 205), 0.205)).toBeCloseTo(4, 12);
});

it('E10 flow-weighted efficiency, which neither mean reproduces', () => {
  // The example prints results only; two loads solved by hand give all three: 90 % at high flow, 45.45 % at low.
  const up = [733.265, 266.735];
  const down = [73.3265, 145.4933];
  expect(scrEfficiency(up, down, [1015.07, 500]).value?.toFixed(5)).toBe('0.83231');
  expect((up.reduce((sum, each, i) => sum + (1 - (down[i] ?? 0) / each), 0) / 2).toFixed(5)).toBe('0.67727');
  expect((1 - (73.3265 + 145.4933) / 1000).toFixed(5)).toBe('0.78118');
  expect(scrEfficiency([0, 0], [0, 0], [500, 500])).toEqual({ value: null, reason: 'zeroEmission' });
});

describe('E11 urea', () => {
  it('demand for a gram of NOx', () => {
    expect(UREA_G_PER_G_NOX.toFixed(4)).toBe('0.6527');
    expect(SOLUTION_G_PER_G_NOX.toFixed(4)).toBe('2.0083');
  });
  it.each([
    ['IV', 8, 3.5, 205, '9.04', '4.41', '3.38'],
    ['V', 8, 2, 205, '12.05', '5.88', '4.50'],
    ['V', 9, 2, 200, '14.06', '7.03', '5.38'],
    ['VI', 8, 0.4, 195, '15.26', '7.83', '6.00'],
  ])('China %s from %d to %d g/kWh', (_stage, from, to, bsfc, grams, mass, volume) => {
    const demand = ureaDemand(from, to, bsfc, 0.835);
    expect(demand.gPerKwh.toFixed(2)).toBe(grams);
    expect((demand.massRatio * 100).toFixed(2)).toBe(mass);
    expect((demand.volumeRatio * 100).toFixed(2)).toBe(volume);
  });
  it('needed efficiency, observed ratio, and the fuel of the frozen-level test', () => {
    // 56.25 % is printed as 56.2 (half to even).
    expect(neededEfficiency(8, 3.5)).toBe(0.5625);
    expect(neededEfficiency(8, 2)).toBe(0.75);
    const used = levelLitres(82 - 61.6, 50);
    expect(used.toFixed(2)).toBe('10.20');
    expect(((ureaToFuel(used, 310).value ?? 0) * 100).toFixed(2)).toBe('3.29');
    expect(fuelForDropL(15, 45, 0.0338).toFixed(0)).toBe('200');
    expect(fuelForDropL(15, 45, ureaDemand(8, 3.5, 205, 0.835).volumeRatio).toFixed(0)).toBe('200');
    expect(fuelForDropL(15, 45, 0.034).toFixed(0)).toBe('199');
    expect(ureaToFuel(10, 0)).toEqual({ value: null, reason: 'zeroFuel' });
  });
});

it.each([
  [0.1, '4.21', 0.744, '29.0', '12.1', '11', '13'],
  [0.2, '8.24', 1.085, '46.2', '20.0', '22', '27'],
  [0.5, '19.35', 1.937, '101.3', '49.4', '56', '67'],
  [0.7, '25.99', 2.506, '148.9', '79.4', '78', '93'],
  [1.0, '34.95', 3.112, '210.5', '124.1', '111', '133'],
  [1.2, '40.31', 3.396, '243.7', '150.9', '133', '160'],
  [1.61, '49.96', 3.917, '312.7', '212.1', '179', '215'],
  [2.0, '57.68', 4.399, '386.8', '286.0', '222', '267'],
])('E12 opacity and soot at k = %d 1/m', (k, opacity, fsn, r49, avl, low, high) => {
  expect(opacityPct(k).toFixed(2)).toBe(opacity);
  // The smoke number is printed to three digits; its last one is worth up to 0.2 mg/m³.
  expect(Math.abs(sootOfFsnR49(fsn) - Number(r49))).toBeLessThan(0.15);
  expect(Math.abs(sootOfFsnAvl(fsn) - Number(avl))).toBeLessThan(0.15);
  expect(sootOfAbsorption(k, 9).toFixed(0)).toBe(low);
  expect(sootOfAbsorption(k, 7.5).toFixed(0)).toBe(high);
});

it('E12 PM mass, and the concentrations that the limits stand for', () => {
  const grams = pmGh(12, EXHAUST, 1.293);
  expect(grams.toFixed(3)).toBe('6.775');
  expect((grams / POWER).toFixed(4)).toBe('0.0454');
  const equivalents = [0.02, 0.03, 0.1, 0.16].map((limit) => ((limit / pmGh(1, 6, 1.293)) * 1).toFixed(2));
  expect(equivalents).toEqual(['4.31', '6.46', '21.55', '34.48']);
});

it('E13 filter resistance', () => {
  // Printed for the rounded flow of 730 kg/h.
  const flow = exhaustM3s(730.06, 300, 103);
  expect(flow.toFixed(4)).toBe('0.3252');
  expect((flow * 3600).toFixed(1)).toBe('1170.7');
  expect(dpfResistance(6, flow)?.toFixed(2)).toBe('18.45');
  expect(dpfResistance(6, 0.15)).toBeNull();
});

it('E19 litres of a level', () => {
  expect(levelLitres(88.4 - 31.2, 400).toFixed(1)).toBe('228.8');
  expect(levelLitres(74 - 61.2, 400).toFixed(1)).toBe('51.2');
});

it('E21 reference work and fuel by the rule of thumb', () => {
  const truck = { ...UNKNOWN_VEHICLE, ratedPowerKw: 250 };
  expect(workRef(truck)).toEqual({ value: 22.5, assumed: true });
  expect(fuelRefKg(truck)?.value.toFixed(2)).toBe('4.95');
  expect(((fuelRefKg(truck)?.value ?? 0) / 0.835).toFixed(2)).toBe('5.93');
  expect(workRef(UNKNOWN_VEHICLE)).toBeNull();
});

it('E22 mixture from the oxygen of the NOx sensor', () => {
  const balance = oxygenBalance(0.07514);
  expect(balance?.carbonPerAir.toFixed(6)).toBe('0.089577');
  expect(balance?.co2Fraction.toFixed(5)).toBe('0.08599');
  expect(balance?.airFuelRatio.toFixed(3)).toBe('23.286');
  expect(exhaustFromRatioKgh(FUEL, balance?.airFuelRatio ?? 0).toFixed(2)).toBe('730.05');
  expect(noxPerFuelFromSensor(600e-6, balance?.co2Fraction ?? 0, 0.866).toFixed(3)).toBe('23.143');
  expect(oxygenBalance(0.2095)).toBeNull();
  expect(oxygenBalance(-0.01)).toBeNull();
  expect(oxygenBalance(Number.NaN)).toBeNull();
});

it('E23 air flow by speed and density', () => {
  expect((220 / (0.28705 * 315)).toFixed(4)).toBe('2.4331');
  expect(speedDensityAirKgh(1500, 9.7, 220, 315, 0.92).toFixed(1)).toBe('977.1');
});

it('E29 published figures on the NO2 basis', () => {
  // The share at which the mean molar mass over that of air is the printed 1.0390.
  const share = 0.9918125;
  expect(publishedToNo2(0.8902).toFixed(4)).toBe('1.5249');
  expect(publishedToNo2(share).toFixed(4)).toBe('1.6072');
  expect((3.894 * publishedToNo2(0.8902)).toFixed(3)).toBe('5.938');
  expect((1.42 * publishedToNo2(share)).toFixed(3)).toBe('2.282');
});
