import { createHash } from 'node:crypto';
import { Worker } from 'node:worker_threads';
import { canonicalJson } from '../rules/index.ts';
import { type Material, sectionsOf, softwareOf } from './build.ts';
import { GENESIS_SHA256, type PackHead, SECTION_NAMES, type SectionName } from './format.ts';
import { sealTexts } from './seal.ts';
import { type Verification, verifyPack } from './verify.ts';

/** What the thread is given. */
export interface BuildTask {
  readonly material: Material;
  /** Version of this program. */
  readonly plume: string;
}

/** The sections of a pack as canonical JSON with their hashes, ready to be sealed, and what verification says of them. */
export interface BuiltSections {
  readonly texts: Readonly<Record<SectionName, string>>;
  readonly hashes: PackHead['sections'];
  readonly verification: Verification;
}

/** Makes the sections and verifies them as a stranger would, from the bytes. */
export function buildSections({ material, plume }: BuildTask): BuiltSections {
  const sections = sectionsOf(material);
  const texts = byName((name) => canonicalJson(sections[name]));
  const hashes = byName((name) => createHash('sha256').update(texts[name], 'utf8').digest('hex'));
  const { text } = sealTexts(texts, hashes, {
    seq: 1,
    prevSha256: GENESIS_SHA256,
    createdAt: new Date(0).toISOString(),
    createdBy: '',
    reason: 'demand',
    software: softwareOf(plume),
  });
  return { texts, hashes, verification: verifyPack(Buffer.from(text, 'utf8'), plume) };
}

function byName<T>(of: (name: SectionName) => T): Record<SectionName, T> {
  return Object.fromEntries(SECTION_NAMES.map((name) => [name, of(name)])) as Record<SectionName, T>;
}

/** The same in a thread of its own, which ends with it. */
export async function buildInThread(task: BuildTask): Promise<BuiltSections> {
  const worker = new Worker(new URL('./worker-boot.mjs', import.meta.url), { workerData: task });
  try {
    return await new Promise<BuiltSections>((resolve, reject) => {
      worker.once('message', (built: BuiltSections) => resolve(built));
      worker.once('error', reject);
      worker.once('exit', (code) => reject(new Error(`the thread that makes an evidence pack ended with ${code}`)));
    });
  } finally {
    await worker.terminate();
  }
}
