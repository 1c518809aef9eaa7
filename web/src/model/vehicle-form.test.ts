import { describe, expect, it } from 'vitest';
import { NO_VEHICLE, parameterFaults, vehicleFaults } from './vehicle-form.ts';

const GOOD = { ...NO_VEHICLE, plate: '新B12345', vin: 'lzz5clvb0ja123456', ratedPowerKw: '276' };

describe('a truck to enter', () => {
  it('needs a plate, a VIN and its rated power, and nothing more', () => {
    expect(vehicleFaults(GOOD)).toEqual({});
    expect(vehicleFaults(NO_VEHICLE)).toEqual({
      plate: { kind: 'required' },
      vin: { kind: 'required' },
      ratedPowerKw: { kind: 'required' },
    });
  });

  it.each([
    ['vin', 'LZZ5CLVB0JA12345', 'vin'],
    ['vin', 'LZZ5CLVB0JA12345é', 'vin'],
    ['terminal', 'T 1', 'terminal'],
    ['ratedPowerKw', '29.9', 'plausible'],
    ['ratedPowerKw', '500.1', 'plausible'],
    ['ratedPowerKw', 'many', 'plausible'],
    ['fuelTankL', '-1', 'plausible'],
    ['ureaTankL', '0', 'plausible'],
  ])('with %s "%s" is told so at the field', (field, text, kind) => {
    expect(vehicleFaults({ ...GOOD, [field]: text })).toMatchObject({ [field]: { kind } });
  });

  it('may have each number at the ends of its range', () => {
    for (const ratedPowerKw of ['30', '500']) expect(parameterFaults({ ...NO_VEHICLE, ratedPowerKw })).toEqual({});
  });
});
