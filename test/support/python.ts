import { execFileSync } from 'node:child_process';
import { findProgram } from './debian-package.ts';
import { loudOnce } from './once-per-run.ts';

/** The path of a Python 3, or null after one loud line per run: `describe.runIf(findPython() !== null)`. */
export function findPython(): string | null {
  const found = findProgram('python3');
  if (found === null)
    loudOnce('python', 'FILES NOT OPENED BY PYTHON: no python3. Install one to have exports read by another program.');
  return found;
}

/** Runs a program text with Python's own library alone, and answers the JSON that it prints. */
export function python(program: string, args: readonly string[]): unknown {
  const path = findPython();
  if (path === null) throw new Error('there is no python3');
  return JSON.parse(execFileSync(path, ['-I', '-c', program, ...args], { encoding: 'utf8', maxBuffer: 256 * 1024 * 1024 }));
}

/** Rows of a CSV file, as Python's csv module reads them; whether it began with a BOM. */
export const READ_CSV = `
import csv, json, sys
raw = open(sys.argv[1], 'rb').read(3)
rows = list(csv.reader(open(sys.argv[1], encoding='utf-8-sig', newline=''), strict=True))
print(json.dumps({'bom': raw == b'\\xef\\xbb\\xbf', 'rows': rows}))
`;

/** Sheets of a workbook, as Python's zipfile and XML parser read them: cells by their letters, numbers as numbers; where each is frozen. */
export const READ_XLSX = `
import json, re, sys, zipfile
import xml.etree.ElementTree as et
M = '{http://schemas.openxmlformats.org/spreadsheetml/2006/main}'
R = '{http://schemas.openxmlformats.org/officeDocument/2006/relationships}'
z = zipfile.ZipFile(sys.argv[1])
assert z.testzip() is None
targets = {e.get('Id'): e.get('Target') for e in et.fromstring(z.read('xl/_rels/workbook.xml.rels'))}
for name in z.namelist():
    et.fromstring(z.read(name))
out = []
for sheet in et.fromstring(z.read('xl/workbook.xml')).iter(M + 'sheet'):
    root = et.fromstring(z.read('xl/' + targets[sheet.get(R + 'id')]))
    pane = root.find('.//' + M + 'pane')
    rows = []
    for row in root.iter(M + 'row'):
        cells = {}
        for c in row:
            letters = re.match('[A-Z]+', c.get('r')).group()
            kind = c.get('t')
            if kind == 'inlineStr':
                cells[letters] = ''.join(t.text or '' for t in c.iter(M + 't'))
            elif kind == 'b':
                cells[letters] = c.find(M + 'v').text == '1'
            else:
                cells[letters] = float(c.find(M + 'v').text)
            assert c.find(M + 'f') is None
        rows.append(cells)
    out.append({'name': sheet.get('name'), 'frozen': pane is not None and pane.get('state') == 'frozen', 'rows': rows})
print(json.dumps(out))
`;
