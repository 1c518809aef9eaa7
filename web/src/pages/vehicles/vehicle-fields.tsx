import { t } from '../../i18n/words/shell.ts';
import { w } from '../../i18n/words/vehicles.ts';
import { type Fault, PLAUSIBLE } from '../../model/vehicle-form.ts';
import { ChoiceField, type Form, TextField } from '../../ui/form.tsx';

function rangeOf(name: keyof typeof PLAUSIBLE): { min: number; max: number; unit: string } {
  const { min, max, unit } = PLAUSIBLE[name];
  return { min, max, unit };
}

/** A fault in words. */
export function faultWords(fault: Fault): string {
  if (fault.kind === 'vin') return w('vinPattern');
  if (fault.kind === 'terminal') return w('terminalPattern');
  return fault.kind === 'required' ? t('fieldRequired') : w('plausible', rangeOf(fault.name));
}

/** Faults in words, by field. */
export function wordedFaults(faults: Readonly<Record<string, Fault>>): Record<string, string> {
  return Object.fromEntries(Object.entries(faults).map(([name, fault]) => [name, faultWords(fault)]));
}

/** What a truck is known by; its VIN is told apart, since it never changes. */
export function IdentityFields<V extends Record<string, string>>({ form }: { form: Form<V> }) {
  const colours = ['yellow', 'yellowGreen', 'blue', 'green', 'white', 'black'] as const;
  // A colour that was entered by other means stays selectable.
  const own = form.values.value.plateColor ?? '';
  const listed = colours.some((each) => w.zh[each] === own);
  return (
    <div class="field-row">
      <TextField form={form} name="plate" label={w('plate')} input={{ maxLength: 20 }} />
      <ChoiceField
        form={form}
        name="plateColor"
        label={w('plateColor')}
        options={[
          ['', w('unknown')] as const,
          ...colours.map((each) => [w.zh[each], w(each)] as const),
          ...(own === '' || listed ? [] : [[own, own] as const]),
        ]}
      />
      <TextField form={form} name="district" label={w('district')} input={{ maxLength: 40 }} />
      <TextField form={form} name="enterprise" label={w('enterprise')} input={{ maxLength: 100 }} />
      <TextField form={form} name="useType" label={w('useType')} input={{ maxLength: 40 }} />
    </div>
  );
}

/** The numbers that verdicts rest on. */
export function ParameterFields<V extends Record<string, string>>({ form }: { form: Form<V> }) {
  const number = (name: keyof typeof PLAUSIBLE) => ({
    type: 'number' as const,
    inputMode: 'decimal' as const,
    step: 'any',
    min: PLAUSIBLE[name].min,
    max: PLAUSIBLE[name].max,
  });
  return (
    <div class="field-row">
      <ChoiceField
        form={form}
        name="stage"
        label={w('stage')}
        options={[
          ['IV', t('stageIV')],
          ['V', t('stageV')],
          ['VI', t('stageVI')],
        ]}
      />
      <TextField form={form} name="ratedPowerKw" label={w('power')} unit="kW" input={number('ratedPowerKw')} />
      <TextField
        form={form}
        name="referenceTorqueNm"
        label={w('torque')}
        unit="N·m"
        hint={w('torqueHint')}
        input={number('referenceTorqueNm')}
      />
      <TextField form={form} name="fuelTankL" label={w('fuelTank')} unit="L" input={number('fuelTankL')} />
      <TextField form={form} name="ureaTankL" label={w('ureaTank')} unit="L" input={number('ureaTankL')} />
      <TextField form={form} name="ratedRpm" label={w('ratedRpm')} unit="rpm" input={number('ratedRpm')} />
      <TextField form={form} name="displacementL" label={w('displacement')} unit="L" input={number('displacementL')} />
      <TextField
        form={form}
        name="workRefKwh"
        label={w('workRef')}
        unit="kWh"
        hint={w('workRefHint')}
        input={number('workRefKwh')}
      />
      <TextField
        form={form}
        name="inUseGPerKwh"
        label={w('inUseLimit')}
        unit="g/kWh"
        hint={w('limitHint')}
        input={number('inUseGPerKwh')}
      />
      <TextField
        form={form}
        name="approvalGPerKwh"
        label={w('approvalLimit')}
        unit="g/kWh"
        hint={w('limitHint')}
        input={number('approvalGPerKwh')}
      />
      <TextField form={form} name="engineModel" label={w('engineModel')} input={{ maxLength: 60 }} />
      <TextField
        form={form}
        name="aftertreatment"
        label={w('aftertreatment')}
        hint={w('aftertreatmentHint')}
        input={{ maxLength: 200 }}
      />
    </div>
  );
}
