import type { InferResponseType } from 'hono/client';
import { api, take } from '../../data/client.ts';
import { w as shared } from '../../i18n/words/cases.ts';
import { w } from '../../i18n/words/inspections.ts';
import { ImportFromFile, MOST_NAMED } from '../cases/import-dialog.tsx';
import { moved } from './inspections.ts';

type Answer = InferResponseType<(typeof api)['inspection-imports']['$post'], 200>;

function LeftOut({ answer }: { answer: Answer }) {
  const trucks = [...new Set(answer.leftOut.map((each) => each.truck))];
  if (trucks.length === 0) return null;
  const named = trucks.slice(0, MOST_NAMED).join(', ') + (trucks.length > MOST_NAMED ? ` ${shared('importMore')}` : '');
  return <p class="quiet">{w('importLeftOut', { n: answer.leftOut.length, trucks: named })}</p>;
}

/** Enters inspections from a file: checked cell by cell first, then written. */
export function ImportInspections() {
  return (
    <ImportFromFile
      open={w('import')}
      title={w('importTitle')}
      text={w('importText')}
      template="/api/v1/inspection-imports/template"
      send={(json) => take(api['inspection-imports'].$post({ json }))}
      written={() => (moved.value += 1)}
      more={(answer) => <LeftOut answer={answer} />}
    />
  );
}
