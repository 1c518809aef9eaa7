import type { InferResponseType } from 'hono/client';
import { api, take } from '../../data/client.ts';
import { w } from '../../i18n/words/documents.ts';
import { t } from '../../i18n/words/shell.ts';
import { useQuery } from '../../state/query.ts';
import { AreaField, FormFoot, TextField, useForm } from '../../ui/form.tsx';
import { Scroll } from '../../ui/scroll.tsx';
import { Read } from '../../ui/states.tsx';
import { toast } from '../../ui/toast.tsx';

type Stored = InferResponseType<typeof api.documents.office.$get, 200>;

function Form({ stored, changed }: { stored: Stored; changed: () => void }) {
  const { office } = stored;
  const first = {
    issuer: office?.issuer ?? '',
    address: office?.address ?? '',
    contact: office?.contact ?? '',
    legalBasis: office?.legalBasis ?? '',
    objectionDays: String(office?.objectionDays ?? 5),
    repairNotice: office?.prefixes.repairNotice ?? '',
    rectification: office?.prefixes.rectification ?? '',
  };
  const form = useForm(first, {
    check: (v) => ({
      ...(v.rectification.trim() === v.repairNotice.trim() ? { rectification: w('prefixesSame') } : {}),
      ...Object.fromEntries(
        Object.entries(v).flatMap(([name, value]) => (value.trim() === '' ? [[name, t('fieldRequired')]] : [])),
      ),
    }),
    send: async (v) => {
      const json = {
        version: stored.version,
        office: {
          issuer: v.issuer.trim(),
          address: v.address.trim(),
          contact: v.contact.trim(),
          legalBasis: v.legalBasis.trim(),
          objectionDays: Number(v.objectionDays),
          prefixes: { repairNotice: v.repairNotice.trim(), rectification: v.rectification.trim() },
        },
      };
      await take(api.documents.office.$put({ json }));
      toast({ text: t('savedAt') });
      changed();
    },
    wordsOf: (code) => (code === 'CHANGED' ? t('changedElsewhere') : undefined),
  });
  return (
    <form class="section office-form" onSubmit={form.submit} noValidate>
      <p class="quiet">
        {w('officeIntro')} {stored.updatedBy && w('officeBy', { by: stored.updatedBy })}
      </p>
      <div class="field-row">
        <TextField form={form} name="issuer" label={w('issuer')} />
        <TextField form={form} name="contact" label={w('contact')} />
      </div>
      <TextField form={form} name="address" label={w('address')} />
      <AreaField form={form} name="legalBasis" label={w('legalBasis')} hint={w('legalBasisHint')} rows={2} />
      <div class="field-row">
        <TextField
          form={form}
          name="objectionDays"
          label={w('objectionDays')}
          unit={w('workingDaysUnit')}
          input={{ type: 'number', min: 1, max: 60 }}
        />
        <TextField form={form} name="repairNotice" label={w('prefixRepair')} hint={w('prefixHint')} />
        <TextField form={form} name="rectification" label={w('prefixRectify')} />
      </div>
      <FormFoot form={form} submit={t('save')} />
    </form>
  );
}

/** What the office prints on its documents. */
export function OfficeForm() {
  const query = useQuery('documents office', (signal) => take(api.documents.office.$get({}, { init: { signal } })));
  return (
    <Scroll>
      <Read query={query}>{(stored) => <Form key={stored.version} stored={stored} changed={query.again} />}</Read>
    </Scroll>
  );
}
