import type { Difference } from './differences.ts';
import type { Verification, VerificationResult, VerifiedDay } from './verify.ts';

const LEVELS: Readonly<Record<VerifiedDay['level'], string>> = {
  frames: 'made again from the original messages',
  samples: 'made again from the stored samples',
  summary: 'hash of the summary checked',
};

/** What the command ends with: each outcome has a code of its own, and only `equal` has 0. */
export const EXIT_CODES: Readonly<Record<VerificationResult, number>> = { equal: 0, different: 1, otherVersion: 3 };

/** What verification found, as text for a person. */
export function renderVerification(found: Verification): string {
  const { pack } = found;
  const lines = pack
    ? [
        `pack ${pack.seq}, SHA-256 ${pack.sha256}`,
        `made ${pack.createdAt} by Plume ${pack.software.plume} (${partsOf(pack.software)})`,
        `finding ${pack.finding}: ${pack.rule} on ${pack.vin}, ${pack.date}`,
        ...found.days.map((day) => `${day.date}: ${LEVELS[day.level]}${day.note === null ? '' : ` (${day.note})`}`),
        found.verdictRecomputed ? 'verdict: made again from the summaries' : 'verdict: could not be made again',
      ]
    : ['the file is not an evidence pack that can be read'];
  for (const note of found.notes) lines.push(`note: ${note}`);
  for (const each of found.differences) lines.push(...told('DIFFERS', each));
  for (const each of found.undecided) lines.push(...told('UNDECIDED', each));
  lines.push(...conclusion(found));
  return lines.join('\n');
}

function told(word: string, each: Difference): string[] {
  return [
    `${word} ${each.section} · ${each.path}: ${each.says}`,
    `    stored     ${each.stored}`,
    `    recomputed ${each.recomputed}`,
  ];
}

function conclusion({ result, pack, here, differences, undecided }: Verification): string[] {
  if (result === 'equal') return ['EQUAL'];
  if (result === 'different' || pack === null) return [`NOT EQUAL (${differences.length} differences)`];
  return [
    `CANNOT BE TOLD BY THIS VERSION (${undecided.length} places differ, and another version made the pack)`,
    `    made by  Plume ${pack.software.plume} (${partsOf(pack.software)}), as the pack says`,
    `    this is  Plume ${here.plume} (${partsOf(here)})`,
    `    Take Plume ${pack.software.plume} with ${partsOf(pack.software)} and run there: npm run plume -- evidence verify <file>. Until it says EQUAL the pack proves nothing; if there is no such version, the pack is forged.`,
  ];
}

function partsOf({ rules, formula, decoder }: Verification['here']): string {
  return `rules ${rules}, formula ${formula}, decoder ${decoder}`;
}
