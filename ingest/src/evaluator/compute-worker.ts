import { type MessagePort, parentPort } from 'node:worker_threads';
import { ComputeCore } from './compute-core.ts';
import { buffersOf, type ComputeAnswers, type ComputeReply, type ComputeRequest, type ComputeTask } from './compute-messages.ts';

/** The evaluator's arithmetic in a thread of its own: a truck-day takes some tens of milliseconds, in which no message would be acknowledged. */
if (!parentPort) throw new Error('This file runs as a worker thread.');
const port: MessagePort = parentPort;
const core = new ComputeCore();

port.on('message', ({ id, task }: ComputeRequest) => {
  let reply: ComputeReply;
  try {
    reply = { id, answer: perform(task) };
  } catch (error) {
    const known = error instanceof Error ? error : new Error(String(error));
    reply = { id, failure: { message: known.message, stack: known.stack ?? '' } };
  }
  port.postMessage(reply, 'answer' in reply ? transferred(reply.answer) : []);
});

/** A day's minutes move over instead of being copied, and its samples move back. */
function transferred(answer: ComputeAnswers[keyof ComputeAnswers]): ArrayBuffer[] {
  return answer !== undefined && 'minutes' in answer ? [answer.minutes.buffer, ...buffersOf(answer.samples)] : [];
}

function perform(task: ComputeTask): ComputeAnswers[keyof ComputeAnswers] {
  switch (task.kind) {
    case 'openTruck':
      core.openTruck(task.summaries);
      return undefined;
    case 'computeDay':
      return core.computeDay(task.vehicleId, task.input, task.overrides);
    case 'dropDay':
      core.dropDay(task.day);
      return undefined;
    case 'judge':
      return core.judge(task.request, task.overrides);
    case 'makeReferences':
      return core.makeReferences(task.month, task.trucks, task.overrides);
  }
}
