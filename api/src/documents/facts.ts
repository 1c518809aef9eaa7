import type { z } from '@hono/zod-openapi';
import type { Finding } from '../finding-schema.ts';

/** What a document needs, whatever it is issued of. Days are Beijing dates; null: not known. */
export interface DocumentFacts {
  readonly office: {
    readonly issuer: string;
    readonly address: string;
    readonly contact: string;
    readonly legalBasis: string;
  };
  readonly today: string;
  readonly case: {
    readonly number: string;
    readonly type: string;
    readonly state: string;
    readonly source: string;
    readonly openedDay: string;
    readonly district: string | null;
    readonly officer: string | null;
  };
  readonly vehicle: {
    readonly plate: string;
    readonly plateColor: string | null;
    readonly vin: string;
    readonly stage: string | null;
    readonly vehicleType: string | null;
    readonly engineModel: string | null;
    readonly engineNumber: string | null;
    readonly ratedPowerKw: number | null;
    readonly referenceTorqueNm: number | null;
    readonly grossMassKg: number | null;
    readonly fuelTankL: number | null;
    readonly ureaTankL: number | null;
    readonly aftertreatment: string | null;
    readonly useType: string | null;
    readonly owner: string | null;
    readonly phone: string | null;
    readonly enterprise: string | null;
  };
  readonly terminal: {
    readonly id: string;
    readonly vendor: string | null;
    readonly model: string | null;
    readonly firmware: string | null;
    readonly iccid: string | null;
  } | null;
  /** The finding that tells most; null: the case rests on none. */
  readonly finding: z.infer<typeof Finding> | null;
  /** What set the case off where that is no finding: names and values. */
  readonly trigger: readonly (readonly [name: string, value: string])[];
  /** The newest pack last. */
  readonly packs: readonly {
    readonly id: string;
    readonly sha256: string;
    readonly rule: string;
    readonly day: string;
    readonly createdMs: number;
  }[];
  readonly steps: readonly {
    readonly day: string;
    readonly what: string;
    readonly values: string;
    readonly by: string;
    readonly due: string | null;
  }[];
  readonly documents: readonly {
    readonly title: string;
    readonly number: string | null;
    readonly day: string;
    readonly sha256: string;
  }[];
  readonly notice: {
    readonly number: string;
    readonly workingDays: number;
    readonly deadlineDay: string;
    readonly objectionDays: number;
    /** Whether the deadline leads through a year whose holidays are not entered. */
    readonly estimated: boolean;
  } | null;
}
