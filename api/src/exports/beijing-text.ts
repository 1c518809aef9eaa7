import { BEIJING_OFFSET_S } from '@plume/ingest/protocol/catalogue';

const DAY_S = 86_400;
const two = Array.from({ length: 100 }, (_, n) => String(n).padStart(2, '0'));

/** Writes times (epoch seconds, fractions cut off) as Beijing time with its offset: 2026-11-23T14:30:00+08:00. A day's text is made once. */
export function beijingTexts(): (timeSec: number) => string {
  let day = Number.NaN;
  let date = '';
  return (timeSec) => {
    const local = Math.floor(timeSec) + BEIJING_OFFSET_S;
    const of = Math.floor(local / DAY_S);
    if (of !== day) {
      day = of;
      date = new Date(of * DAY_S * 1000).toISOString().slice(0, 11);
    }
    const second = local - of * DAY_S;
    const minute = Math.floor(second / 60);
    return `${date}${two[Math.floor(minute / 60)]}:${two[minute % 60]}:${two[second % 60]}+08:00`;
  };
}
