import { useSignal } from '@preact/signals';
import { w } from '../../i18n/words/import.ts';
import { w as entry } from '../../i18n/words/vehicles.ts';
import { formatCount } from '../../model/format.ts';
import { FormFoot, TextField, useForm } from '../../ui/form.tsx';
import { FormFault } from '../../ui/form-fault.ts';
import { Modal } from '../../ui/modal.tsx';
import { toast } from '../../ui/toast.tsx';
import { cellWords, type ImportAnswer, MAX_FILE_BYTES, sendImport } from './import-call.ts';

/** Names of fields as the forms have them. */
const FIELDS = {
  vin: 'vin',
  plate: 'plate',
  plateColor: 'plateColor',
  district: 'district',
  enterprise: 'enterprise',
  useType: 'useType',
  fittedAt: 'fittedAt',
  terminalId: 'terminalId',
  stage: 'stage',
  ratedPowerKw: 'power',
  referenceTorqueNm: 'torque',
  fuelTankL: 'fuelTank',
  ureaTankL: 'ureaTank',
  engineModel: 'engineModel',
  aftertreatment: 'aftertreatment',
  ratedRpm: 'ratedRpm',
  displacementL: 'displacement',
  workRefKwh: 'workRef',
  inUseGPerKwh: 'inUseLimit',
  approvalGPerKwh: 'approvalLimit',
} as const;

function fieldName(field: string): string {
  const key = FIELDS[field as keyof typeof FIELDS];
  return key === undefined ? field : entry(key);
}

function Counts({ counts }: { counts: ImportAnswer['counts'] }) {
  return (
    <p class="import-counts">
      {(['rows', 'new', 'changed', 'unchanged', 'wrong'] as const).map((each) => (
        <span key={each} class={each === 'wrong' && counts.wrong > 0 ? 'over' : ''}>
          <b>{formatCount(counts[each])}</b> {w(each)}
        </span>
      ))}
    </p>
  );
}

