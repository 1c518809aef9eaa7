/** A date however people write it, with or without a time behind it. */
const DAY = /^(\d{4})[-/.年](\d{1,2})[-/.月](\d{1,2})日?(?:[ T]+(\d{1,2})[:：](\d{2})(?:[:：]\d{2}(?:\.\d+)?)?)?$/;
const CLOCK = /^(\d{1,2})[:：](\d{2})(?:[:：]\d{2})?$/;
const two = (part: string | undefined): string => (part ?? '').padStart(2, '0');

/** `2026-11-24` of 2026-11-24, 2026/11/24, 2026.11.24, 2026年11月24日, each also with a time behind it; what is none of these as it is. */
export function writtenDay(text: string): string {
  const parts = DAY.exec(text.trim());
  return parts ? `${parts[1]}-${two(parts[2])}-${two(parts[3])}` : text.trim();
}

/** `HH:mm` of a time, or of a date with a time behind it; null: there is none in a date; what is neither as it is. */
export function writtenTime(text: string): string | null {
  const clock = CLOCK.exec(text.trim());
  if (clock) return `${two(clock[1])}:${clock[2]}`;
  const day = DAY.exec(text.trim());
  if (!day) return text.trim() === '' ? null : text.trim();
  return day[4] === undefined ? null : `${two(day[4])}:${day[5]}`;
}
