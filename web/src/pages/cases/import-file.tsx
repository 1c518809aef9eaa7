import { api, take } from '../../data/client.ts';
import { w } from '../../i18n/words/cases.ts';
import { moved } from './cases.ts';
import { ImportFromFile } from './import-dialog.tsx';

/** Enters repairs and retests from a file: checked cell by cell first, then written. */
export function ImportFile() {
  return (
    <ImportFromFile
      open={w('importOpen')}
      title={w('importTitle')}
      text={w('importText')}
      template="/api/v1/case-imports/template"
      send={(json) => take(api['case-imports'].$post({ json }))}
      written={() => (moved.value += 1)}
    />
  );
}
