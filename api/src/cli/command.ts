import type { ArgsDef, CommandDef, SubCommandsDef } from 'citty';
import type { ApiCall } from '../call.ts';

/** A command line that cannot be carried out; the message is one sentence for the person who typed it. */
export class UsageError extends Error {
  override readonly name = 'UsageError';
}

/** Runs `use` with a way to the API: of the running service, or of an application opened for this command alone. */
export type WithApi = <T>(use: (call: ApiCall) => Promise<T>) => Promise<T>;

/** Commands of a command, each called as it is typed: its own help says so. */
function named(commands: SubCommandsDef): SubCommandsDef {
  return Object.fromEntries(
    Object.entries(commands).map(([name, each]) =>
      typeof each === 'function' || each instanceof Promise ? [name, each] : [name, { ...each, meta: { name, ...each.meta } }],
    ),
  );
}

/** A command that refuses options it does not have: left out in silence, a misspelt one changes what is done. */
export function command<const T extends ArgsDef>(def: CommandDef<T>): CommandDef<T> {
  if (!def.run) {
    const { subCommands } = def;
    return typeof subCommands === 'object' && !(subCommands instanceof Promise)
      ? { ...def, subCommands: named(subCommands) }
      : def;
  }
  const setup = async ({ rawArgs }: { rawArgs: string[] }): Promise<void> => {
    const args: ArgsDef = (typeof def.args === 'function' ? await def.args() : await def.args) ?? {};
    const known = Object.entries(args).flatMap(([name, { type }]) =>
      type === 'positional' ? [] : type === 'boolean' ? [name, `no-${name}`] : [name],
    );
    for (const word of rawArgs) {
      const name = /^--([^=]+)/.exec(word)?.[1];
      if (name !== undefined && !known.includes(name))
        throw new UsageError(`There is no option --${name}. See: npm run plume -- --help`);
    }
  };
  return { ...def, plugins: [{ name: 'known options', setup }] };
}

/** The option every command has that answers something. */
export const json = { type: 'boolean', description: 'Print JSON', default: false } as const;

/** Prints an answer as JSON, or as its text. */
export function print(data: unknown, asJson: boolean, text: string): void {
  process.stdout.write(`${asJson ? JSON.stringify(data, null, 2) : text}\n`);
}
