import type { Verification, VerifiedDay } from './verify.ts';

const LEVELS: Readonly<Record<VerifiedDay['level'], string>> = {
  frames: 'made again from the original messages',
  samples: 'made again from the stored samples',
  summary: 'hash of the summary checked',
};

/** What verification found, as text for a person. */
export function renderVerification(found: Verification): string {
  const { pack } = found;
  const lines = pack
    ? [
        `pack ${pack.seq}, SHA-256 ${pack.sha256}`,
        `made ${pack.createdAt} by Plume ${pack.software}`,
        `finding ${pack.finding}: ${pack.rule} on ${pack.vin}, ${pack.date}`,
        ...found.days.map((day) => `${day.date}: ${LEVELS[day.level]}${day.note === null ? '' : ` (${day.note})`}`),
        found.verdictRecomputed ? 'verdict: made again from the summaries' : 'verdict: could not be made again',
      ]
    : ['the file is not an evidence pack that can be read'];
  for (const note of found.notes) lines.push(`note: ${note}`);
  for (const each of found.differences)
    lines.push(
      `DIFFERS ${each.section} · ${each.path}: ${each.says}`,
      `    stored     ${each.stored}`,
      `    recomputed ${each.recomputed}`,
    );
  lines.push(found.equal ? 'EQUAL' : `NOT EQUAL (${found.differences.length} differences)`);
  return lines.join('\n');
}
