import { createHash } from 'node:crypto';
import { strFromU8, unzipSync } from 'fflate';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { addVehicle, openTestApp, type TestApp } from '../test-app.ts';
import { addAccount, type Browser, signedIn, trail } from '../test-people.ts';
import { BUILT_IN } from './built-in.ts';
import { EXAMPLE } from './example.ts';
import type { DocumentFacts } from './facts.ts';
import { DOCUMENT_KINDS, type DocumentKind, NOTICES } from './fields.ts';
import { findChromium } from './pdf.ts';
import { blocksOf, templateFaults } from './template.ts';
import { valuesOf } from './values.ts';

const chromium = findChromium(process.env.PATH ?? '');
const OFFICE = {
  issuer: '示例局',
  address: '示例路 1 号',
  contact: '机动车科 0994-0000000',
  legalBasis: '（核定的依据）',
  objectionDays: 5,
  prefixes: { repairNotice: '示环告', rectification: '示环限' },
};
const Issued = z.looseObject({
  id: z.number(),
  number: z.string().nullable(),
  deadline: z.string().nullable(),
  files: z.array(z.object({ format: z.string(), sha256: z.string() })),
});
const Results = z.object({ results: z.array(z.object({ case: z.looseObject({ id: z.number() }) })) });
const sha256 = (bytes: Uint8Array) => createHash('sha256').update(bytes).digest('hex');

describe('a template', () => {
  it.each(DOCUMENT_KINDS)('of the product has no fault: %s', (kind) => {
    expect(templateFaults(kind, BUILT_IN[kind])).toEqual([]);
  });
  it.each([
    {
      name: 'an unknown field, at its line, with those that are known',
      text: '\n{{plate}} {{plat}}',
      says: /line \d+: \{\{plat\}\} is no field; known: .*plate/,
    },
    { name: 'a table within a line', text: '\nsee {{vehicleTable}}', says: /must stand alone/ },
    { name: 'a brace without its counterpart', text: '\n{{plate', says: /braces/ },
    { name: 'a number in a report', kind: 'caseReport' as const, text: '\n{{number}}', says: /\{\{number\}\} is no field/ },
  ])('is refused with $name', ({ kind = 'repairNotice' as const, text, says }) => {
    expect(templateFaults(kind, BUILT_IN[kind] + text).map(({ reason }) => reason.en)).toEqual([expect.stringMatching(says)]);
  });
  it('is refused without the statement that this is a lead', () => {
    const text = BUILT_IN.repairNotice.replace('{{leadStatement}}', '');
    expect(templateFaults('repairNotice', text).map(({ reason }) => reason.zh)).toEqual([
      expect.stringContaining('leadStatement'),
    ]);
  });
  it('of a notice is addressed to somebody: by the salutation, or by the owner as offices wrote it before', () => {
    const named = (text: string) => templateFaults('rectification', BUILT_IN.rectification.replace('{{addressee}}', text));
    expect(named('{{owner}}')).toEqual([]);
    expect(named('某单位').map(({ reason }) => reason.zh)).toEqual(['缺少必须的字段 {{addressee}}']);
  });
});

describe('what a document says', () => {
  const written = (kind: DocumentKind, facts: DocumentFacts) =>
    blocksOf(BUILT_IN[kind], valuesOf(facts)).flatMap((block) => (block.kind === 'paragraph' ? [block.text] : []));
  const owned = (owner: string | null, enterprise: string | null) => ({
    ...EXAMPLE,
    vehicle: { ...EXAMPLE.vehicle, owner, enterprise },
  });

  it.each([
    { name: 'its owner', facts: owned('示例车主', '示例企业'), says: '示例车主：' },
    { name: 'its enterprise where no owner is entered', facts: owned(null, '示例企业'), says: '示例企业：' },
    { name: 'whoever owns it where neither is', facts: owned('', null), says: '新B·00000 机动车所有人：' },
  ])('is addressed to $name', ({ facts, says }) => {
    for (const kind of NOTICES) expect(written(kind, facts)[1]).toBe(says);
  });

  it.each(DOCUMENT_KINDS)('of what it rests on names no direction, for it may stand above or below: %s', (kind) => {
    for (const source of ['远程 OBD', '路检路查']) {
      const text = written(kind, { ...EXAMPLE, case: { ...EXAMPLE.case, source } }).join('\n');
      expect(text).toMatch(/本文书所列/);
      expect(text).not.toMatch(/以[上下](为|情况)/);
    }
  });
});

