import { Command, Option } from 'commander'
import type { SettingName } from '../config/settings.ts'
import { SETTINGS } from '../config/settings.ts'
import type { ServiceContext } from '../service/context.ts'

/** The context of every command. */
export interface CommandContext extends ServiceContext {
  /** How the user starts this program, such as `hubdex`: for commands printed to be copied. */
  invocation: string
  /** Whether stdout is a terminal, which obeys control sequences. */
  isTerminal: boolean
  /** Whether colors are welcome on stdout: it is a terminal, and neither NO_COLOR nor a dumb terminal forbids them. */
  hasColor: boolean
  /** Columns of the terminal; undefined for a file, a pipe or an unknown width. */
  width: number | undefined
  /** Prints the content of a file as it is. */
  printBytes(bytes: Uint8Array): void
  /** Prints the result: the document as JSON under `--json`, otherwise the text. */
  answer(document: unknown, text: () => string): void
}

/** Carries out a command and returns its exit code; undefined means 0. */
export type CommandAction<Options> = (
  context: CommandContext,
  options: Options,
  parameters: string[],
) => Promise<number | undefined>

/**
 * Wraps an action so that settings are loaded and errors become exit codes. The action is imported only when its command runs:
 * loading all libraries takes 0.7 s of processor time, which `--help` does not need.
 */
export type Run = <Options>(load: () => Promise<CommandAction<Options>>) => (...commanderArguments: unknown[]) => Promise<void>

/** Wrong use of the command line. The user sees the message; the exit code is 2. */
export class UsageError extends Error {
  override readonly name = 'UsageError'
}

export interface CommandSpecification {
  name: string
  summary: string
  description?: string
  /** Settings with a flag of this command, besides the global ones. */
  settings?: readonly SettingName[]
  /** Command lines to show under `--help`. */
  examples: readonly string[]
}

/** A command with flags for its settings, and examples under `--help`. */
export function defineCommand(specification: CommandSpecification): Command {
  const command = new Command(specification.name)
    .summary(specification.summary)
    .description(specification.description ?? specification.summary)
    .addHelpText('after', exampleText(specification.examples))
  for (const name of specification.settings ?? []) command.addOption(settingOption(name))
  return command
}

/** The text below the options under `--help`. */
export function exampleText(examples: readonly string[]): string {
  return ['', 'Examples:', ...examples.map((line) => `  $ ${line}`)].join('\n')
}

/** The command line option of a setting. */
export function settingOption(name: SettingName): Option {
  const setting: { flag?: string; env: string; help: string } = SETTINGS[name]
  if (setting.flag === undefined) throw new Error(`Setting ${name} has no flag.`)
  // The help of a setting is a sentence, that of an option a phrase.
  const help = setting.help.replace(/^[A-Z](?=[a-z ])/, (letter) => letter.toLowerCase()).replace(/\.$/, '')
  return new Option(setting.flag, `${help} (${setting.env})`)
}
