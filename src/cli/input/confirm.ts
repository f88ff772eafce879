import { createInterface } from 'node:readline/promises'
import type { Readable, Writable } from 'node:stream'
import { type CommandContext, UsageError } from '../command.ts'
import { EXIT_FAILED } from '../exit-codes.ts'

/** Flags of commands that change or delete something on the Hub. */
export interface SafetyFlags {
  yes?: true
  dryRun?: true
}

/**
 * Makes a change unless `--dry-run` only describes it. A destructive one is confirmed first: on a terminal by the user, elsewhere
 * by `--yes`.
 *
 * @param what the change as a command, such as `Delete the model acme/x`
 * @returns the exit code
 */
export async function change(
  context: CommandContext,
  { what, flags, isDestructive = false }: { what: string; flags: SafetyFlags; isDestructive?: boolean },
  make: () => Promise<void>,
): Promise<number> {
  if (flags.dryRun === true) {
    context.answer({ dryRun: true, change: what }, () => `Would do: ${what}. Nothing was changed.`)
    return 0
  }
  if (isDestructive && flags.yes !== true && !(await isAllowed(context, what))) {
    context.log('Nothing was changed.')
    return EXIT_FAILED
  }
  await make()
  return 0
}

async function isAllowed({ isLive }: CommandContext, what: string): Promise<boolean> {
  if (isLive && process.stdin.isTTY === true) return await isConfirmed(`${what}? [y/N] `, process.stdin, process.stderr)
  throw new UsageError(`${what}: there is no terminal to ask on. Add --yes to do it, or --dry-run to see what would be done.`)
}

/** Asks the user. Anything but y or yes means no. */
export async function isConfirmed(text: string, input: Readable, output: Writable): Promise<boolean> {
  const lines = createInterface({ input, output, terminal: false })
  try {
    output.write(text)
    for await (const line of lines) return /^\s*y(es)?\s*$/i.test(line)
    return false
  } finally {
    lines.close()
  }
}
