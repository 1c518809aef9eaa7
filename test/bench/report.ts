import type { Finding, Target } from './finding.ts';

/** What one run of the bench found. */
export interface Report {
  readonly machine: readonly string[];
  readonly command: string;
  readonly date: Date;
  readonly minutes: number;
  readonly results: readonly { readonly target: Target; readonly finding: Finding }[];
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
    ...report.results.map(({ target, finding }) => `| ${target.id} | ${target.promise} | **${finding.verdict}** |`),
    ...report.missing.map(({ id, promise }) => `| ${id} | ${promise} | not measured by this version |`),
  ];
  for (const { target, finding } of report.results) {
    lines.push('', `## ${target.id}: ${finding.verdict}`, '', `Wanted: ${target.promise}.`, '');
    if (finding.figures.length > 0)
      lines.push('| what | figure |', '|---|---|', ...finding.figures.map(({ what, value }) => `| ${what} | ${value} |`), '');
    lines.push(finding.note);
  }
  return `${lines.join('\n')}\n`;
}

/** One finding for the terminal. */
export function plain(target: Target, finding: Finding): string {
  const figures = finding.figures.map(({ what, value }) => `  ${what}: ${value}`);
  return [`${target.id} ${finding.verdict.toUpperCase()}: ${target.promise}`, ...figures, `  ${finding.note}`].join('\n');
}
