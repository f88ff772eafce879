import { Command, CommanderError, Option } from 'commander'
import envPaths from 'env-paths'
import { loadSettings } from '../config/load-settings.ts'
import { type LoadedSettings, type SettingName, settingsTable } from '../config/settings.ts'
import { readSettingsFile } from '../config/settings-file.ts'
import { type CommandAction, type Run, settingOption } from './command.ts'
import { configCommand } from './config.ts'
import { crawlCommand } from './crawl.ts'
import { databaseCommand } from './database.ts'
import { demoCommand } from './demo.ts'
import { EXIT_USAGE, exitCodeOf, messageOf } from './failures.ts'
import { sampleHubCommand } from './sample-hub.ts'
import { searchCommand } from './search.ts'
import { showCommand } from './show.ts'
import { sqlCommand } from './sql.ts'
import { EXIT_STOPPED, stopOnSignals } from './stop-signals.ts'
import { hubdexVersion } from './version.ts'

const GLOBAL_SETTINGS = ['dataDir', 'endpoint'] as const

/** Runs one command line and returns its exit code: 0 done, 1 failed, 2 wrong usage or settings, 130 stopped. */
export async function runProgram(commandLine: readonly string[]): Promise<number> {
  let exitCode = 0
  const program = buildProgram((code) => {
    exitCode = code
  })
  try {
    await program.parseAsync([...commandLine], { from: 'user' })
  } catch (error) {
    if (!(error instanceof CommanderError)) throw error
    return error.exitCode === 0 ? 0 : EXIT_USAGE
  }
  return exitCode
}

/** The whole command line, also for the documentation and its test. */
export function buildProgram(exit: (code: number) => void): Command {
  const program = new Command('hubdex')
    .description('Crawl the Hugging Face Hub into a catalogue of your own, search it and query it with SQL.')
    .version(hubdexVersion())
    .addOption(new Option('--json', 'One JSON document on stdout, and nothing else there'))
    .addOption(new Option('--config <file>', 'Settings file (default: hubdex.config.json here, where there is one)'))
    .configureHelp({ showGlobalOptions: true })
    .showHelpAfterError('(add --help for the options and examples)')
    .exitOverride()
  for (const name of GLOBAL_SETTINGS) program.addOption(settingOption(name))
  const run: Run =
    (action) =>
    (...commanderArguments) =>
      runAction(action, commanderArguments, exit)
  for (const define of [
    demoCommand,
    crawlCommand,
    searchCommand,
    showCommand,
    sqlCommand,
    sampleHubCommand,
    configCommand,
    databaseCommand,
  ]) {
    program.addCommand(define(run).copyInheritedSettings(program))
  }
  return program
}

/** Loads settings, runs the action, and turns what it throws into a message and an exit code. */
async function runAction<Options>(
  action: CommandAction<Options>,
  commanderArguments: unknown[],
  exit: (code: number) => void,
): Promise<void> {
  const command = commanderArguments.at(-1) as Command
  const options = command.optsWithGlobals() as Options & { json?: boolean; config?: string }
  const log = (text: string) => void process.stderr.write(`${text}\n`)
  using stop = stopOnSignals(log)
  try {
    const loaded = await settingsOf(options)
    const context = {
      settings: loaded.values,
      loaded,
      json: options.json ?? false,
      signal: stop.signal,
      isLive: process.stderr.isTTY,
      width: process.stdout.isTTY ? process.stdout.columns : undefined,
      print: (text: string) => void process.stdout.write(`${text}\n`),
      log,
    }
    exit((await action(context, options, command.args)) ?? 0)
  } catch (error) {
    if (stop.signal.aborted) return exit(EXIT_STOPPED)
    log(messageOf(error))
    exit(exitCodeOf(error))
  }
}

async function settingsOf(options: { config?: string }): Promise<LoadedSettings> {
  const given = options as Readonly<Record<string, unknown>>
  const flags: Partial<Record<SettingName, unknown>> = {}
  for (const { name } of settingsTable) if (given[name] !== undefined) flags[name] = given[name]
  return loadSettings({
    flags,
    environment: process.env,
    file: await readSettingsFile(process.cwd(), options.config),
    platform: { dataDirectory: envPaths('hubdex', { suffix: '' }).data },
  })
}
