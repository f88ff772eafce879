import { Command, Option } from 'commander'
import type { SettingName } from '../config/settings.ts'
import { SETTINGS } from '../config/settings.ts'
import type { ServiceContext } from '../service/context.ts'

/** What every command gets. */
export interface CommandContext extends ServiceContext {
  /** What the user writes to call us, such as `hubdex`: for commands that are printed to be copied. */
  called: string
  /** Whether stdout is a terminal, which obeys some of what is written to it. */
  isTerminal: boolean
  /** Columns of the terminal that stdout is; undefined where it is a file or a pipe, or has no known width. */
  width: number | undefined
  /**
   * Prints the result: the document as JSON under `--json`, otherwise the text.
   *
   * @param text makes what people read
   */
  answer(document: unknown, text: () => string): void
}

/** A command's work; what it returns is the exit code, 0 when nothing. */
export type CommandAction<Options> = (
  context: CommandContext,
  options: Options,
  parameters: string[],
) => Promise<number | undefined>

/**
 * Wraps an action so that settings are loaded and errors become exit codes; the program provides it. The action is imported
 * when its command runs, not before: all libraries together take 0.7 s of processor time to load, which `--help` does not need.
 */
export type Run = <Options>(
  load: () => Promise<CommandAction<Options>>,
) => (...commanderArguments: unknown[]) => Promise<void>

/** A wrong use of the command line, with the sentence to show. Exit code 2. */
export class UsageError extends Error {
  override readonly name = 'UsageError'
}

export interface CommandSpecification {
  name: string
  summary: string
  description?: string
  /** Settings that may be given as flags of this command, beside the global ones. */
  settings?: readonly SettingName[]
  /** Examples for `--help`: each line a command. */
  examples: readonly string[]
}

/** A command with what all of them share: global flags, and examples under `--help`. */
export function defineCommand(specification: CommandSpecification): Command {
  const command = new Command(specification.name)
    .summary(specification.summary)
    .description(specification.description ?? specification.summary)
    .addHelpText('after', exampleText(specification.examples))
  for (const name of specification.settings ?? []) command.addOption(settingOption(name))
  return command
}

/** What stands below the options under `--help`. */
export function exampleText(examples: readonly string[]): string {
  return ['', 'Examples:', ...examples.map((line) => `  $ ${line}`)].join('\n')
}

/** The command line option of a setting, as its table row describes it. */
export function settingOption(name: SettingName): Option {
  const setting: { flag?: string; env: string; help: string } = SETTINGS[name]
  if (setting.flag === undefined) throw new Error(`Setting ${name} has no flag.`)
  // A sentence there, one of many phrases here.
  const help = setting.help.replace(/^[A-Z](?=[a-z ])/, (letter) => letter.toLowerCase()).replace(/\.$/, '')
  return new Option(setting.flag, `${help} (${setting.env})`)
}
