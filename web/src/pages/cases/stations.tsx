import { useSignal } from '@preact/signals';
import type { InferResponseType } from 'hono/client';
import { useMemo } from 'preact/hooks';
import { api, take } from '../../data/client.ts';
import { language } from '../../i18n/index.ts';
import { w } from '../../i18n/words/cases.ts';
import { t } from '../../i18n/words/shell.ts';
import { NO_VALUE } from '../../model/format.ts';
import { useQuery } from '../../state/query.ts';
import { may } from '../../state/session.ts';
import { type Column, DataTable } from '../../ui/data-table.tsx';
import { ChoiceField, FormFoot, TextField, useForm } from '../../ui/form.tsx';
import { Modal } from '../../ui/modal.tsx';
import { Empty, Failed } from '../../ui/states.tsx';
import { toast } from '../../ui/toast.tsx';

type Station = InferResponseType<typeof api.stations.$get, 200>['stations'][number];

const FACTS = ['name', 'licence', 'district', 'address', 'contact', 'phone'] as const;
const LABELS = {
  name: 'stationName',
  licence: 'stationLicence',
  district: 'colDistrict',
  address: 'stationAddress',
  contact: 'stationContact',
  phone: 'stationPhone',
} as const;

function StationDialog({ station, close, changed }: { station: Station | null; close: () => void; changed: () => void }) {
  const first = {
    kind: station?.kind ?? 'M',
    retired: station?.retiredAt ? 'yes' : 'no',
    ...(Object.fromEntries(FACTS.map((name) => [name, station?.[name] ?? ''])) as Record<(typeof FACTS)[number], string>),
  };
  const form = useForm(first, {
    check: (v) => (v.name.trim() === '' ? { name: w('needed') } : {}),
    send: async (v) => {
      const given = (name: (typeof FACTS)[number]) => (v[name].trim() === '' ? null : v[name].trim());
      const facts = {
        name: v.name.trim(),
        licence: given('licence'),
        district: given('district'),
        address: given('address'),
        contact: given('contact'),
        phone: given('phone'),
      };
      if (station) {
        const json = { ...facts, version: station.version, retired: v.retired === 'yes' };
        await take(api.stations[':id'].$put({ param: { id: String(station.id) }, json }));
      } else await take(api.stations.$post({ json: { ...facts, kind: v.kind === 'I' ? 'I' : 'M' } }));
      toast({ text: t('savedAt') });
      changed();
      close();
    },
    wordsOf: (code) => (code === 'EXISTS' ? w('stationExists') : code === 'CHANGED' ? t('changedElsewhere') : undefined),
  });
  return (
    <Modal title={station ? w('changeStation') : w('addStationTitle')} onClose={close}>
      <form onSubmit={form.submit} noValidate>
        {!station && (
          <ChoiceField
            form={form}
            name="kind"
            label={w('stationKind')}
            options={[
              ['M', w('stationM')],
              ['I', w('stationI')],
            ]}
          />
        )}
        {FACTS.map((name) => (
          <TextField key={name} form={form} name={name} label={w(LABELS[name])} />
        ))}
        {station && (
          <ChoiceField
            form={form}
            name="retired"
            label={w('colState')}
            hint={w('retiredHint')}
            options={[
              ['no', w('inUse')],
              ['yes', w('retired')],
            ]}
          />
        )}
        <FormFoot form={form} submit={w('save')}>
          <button type="button" onClick={close}>
            {w('cancel')}
          </button>
        </FormFoot>
      </form>
    </Modal>
  );
}

function columns(): Column<Station>[] {
  return [
    { id: 'name', head: w('stationName'), naming: true, cell: (r) => r.name },
    { id: 'kind', head: w('stationKind'), cell: (r) => w(r.kind === 'M' ? 'stationM' : 'stationI') },
    { id: 'district', head: w('colDistrict'), class: 'quiet', cell: (r) => r.district ?? NO_VALUE },
    { id: 'licence', head: w('stationLicence'), class: 'quiet room-2', cell: (r) => r.licence ?? NO_VALUE },
    {
      id: 'contact',
      head: w('stationContact'),
      class: 'quiet room-3',
      cell: (r) => [r.contact, r.phone].filter(Boolean).join(' · ') || NO_VALUE,
    },
    { id: 'state', head: w('colState'), class: 'quiet', cell: (r) => (r.retiredAt ? w('retired') : w('inUse')) },
  ];
}

/** Repair stations and inspection stations. */
export function Stations() {
  const open = useSignal<Station | 'new' | null>(null);
  const query = useQuery('stations', (abort) => take(api.stations.$get({}, { init: { signal: abort } })), { keep: true });
  const shown = useMemo(columns, [language.value]);
  const rows = query.data.value?.stations ?? [];
  const writes = may('registry.write');
  return (
    <>
      {writes && (
        <div class="filters">
          <button type="button" class="primary" onClick={() => (open.value = 'new')}>
            {w('addStationTitle')}
          </button>
        </div>
      )}
      <DataTable
        label={w('tabStations')}
        columns={shown}
        rows={rows}
        keyOf={(r) => r.id}
        {...(writes ? { open: (r: Station) => (open.value = r) } : {})}
        foot={
          query.failure.value ? (
            <Failed query={query} />
          ) : query.data.value && rows.length === 0 ? (
            <Empty title={w('stationsNone')}>
              <p class="quiet">{w('stationsNoneText')}</p>
            </Empty>
          ) : null
        }
      />
      {open.value !== null && (
        <StationDialog
          station={open.value === 'new' ? null : open.value}
          close={() => (open.value = null)}
          changed={() => query.again()}
        />
      )}
    </>
  );
}
