import { command, json, print } from '@plume/api/cli';
import { describeMessage, renderDescription } from '@plume/ingest/protocol';

/** `plume decode`. */
export const decode = command({
  meta: { name: 'decode', description: 'Print a native frame field by field: npm run plume -- decode 2323…' },
  args: { hex: { type: 'positional', description: 'The frame, or several back to back, in hexadecimal', required: true }, json },
  run: ({ args }) => {
    const hex = args._.join('');
    const message = describeMessage(hex);
    print(message, args.json, renderDescription(message));
    if (message.format === 'none' || message.problems.length > 0) process.exitCode = 1;
  },
});
