import { createHash } from 'node:crypto';
import type { RawSamples } from '@plume/ingest/emissions';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { encodeRealtime, SIGNAL_COUNT, signalIndex } from '../protocol/index.ts';
import { canonicalJson, findingId, RULES_VERSION, sha256OfJson } from '../rules/index.ts';
import { softwareOf } from './build.ts';
import { SECTION_NAMES, type Sections } from './format.ts';
import { orderFrames, type PackedFrames, packFrames, unpackFrames } from './packed-frames.ts';
import { packSamples, unpackSamples } from './packed-samples.ts';
import { EXIT_CODES, renderVerification } from './render.ts';
import { packHash, packId, sealTexts } from './seal.ts';
import { sealTest, TEST_VERSION, TEST_VIN, testPack } from './test-pack.ts';
import { verifyPack } from './verify.ts';

const small = testPack({ seconds: 90, rule: 'R-MIL' });
const driven = testPack({ seconds: 2400, rule: 'R-A2' });
const verify = (bytes: Uint8Array, version = TEST_VERSION) => verifyPack(bytes, version);
const bytesOf = (value: unknown) => new TextEncoder().encode(canonicalJson(value));

/** The pack as a forger would leave it: something changed, and every hash made again. */
function forge(pack: { sections: Sections }, change: (sections: Sections) => void): Uint8Array {
  const sections = structuredClone(pack.sections);
  change(sections);
  return sealTest(sections).bytes;
}

