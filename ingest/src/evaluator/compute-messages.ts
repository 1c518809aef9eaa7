import type { RawSamples } from '@plume/ingest/emissions';
import type { DayInput, Overrides } from '../rules/index.ts';
import type { ComputedDay, ComputedReference, JudgedOutcomes, JudgeRequest, ReferenceTruck } from './compute-core.ts';

/** What the evaluator asks of the computing thread. */
export type ComputeTask =
  | { readonly kind: 'openTruck'; readonly summaries: readonly { readonly day: string; readonly text: string }[] }
  | { readonly kind: 'computeDay'; readonly vehicleId: number; readonly input: DayInput; readonly overrides: Overrides }
  | { readonly kind: 'dropDay'; readonly day: string }
  | { readonly kind: 'judge'; readonly request: JudgeRequest; readonly overrides: Overrides }
  | {
      readonly kind: 'makeReferences';
      readonly month: string;
      readonly trucks: readonly ReferenceTruck[];
      readonly overrides: Overrides;
    };

/** What it answers, by the task. */
export interface ComputeAnswers {
  readonly openTruck: undefined;
  readonly computeDay: ComputedDay;
  readonly dropDay: undefined;
  readonly judge: JudgedOutcomes;
  readonly makeReferences: readonly ComputedReference[];
}

/** A day's samples move from thread to thread instead of being copied: who gives them away has them no more. */
export function buffersOf({ timeSec, values, quality }: RawSamples): ArrayBuffer[] {
  return [timeSec.buffer, values.buffer, quality.buffer].filter((each) => each instanceof ArrayBuffer);
}

export interface ComputeRequest {
  readonly id: number;
  readonly task: ComputeTask;
}

export type ComputeReply =
  | { readonly id: number; readonly answer: ComputeAnswers[keyof ComputeAnswers] }
  | { readonly id: number; readonly failure: { readonly message: string; readonly stack: string } };
