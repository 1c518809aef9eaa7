import { execFileSync } from 'node:child_process';
import { findProgram } from './debian-package.ts';
import { loudOnce } from './once-per-run.ts';

function runs(program: string, args: readonly string[]): boolean {
  try {
    execFileSync(program, args, { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
}

/** Rscript with these packages, or null after one loud line per run. */
export function findR(packages: readonly string[]): string | null {
  const program = findProgram('Rscript');
  const has = program !== null && runs(program, ['-e', packages.map((name) => `library(${name})`).join(';')]);
  if (has) return program;
  loudOnce(
    `R ${packages.join(' ')}`,
    `EXAMPLES IN R NOT RUN: no Rscript with ${packages.join(', ')}. Install r-base-core, r-cran-jsonlite and r-cran-rpostgresql.`,
  );
  return null;
}

/** A Python 3 with this module, or null after one loud line per run: the one in PATH, else Debian's own. */
export function findPythonWith(module: string): string | null {
  const found = [findProgram('python3'), '/usr/bin/python3'].find(
    (path) => path !== null && runs(path, ['-c', `import ${module}`]),
  );
  if (found) return found;
  loudOnce(`python ${module}`, `EXAMPLES IN PYTHON NOT RUN WITH SQL: no python3 with ${module}. Install python3-${module}.`);
  return null;
}
