import { Command, CommanderError } from 'commander'
import { loadSettings } from '../config/load-settings.ts'
import { secretsInEnvironment, secretsInSettings } from '../config/secrets/known-secrets.ts'
import { Redactor } from '../config/secrets/redactor.ts'
import { type LoadedSettings, type SettingName, settingsTable } from '../config/settings.ts'
import { SettingsError } from '../config/settings-error.ts'
import { readSettingsFile } from '../config/settings-file.ts'
import { escapeLines } from '../output/escape.ts'
import { toJson } from '../output/json.ts'
import type { LogLevel } from '../telemetry/log-entry.ts'
import { homeFolder } from '../util/home-folder.ts'
import { hubdexVersion } from '../util/version.ts'
import { type CommandAction, type CommandContext, exampleText, type Run, settingOption } from './command.ts'
import { configCommand } from './commands/config.ts'
import { crawlCommand } from './commands/crawl.ts'
import { databaseCommand } from './commands/database.ts'
import { demoCommand } from './commands/demo.ts'
import { exportCommand } from './commands/export.ts'
import { failuresCommand } from './commands/failures.ts'
import { forgetCommand } from './commands/forget.ts'
import { hubCommand } from './commands/hub/index.ts'
import { mcpCommand } from './commands/mcp.ts'
import { reportCommand } from './commands/report.ts'
import { sampleHubCommand } from './commands/sample-hub.ts'
import { scheduleCommand } from './commands/schedule.ts'
import { searchCommand } from './commands/search.ts'
import { indexCommand } from './commands/search-index.ts'
import { serveCommand } from './commands/serve.ts'
import { showCommand } from './commands/show.ts'
import { sqlCommand } from './commands/sql.ts'
import { statusCommand } from './commands/status.ts'
import { suggestCommand } from './commands/suggest.ts'
import { upCommand } from './commands/up.ts'
import { workerCommand } from './commands/worker.ts'
import { EXIT_USAGE, exitCodeOf, messageOf } from './exit-codes.ts'
import { invocationOf, withInvocation } from './invocation.ts'
import { EXIT_STOPPED, stopOnSignals } from './stop-signals.ts'

const GLOBAL_SETTINGS = ['dataDir', 'endpoint'] as const

const EXAMPLES = [
  'hubdex demo',
  'hubdex crawl --limit 5000',
  'hubdex search whisper --facet language',
  'hubdex sql "select license, count(*) from models group by 1 order by 2 desc limit 10"',
]

/** Where the program reads its settings from and writes its output to. */
export interface Host {
  environment: Readonly<Record<string, string | undefined>>
  workingDirectory: string
  stdout: Output & { onLost?: (reason: string) => void }
  stderr: Output & { readonly linesLost?: number }
}

interface Output {
  write(text: string | Uint8Array): unknown
  isTTY?: boolean
  columns?: number
}

/** Runs one command line and returns its exit code: 0 done, 1 failed, 2 wrong usage or settings, 130 stopped. */
export async function runProgram(commandLine: readonly string[], host: Host): Promise<number> {
  let exitCode = 0
  const redactor = new Redactor()
  redactor.learn(secretsInEnvironment(host.environment))
  const redacted: Host = {
    ...host,
    stdout: filtered(host.stdout, (text) => redactor.result(text)),
    stderr: filtered(host.stderr, (text) => redactor.message(text)),
  }
  const exit = (code: number) => {
    exitCode = code
  }
  const program = buildProgram(redacted, exit, (loaded) => redactor.learn(secretsInSettings(loaded)))
  try {
    await program.parseAsync(withHelpLast(commandLine), { from: 'user' })
  } catch (error) {
    if (!(error instanceof CommanderError)) throw error
    return error.exitCode === 0 ? 0 : EXIT_USAGE
  }
  return exitCode
}

/** Turns `help db migrate` into `db migrate --help`, because commander's help command reads only one name. */
function withHelpLast(commandLine: readonly string[]): string[] {
  const [first, ...names] = commandLine
  return first === 'help' && names.length > 1 ? [...names, '--help'] : [...commandLine]
}

function filtered<Kind extends Output>(output: Kind, filter: (text: string) => string): Kind {
  const write: Output['write'] = (text) => output.write(typeof text === 'string' ? filter(text) : text)
  return new Proxy(output, { get: (target, key) => (key === 'write' ? write : Reflect.get(target, key)) })
}