function Faults({ answer }: { answer: ImportAnswer }) {
  if (answer.faults.length === 0) return null;
  return (
    <>
      <h3>{w('faultsTitle')}</h3>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: a box that scrolls must be reachable by keyboard (WCAG 2.1.1) */}
      <section class="scroll import-box" tabIndex={0} aria-label={w('faultsTitle')}>
        <table class="plain-table">
          <thead>
            <tr>
              <th scope="col">{w('colCell')}</th>
              <th scope="col">{w('colValue')}</th>
              <th scope="col">{w('colFault')}</th>
            </tr>
          </thead>
          <tbody>
            {answer.faults.map((fault) => (
              <tr key={`${fault.row} ${fault.field} ${fault.code}`}>
                <th scope="row" class="mono">
                  {fault.column === null ? `${w('colRow')} ${fault.row}` : `${fault.column}${fault.row}`}
                </th>
                <td class="import-value">{fault.value}</td>
                <td class="text">
                  {fieldName(fault.field)}: <span class="over">{cellWords(fault)}</span>
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      </section>
      {answer.faultCount > answer.faults.length && (
        <p class="quiet">{w('faultsMore', { n: formatCount(answer.faultCount - answer.faults.length) })}</p>
      )}
    </>
  );
}

function Changes({ rows }: { rows: ImportAnswer['rows'] }) {
  if (rows.length === 0) return null;
  return (
    <>
      <h3>{w('changesTitle')}</h3>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: a box that scrolls must be reachable by keyboard (WCAG 2.1.1) */}
      <section class="scroll import-box" tabIndex={0} aria-label={w('changesTitle')}>
        <table class="plain-table">
          <thead>
            <tr>
              <th scope="col">{w('colRow')}</th>
              <th scope="col">{w('colTruck')}</th>
              <th scope="col">{w('colKind')}</th>
              <th scope="col">{w('colChanges')}</th>
            </tr>
          </thead>
          <tbody>
            {rows.map((row) => (
              <tr key={row.row}>
                <td class="num">{row.row}</td>
                <th scope="row">{row.plate}</th>
                <td>{w(row.kind)}</td>
                <td class="text quiet">
                  {row.changes
                    .map(({ field, before, after }) =>
                      before === null
                        ? w('given', { field: fieldName(field), after: String(after) })
                        : w('change', { field: fieldName(field), before: String(before), after: String(after) }),
                    )
                    .join(' · ')}
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      </section>
    </>
  );
}

function Secrets({ secrets }: { secrets: ImportAnswer['secrets'] }) {
  if (secrets.length === 0) return null;
  const lines = secrets.map(({ terminalId, plate, secret }) => `${terminalId},${plate},${secret}`);
  const href = `data:text/csv;charset=utf-8,${encodeURIComponent(`\uFEFFterminal,plate,secret\r\n${lines.join('\r\n')}\r\n`)}`;
  return (
    <div class="secret">
      <p>
        <b>{w('secretsTitle', { n: formatCount(secrets.length) })}</b>
      </p>
      <p>
        <a class="button" href={href} download="plume-secrets.csv">
          {w('secretsSave')}
        </a>
      </p>
    </div>
  );
}

/** Imports a file: check first, see what is wrong with which cell, then write all rows or only the valid ones. */
export function ImportVehicles({ close, changed }: { close: () => void; changed: () => void }) {
  const file = useSignal<File | null>(null);
  const checked = useSignal<ImportAnswer | null>(null);
  const done = useSignal<ImportAnswer | null>(null);
  const send = async (mode: 'check' | 'all' | 'valid', factsFrom: string) => {
    if (file.value === null) throw new FormFault('file', w('noFile'));
    if (file.value.size > MAX_FILE_BYTES) throw new FormFault('file', w('fileTooBig'));
    return await sendImport(file.value, mode, factsFrom);
  };
  const form = useForm(
    { file: '', factsFrom: '' },
    {
      check: () => ({}),
      send: async ({ factsFrom }) => {
        const before = checked.peek();
        if (before === null) {
          checked.value = await send('check', factsFrom);
          return;
        }
        const answer = await send(before.faultCount === 0 ? 'all' : 'valid', factsFrom);
        changed();
        if (answer.secrets.length > 0) done.value = answer;
        else {
          toast({ text: w('done', { ...answer.counts }) });
          close();
        }
      },
    },
  );
  if (done.value) {
    return (
      <Modal title={w('title')} onClose={close} wide>
        <p>{w('done', { ...done.value.counts })}</p>
        <Secrets secrets={done.value.secrets} />
      </Modal>
    );
  }
  const answer = checked.value;
  const writing = answer === null ? 0 : answer.counts.new + answer.counts.changed;
  const unused = answer?.columns.filter(({ field }) => field === null).map(({ head, column }) => head || column) ?? [];
  return (
    <Modal title={w('title')} onClose={close} wide>
      <form onSubmit={form.submit} noValidate>
        <p class="quiet">
          {w('intro')}{' '}
          <a class="link" href="/api/v1/vehicles/import/template" download="plume-vehicles.csv">
            {w('template')}
          </a>
        </p>
        <div class="field-row">
          <div class={form.wrong.value.file === undefined ? 'field' : 'field wrong'}>
            <label for="import-file">{w('file')}</label>
            <input
              id="import-file"
              name="file"
              type="file"
              accept=".xlsx,.csv,.txt,text/csv"
              aria-invalid={form.wrong.value.file !== undefined}
              aria-describedby="import-file-says"
              onChange={(event) => {
                file.value = event.currentTarget.files?.[0] ?? null;
                checked.value = null;
                form.set('file', file.value?.name ?? '');
              }}
            />
            <p
              id="import-file-says"
              class={form.wrong.value.file === undefined ? 'quiet' : 'refused'}
              role={form.wrong.value.file === undefined ? undefined : 'alert'}
            >
              {form.wrong.value.file ?? w('fileHint')}
            </p>
          </div>
          <TextField form={form} name="factsFrom" label={w('factsFrom')} hint={w('factsFromHint')} input={{ type: 'date' }} />
        </div>
        {answer && (
          <div class="import-found">
            <Counts counts={answer.counts} />
            {unused.length > 0 && <p class="quiet">{w('unused', { columns: unused.join(', ') })}</p>}
            <Faults answer={answer} />
            <Changes rows={answer.rows} />
            {writing === 0 && answer.faultCount === 0 && <p>✓ {w('nothing')}</p>}
          </div>
        )}
        {answer === null ? (
          <FormFoot form={form} submit={form.busy.value ? w('checking') : w('check')} />
        ) : (
          writing > 0 && (
            <FormFoot
              form={form}
              submit={
                form.busy.value
                  ? w('importing')
                  : w(answer.faultCount === 0 ? 'importAll' : 'importValid', { n: formatCount(writing) })
              }
            />
          )
        )}
      </form>
    </Modal>
  );
}
