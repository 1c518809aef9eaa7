import type { ObdDay } from '../day/day-summary.ts';

/** J1939 parameters of the catalyst, its sensors and its urea system (SAE J1939DA names). [C] for the numbers named in emissions §1.8, [M+] else */
const SCR_SPNS: ReadonlySet<number> = new Set([
  1761, 3031, 3216, 3226, 3361, 3363, 3516, 3517, 3519, 4331, 4332, 4334, 4360, 4363, 4364, 4376, 5246, 5392, 5394, 5435, 5491, 5745, 5798,
  5966, 6773,
]); // biome-ignore format: by number

/** Generic codes of the same systems (SAE J2012): NOx catalyst, reductant, NOx sensors. [M+] */
const SCR_PCODES =
  /^P(20EE|20F4|20F5|203[A-F]|204[0-9A-F]|205[0-9A-F]|206[0-9A-F]|207F|20A0|20B9|20E[89]|220[0-9A-F]|229[EF]|22A[01]|2BA[7-E])/u;

/** Trouble codes of a day that concern the catalyst or its urea. */
export function scrCodes(obd: ObdDay | null): string[] {
  return (obd?.dtcs ?? []).map(({ code }) => code).filter(isScrCode);
}

/** Whether a trouble code as stored (`SPN 4364 FMI 18`, `P20EE-00 status AF`) concerns the catalyst or its urea. */
export function isScrCode(code: string): boolean {
  const spn = /^SPN (\d+) /u.exec(code)?.[1];
  return spn !== undefined ? SCR_SPNS.has(Number(spn)) : SCR_PCODES.test(code);
}