describe('documents of a case', () => {
  let test: TestApp;
  let officer: Browser;
  let caseId = 0;
  const issue = (body: object) => officer.request('POST', `/cases/${caseId}/documents`, body);
  const file = async (id: number, format: string) =>
    new Uint8Array(await (await officer.request('GET', `/cases/${caseId}/documents/${id}/${format}`)).arrayBuffer());

  beforeAll(async () => {
    test = await openTestApp();
    await addAccount(test, 'wang', 'officer');
    officer = await signedIn(test, 'wang');
    const truck = await addVehicle(test.db, 'LZZ5CLVB0JA000001', '新B·<1>');
    const made = await officer.request('POST', '/cases', {
      from: 'hand',
      vehicle: truck,
      type: 'overLimit',
      source: 'roadside',
      day: '2026-11-20',
      pollutant: 'NOx',
      value: 812,
      limit: 500,
      unit: 'ppm',
      limitSource: 'GB 3847',
      place: 'G30',
      note: '路检',
    });
    caseId = Results.parse(await made.json()).results[0]?.case.id ?? 0;
  });
  afterAll(() => test?.close());

  it('are not issued before the office has entered what they carry', async () => {
    expect((await issue({ kind: 'repairNotice', workingDays: 15 })).status).toBe(409);
    expect((await officer.request('PUT', '/documents/office', { version: 0, office: OFFICE })).status).toBe(200);
  });

  it('are numbered without a gap, also when several are issued at once', async () => {
    const made = await Promise.all([1, 2, 3].map(() => issue({ kind: 'repairNotice', workingDays: 15 })));
    const rows = await Promise.all(made.map(async (each) => Issued.parse(await each.json())));
    expect(rows.map(({ number }) => number).sort()).toEqual(['示环告〔2026〕1号', '示环告〔2026〕2号', '示环告〔2026〕3号']);
    // Fifteen working days after Monday 2026-11-23: three weeks without a holiday.
    expect(new Set(rows.map(({ deadline }) => deadline))).toEqual(new Set(['2026-12-14']));
    const other = Issued.parse(await (await issue({ kind: 'rectification', workingDays: 5 })).json());
    expect(other.number).toBe('示环限〔2026〕1号');
    expect((await trail(test)).filter(({ action }) => action === 'document.issue')).toHaveLength(4);
  });

  it('are handed out byte for byte as they were issued, whatever the template became', async () => {
    const row = Issued.parse(await (await issue({ kind: 'caseReport' })).json());
    const before = await file(row.id, 'html');
    const body = BUILT_IN.caseReport.replace('# 案件报告', '# 案件报告（新版）');
    const saved = await officer.request('POST', '/documents/templates', { kind: 'caseReport', seen: 0, body, note: '改标题' });
    expect(saved.status).toBe(201);
    expect(Buffer.compare(await file(row.id, 'html'), before)).toBe(0);
    for (const each of row.files) expect(sha256(await file(row.id, each.format))).toBe(each.sha256);
    const next = Issued.parse(await (await issue({ kind: 'caseReport' })).json());
    expect(new TextDecoder().decode(await file(next.id, 'html'))).toContain('<h1>案件报告（新版）</h1>');
    const again = await officer.request('POST', '/documents/templates', { kind: 'caseReport', seen: 0, body, note: 'x' });
    expect(again.status).toBe(409);
  });

  it('say on every sheet that a case from remote OBD data rests on a lead', async () => {
    const truck = await addVehicle(test.db, 'LZZ5CLVB0JA000002', '新B·2');
    const made = await officer.request('POST', '/cases', {
      from: 'hand',
      vehicle: truck,
      type: 'overLimit',
      source: 'remoteObd',
      day: '2026-11-20',
      note: 'x',
    });
    const id = Results.parse(await made.json()).results[0]?.case.id ?? 0;
    const row = Issued.parse(
      await (await officer.request('POST', `/cases/${id}/documents`, { kind: 'repairNotice', workingDays: 5 })).json(),
    );
    const html = await (await officer.request('GET', `/cases/${id}/documents/${row.id}/html`)).text();
    expect(html).toMatch(/@bottom-left\{content:"本件所述为远程 OBD 疑似超标线索/);
    expect(html).toContain('不构成对超标的认定');
  });

  it('say where another case comes from, on every sheet, and let no text become markup', async () => {
    const row = Issued.parse(await (await issue({ kind: 'repairNotice', workingDays: 5 })).json());
    const response = await officer.request('GET', `/cases/${caseId}/documents/${row.id}/html`);
    const html = await response.text();
    expect(html).toMatch(/@bottom-left\{content:"本件所述情况来自路检路查/);
    expect(html).not.toContain('疑似超标');
    expect(html).toContain('counter(page) " 页 共 " counter(pages)');
    expect(html).not.toContain('<1>');
    expect(html).toContain('新B·&#60;1&#62;');
    expect(html).toContain('500 ppm，来源：GB 3847（未核实）');
    expect(response.headers.get('Content-Security-Policy')).toBe(
      "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'",
    );
  });

  it('open as Word: a package of well-formed parts that holds the text', async () => {
    const row = Issued.parse(await (await issue({ kind: 'repairNotice', workingDays: 5 })).json());
    const parts = unzipSync(await file(row.id, 'docx'));
    const main = strFromU8(parts['word/document.xml'] ?? new Uint8Array());
    expect(Object.keys(parts)).toContain('[Content_Types].xml');
    expect(main.replace(/<[^>]+>/g, '')).toContain(row.number);
    const open: string[] = [];
    for (const [, end, name, empty] of main.matchAll(/<(\/?)([\w:]+)[^>]*?(\/?)>/g)) {
      if (end) expect(open.pop()).toBe(name);
      else if (!empty) open.push(name ?? '');
    }
    expect(open).toEqual([]);
    expect(
      Object.keys(parts)
        .filter((name) => /footer\d*\.xml$/.test(name))
        .map((name) => strFromU8(parts[name] ?? new Uint8Array()))
        .join(),
    ).toContain('本件所述情况来自路检路查');
  });

  it('are not there for who has another district: not listed, issued, read, packed or previewed', async () => {
    await test.db.query("update vehicles set district = '阜康市' where vin = 'LZZ5CLVB0JA000001'", [], { priority: 'write' });
    await addAccount(test, 'li', 'officer', { districts: ['奇台县'] });
    await addAccount(test, 'zhao', 'officer', { districts: ['阜康市'] });
    const [li, zhao] = [await signedIn(test, 'li'), await signedIn(test, 'zhao')];
    const row = Issued.parse(await (await issue({ kind: 'caseReport' })).json());
    const asked = (who: Browser) => [
      who.request('GET', `/cases/${caseId}/documents`),
      who.request('GET', `/cases/${caseId}/documents/${row.id}/html`),
      who.request('GET', `/cases/${caseId}/documents/${row.id}/docx`),
      who.request('GET', `/cases/${caseId}/archive`),
      who.request('POST', '/documents/preview', { kind: 'caseReport', body: BUILT_IN.caseReport, caseId }),
    ];
    expect((await Promise.all(asked(li))).map(({ status }) => status)).toEqual([404, 404, 404, 404, 404]);
    expect((await Promise.all(asked(zhao))).map(({ status }) => status)).toEqual([200, 200, 200, 200, 200]);
    const before = (await trail(test, 50)).filter(({ action }) => action === 'document.issue').length;
    expect((await li.request('POST', `/cases/${caseId}/documents`, { kind: 'caseReport' })).status).toBe(404);
    expect((await trail(test, 50)).filter(({ action }) => action === 'document.issue')).toHaveLength(before);
    // The template and the office are the whole site's: neither may change them.
    const office = await zhao.request('PUT', '/documents/office', { version: 1, office: OFFICE });
    const template = { kind: 'caseReport', seen: 1, body: BUILT_IN.caseReport, note: 'x' };
    expect([office.status, (await zhao.request('POST', '/documents/templates', template)).status]).toEqual([403, 403]);
  });

  it('take no template with a field that there is not: said when it is saved, at its line, and the old one stays', async () => {
    const templates = async () => await (await officer.request('GET', '/documents/templates')).text();
    const before = await templates();
    const body = `${BUILT_IN.rectification}\n{{plat}}\n`;
    const refused = await officer.request('POST', '/documents/templates?lang=en', {
      kind: 'rectification',
      seen: 0,
      body,
      note: 'x',
    });
    const line = body.split('\n').indexOf('{{plat}}') + 1;
    expect([refused.status, await refused.text()]).toEqual([
      400,
      expect.stringMatching(new RegExp(`line ${line}: .*\\{\\{plat\\}\\} is no field`)),
    ]);
    expect(await templates()).toBe(before);
  });

  it.runIf(chromium !== null)('are printed as PDF by a real browser: A4, numbered, and the same bytes ever after', async () => {
    const row = Issued.parse(await (await issue({ kind: 'repairNotice', workingDays: 15 })).json());
    Object.assign(test.deps, { chromium });
    try {
      const pdf = await file(row.id, 'pdf');
      const text = Buffer.from(pdf).toString('latin1');
      expect(text.startsWith('%PDF-')).toBe(true);
      const sheets = [...text.matchAll(/\/Type\s*\/Page\b/g)].length;
      expect([1, 2]).toContain(sheets);
      // A4 in points (ISO 216), to the point.
      const boxes = [...text.matchAll(/\/MediaBox\s*\[\s*0 0 ([\d.]+) ([\d.]+)\s*\]/g)];
      expect(boxes.length).toBeGreaterThan(0);
      for (const [, width, height] of boxes) expect([Math.round(Number(width)), Math.round(Number(height))]).toEqual([595, 842]);
      expect(Buffer.compare(await file(row.id, 'pdf'), pdf)).toBe(0);
      const Listed = z.object({ documents: z.array(Issued) });
      const { documents } = Listed.parse(await (await officer.request('GET', `/cases/${caseId}/documents`)).json());
      expect(documents.find(({ id }) => id === row.id)?.files).toContainEqual(
        expect.objectContaining({ format: 'pdf', sha256: sha256(pdf) }),
      );
    } finally {
      Object.assign(test.deps, { chromium: null });
    }
  });

  it('say what is missing where the server has no browser for the PDF', async () => {
    const row = Issued.parse(await (await issue({ kind: 'caseReport' })).json());
    const response = await officer.request('GET', `/cases/${caseId}/documents/${row.id}/pdf`);
    expect([response.status, await response.text()]).toEqual([409, expect.stringMatching(/Chromium.*print/s)]);
  });

  it('come with the whole case as a zip, each file with its hash in the manifest', async () => {
    const bytes = new Uint8Array(await (await officer.request('GET', `/cases/${caseId}/archive`)).arrayBuffer());
    const stored = new Set<string>();
    const zip = unzipSync(bytes, {
      filter: ({ name, compression }) => {
        if (compression === 0) stored.add(name);
        return true;
      },
    });
    // What is compressed in itself is not compressed again.
    expect([...stored].sort()).toEqual(
      Object.keys(zip)
        .filter((name) => /\.(docx|pdf)$/.test(name))
        .sort(),
    );
    const Manifest = z.object({ files: z.array(z.object({ path: z.string(), fileSha256: z.string(), state: z.string() })) });
    const { files } = Manifest.parse(JSON.parse(strFromU8(zip['manifest.json'] ?? new Uint8Array())));
    expect(Object.keys(zip).sort()).toEqual([...files.map(({ path }) => path), 'manifest.json'].sort());
    for (const each of files)
      expect([each.state, sha256(zip[each.path] ?? new Uint8Array())]).toEqual(['asRecorded', each.fileSha256]);
    expect(files.length).toBeGreaterThan(10);
  });

  it('have two series whose prefixes differ, and no number twice', async () => {
    const put = (version: number, prefixes: object) =>
      officer.request('PUT', '/documents/office', { version, office: { ...OFFICE, prefixes } });
    const same = await put(1, { repairNotice: '示环告', rectification: '示环告' });
    expect([same.status, await same.text()]).toEqual([
      400,
      expect.stringContaining('"field":"body.office.prefixes.rectification"'),
    ]);
    expect((await put(1, { repairNotice: '示环限', rectification: '示环告' })).status).toBe(200);
    // The second of its series: 示环告〔2026〕2号 is a repair notice already.
    const taken = await issue({ kind: 'rectification', workingDays: 5 });
    expect([taken.status, await taken.text()]).toEqual([409, expect.stringContaining('示环告〔2026〕2号')]);
    expect((await put(2, { repairNotice: '示环告', rectification: '示环限' })).status).toBe(200);
    const next = Issued.parse(await (await issue({ kind: 'rectification', workingDays: 5 })).json());
    expect(next.number).toBe('示环限〔2026〕2号');
  });
});