describe('a pack as it was made', () => {
  it('is equal, and says from what each day was made again', () => {
    expect(verify(small.bytes)).toEqual({
      result: 'equal',
      equal: true,
      pack: {
        seq: 1,
        sha256: small.pack.sha256,
        createdAt: '2026-11-25T01:00:00.000Z',
        finding: findingId(TEST_VIN, 'R-MIL', '2026-11-24'),
        vin: TEST_VIN,
        rule: 'R-MIL',
        date: '2026-11-24',
        software: softwareOf(TEST_VERSION),
      },
      here: softwareOf(TEST_VERSION),
      days: [{ date: '2026-11-24', level: 'frames', note: null }],
      verdictRecomputed: true,
      differences: [],
      undecided: [],
      notes: [],
    });
  });

  it('on a limit holds the limit with source and mark, every number in force, and how sure it is', () => {
    expect(verify(driven.bytes)).toMatchObject({ equal: true, differences: [] });
    const { finding, parameters, certainty, explanation } = driven.pack.sections;
    expect(finding.outcome.limit).toMatchObject({ value: 4, unit: 'g/kWh', mark: 'C' });
    expect(parameters[0]?.values.find((row) => row.name === 'verdicts.inUseV')).toEqual({
      name: 'verdicts.inUseV',
      value: 4,
      unit: 'g/kWh',
      source: expect.stringContaining('HJ 857-2017'),
      mark: 'C',
      product: null,
    });
    expect(certainty).toMatchObject({ class: 'A', uncertainty: { sensor: 0.15 }, days: [{ date: '2026-11-24' }] });
    expect(explanation.zh).toContain('疑似');
  });

  it('by other numbers of the site says which they are', () => {
    const { pack, bytes } = testPack({ seconds: 90, rule: 'R-MIL', overrides: { 'verdicts.inUseV': 3.5 } });
    expect(verify(bytes).equal).toBe(true);
    expect(pack.sections.parameters).toMatchObject([{ id: 3, overrides: { 'verdicts.inUseV': 3.5 }, note: 'local limit' }]);
    expect(pack.sections.parameters[0]?.values).toContainEqual(
      expect.objectContaining({ name: 'verdicts.inUseV', value: 3.5, product: 4 }),
    );
  });

  it('verified by another version says so, and that is no error', () => {
    const other = verify(small.bytes, '9.9.9');
    expect(other.equal).toBe(true);
    expect(other.notes).toEqual([expect.stringContaining(`plume ${TEST_VERSION} (here 9.9.9)`)]);
  });

  it('by another version of the rules with other numbers and words cannot be told here, and the version to ask is named', () => {
    const { sections } = structuredClone(small.pack);
    for (const row of sections.parameters[0]?.values ?? []) if (row.name === 'verdicts.inUseVI') row.value = 0.7;
    sections.explanation.en = 'as it was said then';
    const found = verify(sealTest(sections, { plume: '0.0.7', rules: '0.9.0' }).bytes);
    expect(found).toMatchObject({ result: 'otherVersion', equal: false, differences: [] });
    expect(found.undecided).toMatchObject([
      { section: 'parameters', stored: 'verdicts.inUseVI = 0.7', recomputed: 'verdicts.inUseVI = 0.69' },
      { section: 'explanation', stored: '"as it was said then"' },
    ]);
    expect(found.notes).toEqual([expect.stringContaining('rules 0.9.0')]);
    expect(EXIT_CODES[found.result]).toBe(3);
    const text = renderVerification(found);
    expect(text).toMatch(/UNDECIDED parameters · /);
    expect(text).toMatch(/CANNOT BE TOLD BY THIS VERSION \(2 places .*Take Plume 0\.0\.7 with rules 0\.9\.0, .*evidence verify/s);
    expect(text).not.toMatch(/^EQUAL$/m);
  });

  it('by another version of the rules of which nothing differs is equal, and says so', () => {
    const found = verify(sealTest(small.pack.sections, { rules: '0.9.0' }).bytes);
    expect(found).toMatchObject({ result: 'equal', undecided: [], notes: [expect.stringContaining('rules 0.9.0')] });
  });

  it('whose messages are past their retention is made again from the samples', () => {
    const { pack, bytes } = testPack({ seconds: 90, rule: 'R-MIL', frames: () => [] });
    expect(pack.sections.frames).toBeNull();
    expect(verify(bytes)).toMatchObject({
      equal: true,
      days: [{ level: 'samples', note: expect.stringContaining('no original messages') }],
    });
  });

  it('some of whose messages were gone when it was made says which samples are in no message, and is equal', () => {
    const { pack, bytes } = testPack({ seconds: 90, rule: 'R-MIL', frames: (all) => all.slice(0, -3) });
    expect(pack.sections.frames?.days[0]?.check.reproduced).toBeLessThan(90);
    expect(verify(bytes)).toMatchObject({
      equal: true,
      days: [{ level: 'samples', note: expect.stringContaining('as stated') }],
    });
  });
});

describe('sections', () => {
  it('that are sealed as texts are the canonical form of the whole pack', () => {
    const { sections } = small.pack;
    const texts = Object.fromEntries(SECTION_NAMES.map((name) => [name, canonicalJson(sections[name])]));
    const { sections: hashes, ...about } = small.pack.head;
    const { text, sha256 } = sealTexts(texts as Parameters<typeof sealTexts>[0], hashes, about);
    expect(text).toBe(new TextDecoder().decode(small.bytes));
    expect(sha256).toBe(small.pack.sha256);
    expect(packId(17, sha256)).toBe(`000017-${sha256.slice(0, 12)}`);
  });
});

describe('a byte altered', () => {
  it('anywhere in the file is never equal, and what differs is named', () => {
    fc.assert(
      fc.property(fc.nat(small.bytes.length - 1), fc.integer({ min: 1, max: 255 }), (at, change) => {
        const altered = Uint8Array.from(small.bytes);
        altered[at] = ((altered[at] as number) + change) % 256;
        const { equal, differences } = verify(altered);
        expect(equal).toBe(false);
        expect(differences.length).toBeGreaterThan(0);
        for (const each of differences) expect(`${each.section} ${each.path} ${each.says}`).toMatch(/^\w+ \S.* \S/);
      }),
      { numRuns: 150 },
    );
  });

  it('in the first, the last, or an added place is not equal', () => {
    const end = small.bytes.length;
    for (const bytes of [
      small.bytes.subarray(1),
      small.bytes.subarray(0, end - 1),
      Uint8Array.from([...small.bytes, 0x0a]),
      Uint8Array.from([0x20, ...small.bytes]),
      Uint8Array.from([0xef, 0xbb, 0xbf, ...small.bytes]),
      new Uint8Array(0),
    ])
      expect(verify(bytes)).toMatchObject({ equal: false, differences: [{ section: 'file' }] });
  });

  it('that breaks the JSON is said with its position', () => {
    const at = small.bytes.indexOf(0x3a);
    const altered = Uint8Array.from(small.bytes);
    altered[at] = 0x3b;
    expect(verify(altered).differences).toEqual([
      {
        section: 'file',
        path: `byte ${at}`,
        stored: '0x3b ";"',
        recomputed: '":"',
        says: `the file is not JSON from byte ${at} on`,
      },
    ]);
  });

  it('that leaves the same JSON in another form is said with its position', () => {
    const text = new TextDecoder().decode(small.bytes).replace('{"format":', '{ "format":');
    expect(verify(new TextEncoder().encode(text)).differences).toContainEqual(
      expect.objectContaining({ section: 'file', says: expect.stringContaining('canonical form') }),
    );
  });

  it('in each section is named by that section', () => {
    for (const name of Object.keys(small.pack.sections)) {
      const pack = structuredClone(small.pack);
      const sections: Record<string, unknown> = pack.sections;
      // A text or number somewhere in the section, changed without touching the hashes.
      sections[name] = JSON.parse(changeSomething(JSON.stringify(sections[name])));
      const { equal, differences } = verify(bytesOf(pack));
      expect(equal).toBe(false);
      expect(differences.map((each) => each.section)).toContain(name);
    }
  });
});

/** Another digit for the first one, or another text. */
function changeSomething(json: string): string {
  if (json === '[]') return '[{"id":"x"}]';
  return json.replace(/(:\s*"?[^"\d]*)(\d)/, (_all, before: string, digit: string) => `${before}${(Number(digit) + 1) % 10}`);
}

