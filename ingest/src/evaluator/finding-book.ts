import type { Db, Step } from '@plume/db';
import {
  type FindingRow,
  type StoredFinding,
  saveFindingsStep,
  storedFindings,
  withdrawFindingsStep,
} from '@plume/db/evaluation';
import { canonicalJson } from '../rules/index.ts';
import type { JudgedOutcomes } from './compute-core.ts';

/** A finding that appeared, changed, or was withdrawn. */
export interface FindingChange {
  readonly kind: 'found' | 'changed' | 'withdrawn';
  readonly id: string;
  readonly rule: string;
  readonly day: string;
}

/** The findings of one truck over some days: what an evaluation changes of those that are stored. */
export class FindingBook {
  readonly #vehicleId: number;
  readonly #stored: Map<string, StoredFinding>;

  private constructor(vehicleId: number, stored: readonly StoredFinding[]) {
    this.#vehicleId = vehicleId;
    this.#stored = new Map(stored.map((finding) => [finding.id, finding]));
  }

  static async open(db: Db, vehicleId: number, fromDay: string, toDay: string): Promise<FindingBook> {
    return new FindingBook(vehicleId, await storedFindings(db, vehicleId, fromDay, toDay));
  }

  /** Makes the findings of a day those that its rules speak of now; `because` is what caused the evaluation. */
  steps(day: string, judged: JudgedOutcomes, because: string): { steps: Step[]; changes: FindingChange[] } {
    const rows = judged.findings.map(
      (finding): FindingRow => ({ ...finding, vehicleId: this.#vehicleId, day, version: judged.version }),
    );
    const saved = rows.filter((row) => !isSame(this.#stored.get(row.id), row));
    const kept = new Set(rows.map((row) => row.id));
    const gone = [...this.#stored.values()].filter((each) => each.day === day && !each.withdrawn && !kept.has(each.id));
    const steps: Step[] = [];
    if (saved.length > 0) steps.push(saveFindingsStep(saved));
    if (gone.length > 0)
      steps.push(withdrawFindingsStep(gone.map((each) => ({ id: each.id, why: whyWithdrawn(each, judged, because) }))));
    const changes = [
      ...saved.map((row) => changeOf(this.#stored.get(row.id)?.withdrawn === false ? 'changed' : 'found', row)),
      ...gone.map((each) => changeOf('withdrawn', each)),
    ];
    for (const row of saved) this.#stored.set(row.id, { ...row, detail: JSON.parse(row.detail), withdrawn: false });
    for (const each of gone) this.#stored.set(each.id, { ...each, withdrawn: true });
    return { steps, changes };
  }
}

function changeOf(kind: FindingChange['kind'], { id, rule, day }: { id: string; rule: string; day: string }): FindingChange {
  return { kind, id, rule, day };
}

function isSame(stored: StoredFinding | undefined, row: FindingRow): boolean {
  return (
    stored !== undefined &&
    !stored.withdrawn &&
    stored.level === row.level &&
    stored.cause === row.cause &&
    stored.version === row.version &&
    stored.class === row.class &&
    canonicalJson(stored.detail) === row.detail
  );
}

/** What took the finding's place: what the rule says now, and its figures before and after. */
function whyWithdrawn(finding: StoredFinding, judged: JudgedOutcomes, because: string): string {
  const now = judged.silent.find((outcome) => outcome.rule === finding.rule);
  return canonicalJson({
    because,
    outcome: now?.outcome ?? null,
    reason: now?.outcome === 'notEvaluated' ? now.reason : null,
    version: { before: finding.version, after: judged.version },
    figures: { before: finding.detail.figures ?? null, after: now?.figures ?? null },
  });
}
