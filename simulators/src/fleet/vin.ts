/** Values of the letters in ISO 3779's check digit. */
const LETTER_VALUES: Readonly<Record<string, number>> = {
  A: 1,
  B: 2,
  C: 3,
  D: 4,
  E: 5,
  F: 6,
  G: 7,
  H: 8,
  J: 1,
  K: 2,
  L: 3,
  M: 4,
  N: 5,
  P: 7,
  R: 9,
  S: 2,
  T: 3,
  U: 4,
  V: 5,
  W: 6,
  X: 7,
  Y: 8,
  Z: 9,
};
const WEIGHTS = [8, 7, 6, 5, 4, 3, 2, 10, 0, 9, 8, 7, 6, 5, 4, 3, 2];

/** Check character of a 17-character VIN (GB 16735-2019 Annex, ISO 3779); the ninth character is not looked at. */
export function vinCheckDigit(vin: string): string {
  let sum = 0;
  for (let i = 0; i < WEIGHTS.length; i += 1) {
    const character = vin[i] ?? '';
    const value = LETTER_VALUES[character] ?? Number(character);
    sum += value * (WEIGHTS[i] ?? 0);
  }
  const rest = sum % 11;
  return rest === 10 ? 'X' : String(rest);
}

/** A demonstration VIN: maker's code LZZ, `DM` for demonstration, a model year, a serial; its check digit is right. */
export function demoVin(yearCode: string, serial: number): string {
  const draft = `LZZDM1DT0${yearCode}A${String(serial).padStart(6, '0')}`;
  return draft.slice(0, 8) + vinCheckDigit(draft) + draft.slice(9);
}
