import { writeFileSync } from 'node:fs';
import { z } from 'zod';
import { command, json, print, UsageError, type WithApi } from './command.ts';

const Document = z.looseObject({
  id: z.number(),
  kind: z.string(),
  title: z.string(),
  number: z.string().nullable(),
  day: z.string(),
  deadline: z.string().nullable(),
  issuedBy: z.string(),
  files: z.array(z.object({ format: z.string(), sha256: z.string(), bytes: z.number() })),
});

const caseArg = { type: 'positional', description: 'Id of the case', required: true } as const;

function requireNumber(text: string, what: string): void {
  if (!/^[1-9]\d{0,14}$/.test(text)) throw new UsageError(`The ${what} must be given by its number.`);
}

/** Documents of cases: list, get, archive. */
export function documentsCommand(withApi: WithApi) {
  const save = async (call: Parameters<Parameters<WithApi>[0]>[0], path: string, out: string, asJson: boolean) => {
    const bytes = await call('GET', path);
    if (!(bytes instanceof Uint8Array)) throw new UsageError('The service did not answer with a file.');
    writeFileSync(out, bytes);
    print({ out, bytes: bytes.length }, asJson, `kept in ${out}`);
  };
  return command({
    meta: { name: 'documents', description: 'Documents of cases: list, get, archive' },
    subCommands: {
      list: command({
        meta: { description: 'What was issued of a case' },
        args: { case: caseArg, json },
        run: ({ args }) =>
          withApi(async (call) => {
            requireNumber(args.case, 'case');
            const { documents } = z
              .object({ documents: z.array(Document) })
              .parse(await call('GET', `/api/v1/cases/${args.case}/documents`));
            const lines = documents.flatMap((each) => [
              `${each.id}  ${each.day}  ${each.title} ${each.number ?? ''}${each.deadline === null ? '' : `  until ${each.deadline}`}  by ${each.issuedBy}`,
              ...each.files.map((file) => `    ${file.format}  ${file.bytes} bytes  ${file.sha256}`),
            ]);
            print(documents, args.json, lines.join('\n') || 'no documents');
          }),
      }),
      get: command({
        meta: { description: 'A document byte for byte as it was issued' },
        args: {
          case: caseArg,
          document: { type: 'positional', description: 'Number of the document; "documents list" shows it', required: true },
          format: { type: 'string', description: 'html, docx or pdf', default: 'docx' },
          out: { type: 'string', description: 'Where it goes', required: true },
          json,
        },
        run: ({ args }) =>
          withApi(async (call) => {
            requireNumber(args.case, 'case');
            requireNumber(args.document, 'document');
            if (!['html', 'docx', 'pdf'].includes(args.format)) throw new UsageError('--format must be html, docx or pdf.');
            await save(call, `/api/v1/cases/${args.case}/documents/${args.document}/${args.format}`, args.out, args.json);
          }),
      }),
      archive: command({
        meta: { description: 'A whole case as a zip, with the hash of every file' },
        args: { case: caseArg, out: { type: 'string', description: 'Where it goes', required: true }, json },
        run: ({ args }) =>
          withApi(async (call) => {
            requireNumber(args.case, 'case');
            await save(call, `/api/v1/cases/${args.case}/archive`, args.out, args.json);
          }),
      }),
    },
  });
}
