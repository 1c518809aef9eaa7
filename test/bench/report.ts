import type { Finding, Target } from './finding.ts';

/** A target and what one run of the bench found of it. */
export interface Result {
  readonly target: Target;
  readonly finding: Finding;
}

/** What one run of the bench found. */
export interface Report {
  readonly machine: readonly string[];
  readonly command: string;
  readonly date: Date;
  readonly minutes: number;
  readonly results: readonly Result[];
  /** Targets that this bench has no measurement for. */
  readonly missing: readonly { readonly id: string; readonly promise: string }[];
}

/** The report as `docs/performance.md` has it. */
export function markdown(report: Report): string {
  const lines = [
    '# Performance: targets and figures',
    '',
    'Written by `npm run bench`. Medians of three or more runs; what is compared is compared within the same run. On two shared cores absolute figures drift by tens of per cent from run to run, ratios much less.',
    '',
    `- Command: \`${report.command}\`, ${report.date.toISOString().slice(0, 10)}, ${report.minutes.toFixed(0)} minutes`,
    ...report.machine,
    '',
    '| target | promise | result |',
    '|---|---|---|',
    ...report.results.map(row),
    ...report.missing.map(({ id, promise }) => `| ${id} | ${promise} | not measured by this version |`),
    ...report.results.flatMap((result) => ['', ...section(result)]),
  ];
  return `${lines.join('\n')}\n`;
}

/** An earlier report with what a run of some targets found in place of what it says of them: each says by which command, when and where. */
export function withResults(earlier: string, report: Report): string {
  const machine = report.machine.map((line) => line.replace(/^- /, '')).join('; ');
  const run = `Measured apart from the others by \`${report.command}\`, ${report.date.toISOString().slice(0, 10)}, ${report.minutes.toFixed(0)} minutes. ${machine}.`;
  return report.results.reduce((text, result) => {
    const { id } = result.target;
    const kept = text.replace(new RegExp(`^\\| ${id} \\|.*$`, 'm'), () => row(result));
    const own = `${[...section(result), '', run].join('\n')}\n`;
    const old = new RegExp(`^## ${id}: [\\s\\S]*?(?=^## |(?![\\s\\S]))`, 'm');
    return old.test(kept) ? kept.replace(old, (was) => (was.endsWith('\n\n') ? `${own}\n` : own)) : `${kept}\n${own}`;
  }, earlier);
}

function row({ target, finding }: Result): string {
  return `| ${target.id} | ${target.promise} | **${finding.verdict}** |`;
}

function section({ target, finding }: Result): string[] {
  const figures = finding.figures.map(({ what, value }) => `| ${what} | ${value} |`);
  return [
    `## ${target.id}: ${finding.verdict}`,
    '',
    `Wanted: ${target.promise}.`,
    '',
    ...(figures.length > 0 ? ['| what | figure |', '|---|---|', ...figures, ''] : []),
    finding.note,
  ];
}

/** One finding for the terminal. */
export function plain(target: Target, finding: Finding): string {
  const figures = finding.figures.map(({ what, value }) => `  ${what}: ${value}`);
  return [`${target.id} ${finding.verdict.toUpperCase()}: ${target.promise}`, ...figures, `  ${finding.note}`].join('\n');
}
