import { existsSync, readFileSync } from 'node:fs';
import { command, evidenceCommands, json, print } from '@plume/api/cli';
import { EXIT_CODES, renderVerification, verifyPack } from '@plume/ingest/evidence';
import { withApi } from '../command-api.ts';
import { fail } from '../fail.ts';
import { VERSION } from '../project.ts';

/** `plume evidence`. */
export const evidence = command({
  meta: { name: 'evidence', description: 'Evidence packs: make, verify, list, chain' },
  subCommands: {
    ...evidenceCommands(withApi),
    verify: command({
      meta: {
        description:
          'Make the verdict of a pack again from its file alone; ends with 0 when it is equal, 1 when anything differs, 3 when only the version that made it can tell',
      },
      args: { file: { type: 'positional', description: 'The file of the pack', required: true }, json },
      run: ({ args }) => {
        if (!existsSync(args.file)) fail(`There is no file ${args.file}.`);
        const found = verifyPack(readFileSync(args.file), VERSION);
        print(found, args.json, renderVerification(found));
        process.exitCode = EXIT_CODES[found.result];
      },
    }),
  },
});
