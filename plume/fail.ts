/** Ends the process with one line that says what is wrong and what to do. */
export function fail(message: string): never {
  process.stderr.write(`plume: ${message}\n`);
  process.exit(1);
}

/** What an error says, whatever was thrown. */
export function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