describe('a pack forged with all its hashes made again', () => {
  it('with another limit is told by the rule and by the number', () => {
    const bytes = forge(driven.pack, ({ parameters }) => {
      for (const row of parameters[0]?.values ?? []) if (row.name === 'verdicts.inUseV') row.value = 3;
    });
    const { equal, differences } = verify(bytes);
    expect(equal).toBe(false);
    expect(differences).toContainEqual(
      expect.objectContaining({ section: 'parameters', stored: 'verdicts.inUseV = 3', recomputed: 'verdicts.inUseV = 4' }),
    );
    expect(differences).toContainEqual(
      expect.objectContaining({ path: 'sections.finding.outcome.limit.value', stored: '4', recomputed: '3' }),
    );
  });

  // Everything that follows from the lie is made anew, and a version is named in which it might be true.
  describe('in the name of another version', () => {
    const limitOf = (rules: string) => {
      const lie = { 'verdicts.inUseV': 1 };
      const { sections } = structuredClone(testPack({ seconds: 2400, rule: 'R-A2', overrides: lie }).pack);
      const [settings] = sections.parameters;
      const [honest] = driven.pack.sections.parameters;
      if (!settings || !honest) throw new Error('no numbers');
      Object.assign(settings, honest, { values: settings.values.map((row) => ({ ...row, product: null })) });
      sections.finding.version = driven.pack.sections.finding.version;
      return verify(sealTest(sections, { rules }).bytes);
    };

    it('with another limit is not equal', () => {
      const { result, equal, differences, undecided } = limitOf('9.9.9');
      expect({ result, equal, differences }).toEqual({ result: 'otherVersion', equal: false, differences: [] });
      expect(undecided).toMatchObject([{ stored: 'verdicts.inUseV = 1', recomputed: 'verdicts.inUseV = 4' }]);
    });

    it('with another limit in the name of this version is different', () => {
      expect(limitOf(RULES_VERSION)).toMatchObject({ result: 'different', undecided: [] });
    });

    it('with another sample is different all the same: its message says so', () => {
      const { sections } = structuredClone(driven.pack);
      const [day] = sections.inputs;
      if (!day) throw new Error('no day');
      const samples = unpackSamples(day.samples);
      if ('says' in samples) throw new Error(samples.says);
      samples.values[1500 * SIGNAL_COUNT + signalIndex('noxDownPpm')] = 30_000;
      day.samples = packSamples(samples);
      const found = verify(sealTest(sections, { rules: '9.9.9', formula: '99' }).bytes);
      expect(found.result).toBe('different');
      expect(new Set(found.differences.map((each) => each.section))).toEqual(new Set(['frames']));
      expect(found.undecided.map((each) => each.section)).toContain('days');
    });

    it('with other figures of a formula that is not this one is not equal', () => {
      const { sections } = structuredClone(driven.pack);
      const [day] = sections.days;
      if (!day) throw new Error('no day');
      day.summary = { ...day.summary, totals: { ...day.summary.totals, noxG: 1 } };
      day.sha256 = sha256OfJson(day.summary);
      expect(verify(sealTest(sections, { formula: '99' }).bytes)).toMatchObject({ result: 'otherVersion', differences: [] });
    });
  });

  it('with another limit in the finding alone is told by the rule', () => {
    const bytes = forge(driven.pack, ({ finding }) => {
      finding.outcome = { ...finding.outcome, limit: finding.outcome.limit && { ...finding.outcome.limit, value: 3 } };
    });
    expect(verify(bytes).differences).toContainEqual(
      expect.objectContaining({ section: 'finding', path: 'sections.finding.outcome.limit.value', stored: '3', recomputed: '4' }),
    );
  });

  it('with a message left out is told by the samples that it carried', () => {
    const bytes = forge(driven.pack, ({ frames }) => {
      if (!frames) throw new Error('no frames');
      const all = unpackFrames(frames.messages);
      if ('says' in all) throw new Error(all.says);
      frames.messages = packFrames(all.filter((_, i) => i !== 40));
    });
    const { equal, differences } = verify(bytes);
    expect(equal).toBe(false);
    expect(differences).toContainEqual(
      expect.objectContaining({ section: 'frames', path: expect.stringContaining('.check.withoutFrame[0]') }),
    );
  });

  it('with a sample changed is told by its message and by the summary', () => {
    const bytes = forge(driven.pack, ({ inputs }) => {
      const [day] = inputs;
      if (!day) throw new Error('no day');
      const samples = unpackSamples(day.samples);
      if ('says' in samples) throw new Error(samples.says);
      samples.values[1500 * SIGNAL_COUNT + signalIndex('noxDownPpm')] = 30_000;
      day.samples = packSamples(samples);
    });
    const sections = new Set(verify(bytes).differences.map((each) => each.section));
    expect(sections).toContain('frames');
    expect(sections).toContain('days');
  });

  it('with another figure in a summary is told by its path, the figure stored and the figure made again', () => {
    const was = driven.pack.sections.days[0]?.summary.totals.noxG;
    const bytes = forge(driven.pack, ({ days }) => {
      const [day] = days;
      if (day) day.summary = { ...day.summary, totals: { ...day.summary.totals, noxG: 1 } };
    });
    const { differences } = verify(bytes);
    expect(differences).toContainEqual(
      expect.objectContaining({ path: 'sections.days[0].summary.totals.noxG', stored: '1', recomputed: String(was) }),
    );
    expect(differences).toContainEqual(expect.objectContaining({ path: 'sections.days[0].sha256' }));
  });

  it.each([
    {
      what: 'another truck',
      path: 'sections.finding.id',
      change: (s: Sections) => void Object.assign(s.finding, { vin: 'LZZ5ELSD8EN00000B' }),
    },
    {
      what: 'another explanation',
      path: 'sections.explanation.en',
      change: (s: Sections) => void Object.assign(s.explanation, { en: 'guilty' }),
    },
    {
      what: 'more data behind it',
      path: 'sections.certainty.days[0].transmissionRate',
      change: (s: Sections) => void Object.assign((s.certainty.days as object[])[0] ?? {}, { transmissionRate: 2 }),
    },
    {
      what: 'a graver level',
      path: 'sections.finding.level',
      change: (s: Sections) => void Object.assign(s.finding, { level: 'probable' }),
    },
    {
      what: 'a rule of other words',
      path: 'sections.rule.name.en',
      change: (s: Sections) => void Object.assign(s.rule.name, { en: 'x' }),
    },
    {
      what: 'an OBD reading without the lamp',
      path: 'sections.days[0].summary.obd.milOn',
      change: (s: Sections) => void Object.assign(s.inputs[0]?.obd[0] ?? {}, { mil: false }),
    },
    {
      what: 'no tamper alarm',
      path: 'sections.frames.days[0].check.tamper',
      change: (s: Sections) => void Object.assign(s.inputs[0] ?? {}, { tamperSec: [] }),
    },
    {
      what: 'a day of nothing',
      path: 'sections.inputs',
      change: (s: Sections) => void Object.assign(s.inputs[0] ?? {}, { date: '2026-11-20' }),
    },
    {
      what: 'settings that are not there',
      path: 'sections.days[0].settings',
      change: (s: Sections) => void Object.assign(s.days[0] ?? {}, { settings: 7 }),
    },
    {
      what: 'a reference that is not there',
      path: 'sections.context.reference',
      change: (s: Sections) => void Object.assign(s.context, { reference: 'x' }),
    },
    {
      what: 'a summary of nonsense',
      path: 'sections.days',
      change: (s: Sections) => void Object.assign(s.days[0] ?? {}, { summary: { date: '2026-11-24' } }),
    },
  ])('with $what is told by $path', ({ path, change }) => {
    const { equal, differences } = verify(forge(small.pack, change));
    expect(equal).toBe(false);
    expect(differences.map((each) => each.path)).toContain(path);
  });

  // Everything that follows from the lie is made anew: what is stated of the messages, summary, verdict, hashes.
  it('with other values than the messages have is told, though the pack states that they differ', () => {
    const raised = (samples: RawSamples) => {
      const values = samples.values.slice();
      for (let row = 600; row < 1500; row += 1) {
        const at = row * SIGNAL_COUNT + signalIndex('noxDownPpm');
        values[at] = Math.round((values[at] as number) * 1.02);
      }
      return { ...samples, values };
    };
    const { pack, bytes } = testPack({ seconds: 2400, rule: 'R-A2', samples: raised });
    expect(pack.sections.frames?.days[0]?.check.differing).toHaveLength(1);
    const { equal, differences } = verify(bytes);
    expect(equal).toBe(false);
    expect(differences).toMatchObject([
      {
        section: 'frames',
        path: 'sections.frames.days[0].check.differing[0]',
        stored: '2026-11-24T01:10:00.000Z … 2026-11-24T01:24:59.000Z',
        says: expect.stringContaining('other values'),
      },
    ]);
  });

  const withoutQuarter = (samples: RawSamples): RawSamples => {
    const count = 1800;
    const cut = <T extends Float64Array | Uint8Array>(all: T) => all.slice(0, (all.length / samples.count) * count) as T;
    return { count, timeSec: cut(samples.timeSec), values: cut(samples.values), quality: cut(samples.quality) };
  };

  it('without records of the messages is told, though the pack states that they are not stored', () => {
    const { equal, differences } = verify(testPack({ seconds: 2400, rule: 'R-A2', samples: withoutQuarter }).bytes);
    expect(equal).toBe(false);
    expect(differences[0]).toMatchObject({
      path: 'sections.frames.days[0].check.notStored[0]',
      recomputed: '2026-11-24T01:30:00.000Z',
    });
  });

  it('with a message of another truck is equal where no sample has its time, and is told where one has', () => {
    const vin = 'LZZ5ELSD8EN00000B';
    const begin = Date.UTC(2026, 10, 24, 1) / 1000;
    const withForeign = (firstSec: number, lastSec: number) => {
      const bodies = [{ type: 0x02, values: { speedKmh: 50 } } as const];
      const records = Array.from({ length: lastSec - firstSec + 1 }, (_, i) => ({ timeSec: firstSec + i, bodies }));
      const bytes = encodeRealtime({ vin, layout: 'A', sendTimeSec: lastSec, seq: 9000, records });
      const foreign = { terminalId: 'T-1', receivedSec: lastSec + 2, firstSec, lastSec, bytes };
      return testPack({ seconds: 90, rule: 'R-MIL', frames: (all) => orderFrames([...all, foreign]) }).bytes;
    };
    expect(verify(withForeign(begin - 60, begin - 1))).toMatchObject({ equal: true, differences: [] });
    expect(verify(withForeign(begin - 2, begin + 3)).differences).toMatchObject([
      { recomputed: `"${vin}"`, says: expect.stringContaining('2026-11-24T01:00:00.000Z names another vehicle') },
    ]);
  });

  it('without records is equal where each was refused on receipt, and nowhere else', () => {
    const frames = unpackFrames(driven.pack.sections.frames?.messages as PackedFrames);
    if ('says' in frames) throw new Error(frames.says);
    const refusals = frames
      .filter((frame) => (frame.firstSec ?? 0) >= Date.UTC(2026, 10, 24, 1, 30) / 1000)
      .map(({ terminalId, receivedSec, firstSec, lastSec, bytes }) => ({
        terminal: terminalId,
        receivedSec,
        code: 'CLOCK_OFFSET',
        records: 30,
        firstSec,
        lastSec,
        reason: 'the clock is wrong',
        sha256: createHash('sha256').update(bytes).digest('hex'),
      }));
    const day = { seconds: 2400, rule: 'R-A2', samples: withoutQuarter } as const;
    expect(verify(testPack({ ...day, refused: refusals }).bytes)).toMatchObject({ equal: true, differences: [] });
    const fewer = verify(testPack({ ...day, refused: refusals.slice(1) }).bytes);
    expect(fewer.differences).toHaveLength(12);
    expect(fewer.differences[0]).toMatchObject({ recomputed: '2026-11-24T01:30:00.000Z' });
    const others = refusals.map((each) => ({ ...each, sha256: 'f'.repeat(64) }));
    expect(verify(testPack({ ...day, refused: others }).bytes).equal).toBe(false);
  });

  it('for another truck throughout is told by its messages', () => {
    const other = 'LZZ5ELSD8EN00000B';
    const { pack, bytes } = testPack({ seconds: 90, rule: 'R-MIL', vin: other });
    expect(pack.sections.finding).toMatchObject({ vin: other, id: findingId(other, 'R-MIL', '2026-11-24') });
    const { equal, differences } = verify(bytes);
    expect(equal).toBe(false);
    expect(differences).toContainEqual(
      expect.objectContaining({ section: 'frames', stored: `"${other}"`, recomputed: `"${TEST_VIN}"` }),
    );
  });

  it.each([
    ['sections.context.facts.vin', (s: Sections) => ({ ...s.context, facts: { ...s.context.facts, vin: 'X' } }), 'context'],
    [
      'sections.days[0].summary.facts.vin',
      (s: Sections) => s.days.map((day) => ({ ...day, summary: { ...day.summary, facts: { ...day.summary.facts, vin: 'X' } } })),
      'days',
    ],
  ] as const)('with facts of another truck is told by %s', (path, change, name) => {
    const bytes = forge(small.pack, (sections) => void Object.assign(sections, { [name]: change(sections) }));
    expect(verify(bytes).differences.map((each) => each.path)).toContain(path);
  });

  it('with another head alone is told by the hash over all', () => {
    const pack = structuredClone(small.pack);
    pack.head.createdBy = 'wang';
    expect(verify(bytesOf(pack)).differences).toEqual([
      expect.objectContaining({ section: 'head', path: 'sha256', stored: small.pack.sha256, recomputed: packHash(pack.head) }),
    ]);
  });
});