/** Builds the command line, for the docs too. @param onSettings called before the settings are used */
export function buildProgram(
  host: Host,
  exit: (code: number) => void,
  onSettings: (loaded: LoadedSettings) => void = () => undefined,
): Command {
  const program = new Command('hubdex')
    .description('Crawl the Hugging Face Hub into a catalog of your own, search it and query it with SQL.')
    .version(hubdexVersion())
    .option('--json', 'print one JSON document on stdout, and nothing else')
    .option('--config <file>', 'settings file (default: hubdex.config.json in this folder, if it exists)')
    .configureHelp({ subcommandTerm: (command) => command.name() })
    .configureOutput({
      writeOut: (text) => void host.stdout.write(text),
      writeErr: (text) => void host.stderr.write(text),
      // The value of an unknown option may be a token.
      outputError: (text, write) => write(text.replace(/(unknown option '--?[\w-]+=).*'/s, "$1…'")),
    })
    .showHelpAfterError('(add --help for the options and examples)')
    .exitOverride()
  for (const name of GLOBAL_SETTINGS) program.addOption(settingOption(name))
  program.addHelpText('after', exampleText(EXAMPLES))
  program.addHelpText('afterAll', ({ command }) => (command === program ? '' : globalOptionsText(program)))
  const run: Run =
    (load) =>
    (...commanderArguments) =>
      runAction(load, commanderArguments, { host, exit, onSettings })
  for (const define of [
    demoCommand,
    crawlCommand,
    searchCommand,
    suggestCommand,
    showCommand,
    sqlCommand,
    exportCommand,
    reportCommand,
    upCommand,
    scheduleCommand,
    workerCommand,
    serveCommand,
    mcpCommand,
    statusCommand,
    failuresCommand,
    forgetCommand,
    hubCommand,
    indexCommand,
    sampleHubCommand,
    configCommand,
    databaseCommand,
  ]) {
    program.addCommand(inherit(define(run), program))
  }
  refuseUnknownCommands(program)
  return program
}

/** Short, so that a command's own options and examples fit on a screen of 24 lines. */
function globalOptionsText(program: Command): string {
  const flags = program.options.filter((option) => option.long !== '--version').map((option) => option.flags)
  return `\nGlobal options (\`hubdex --help\` describes them):\n  ${flags.join(', ')}`
}

/** For the help of an unknown command, commander would show its parent's and succeed. */
function refuseUnknownCommands(command: Command): void {
  if (command.commands.length === 0) return
  command.addHelpText('before', () => {
    const [first, second] = command.args
    const name = first === 'help' ? second : first
    const isKnown = command.commands.some((child) => child.name() === name)
    if (name !== undefined && !name.startsWith('-') && !isKnown) command.error(`error: unknown command '${name}'`)
    return ''
  })
  for (const child of command.commands) refuseUnknownCommands(child)
}

/** Applies settings to all commands below, which would otherwise exit the process on wrong usage. */
function inherit(command: Command, parent: Command): Command {
  command.copyInheritedSettings(parent)
  for (const child of command.commands) inherit(child, command)
  return command
}

/** Loads settings and action, runs it, and turns errors into a message and an exit code. */
async function runAction<Options>(
  load: () => Promise<CommandAction<Options>>,
  commanderArguments: unknown[],
  { host, exit, onSettings }: { host: Host; exit(code: number): void; onSettings(loaded: LoadedSettings): void },
): Promise<void> {
  const command = commanderArguments.at(-1) as Command
  const options = command.optsWithGlobals() as Options & { json?: boolean; config?: string }
  const invocation = invocationOf(host.environment)
  // Escaped, because errors of the database or the Hub may quote foreign text.
  const writeLine = (text: string) => void host.stderr.write(`${withInvocation(escapeLines(text), invocation)}\n`)
  let write: (text: string, level: LogLevel) => void = writeLine
  const log = (text: string, level: LogLevel = 'info') => write(text, level)
  host.stdout.onLost = (reason) => log(reason, 'error')
  using stop = stopOnSignals(log)
  try {
    const loaded = await settingsOf(options, host)
    onSettings(loaded)
    const json = options.json ?? false
    const print = (text: string) => void host.stdout.write(`${text}\n`)
    const context: CommandContext = {
      settings: loaded.values,
      loaded,
      invocation,
      json,
      signal: stop.signal,
      isLive: host.stderr.isTTY === true,
      isTerminal: host.stdout.isTTY === true,
      hasColor: host.stdout.isTTY === true && !host.environment['NO_COLOR'] && host.environment['TERM'] !== 'dumb',
      // A terminal of unknown size reports 0.
      width: (host.stdout.isTTY === true && host.stdout.columns) || undefined,
      print,
      printBytes: (bytes) => void host.stdout.write(bytes),
      answer: (document, text) => print(json ? toJson(document, 2) : text()),
      log,
      logLinesLost: () => host.stderr.linesLost ?? 0,
      redirectLog: (to) => {
        write = to
        return writeLine
      },
    }
    const action = await load()
    exit((await action(context, options, command.args)) ?? 0)
  } catch (error) {
    if (stop.signal.aborted) return exit(EXIT_STOPPED)
    log(messageOf(error), 'error')
    exit(exitCodeOf(error))
  }
}

async function settingsOf(options: { config?: string }, host: Host): Promise<LoadedSettings> {
  const given = options as Readonly<Record<string, unknown>>
  const flags: Partial<Record<SettingName, unknown>> = {}
  for (const { name } of settingsTable) if (given[name] !== undefined) flags[name] = given[name]
  return loadSettings({
    flags,
    environment: host.environment,
    file: await readSettingsFile(host.workingDirectory, options.config),
    platform: { dataDirectory: await dataFolder() },
  })
}

async function dataFolder(): Promise<string> {
  if (homeFolder() === undefined) {
    throw new SettingsError(['This user has no home folder. Set HOME to a folder in which this user may write.'])
  }
  const { default: envPaths } = await import('env-paths')
  return envPaths('hubdex', { suffix: '' }).data
}
