import { pino } from 'pino'
import type { Settings } from '../config/settings.ts'
import type { Tell } from '../server/operation-events.ts'
import type { CommandContext, LogLevel } from './command.ts'
import { describeEvent, type LogEntry } from './log-entry.ts'
import { toJson } from './output/json.ts'

type LogContext = Pick<CommandContext, 'settings' | 'isLive' | 'json' | 'log' | 'redirectLog' | 'print'>

const RANKS: Readonly<Record<LogLevel, number>> = { debug: 0, info: 1, warn: 2, error: 3 }

/**
 * The log of a command that runs for long, on stderr: lines for people, or a JSON object a line, and then nothing else.
 * Entries are made of events, which hold no secrets, and of what the command says by itself. With --json, what the schedule tells also goes to stdout, an event a line.
 *
 * @param role the command, such as `worker`
 */
export function createLog(role: string, context: LogContext): Tell {
  const write = isText(context.settings, context.isLive) ? textWriter(context) : jsonWriter(role, context)
  return (part, event, origin = {}) => {
    if (context.json && (part === 'schedule' || part === 'refresh')) context.print(toJson(event))
    const entry: LogEntry | undefined = describeEvent[part](event)
    if (entry !== undefined) write(entry, { ...entry.fields, ...origin })
  }
}

function isText({ logFormat }: Settings, isLive: boolean): boolean {
  return logFormat === 'text' || (logFormat === 'auto' && isLive)
}

type Write = (entry: LogEntry, fields: Readonly<Record<string, unknown>>) => void

function textWriter({ settings, log }: LogContext): Write {
  return ({ level, text }) => {
    if (RANKS[level] >= RANKS[settings.logLevel]) log(`${new Date().toISOString().slice(0, 19)}Z ${text}`)
  }
}

function jsonWriter(role: string, { settings, redirectLog }: LogContext): Write {
  const writeLine = redirectLog((text, level) => logger[level](text))
  const logger = pino(
    {
      level: settings.logLevel,
      base: { role, pid: process.pid },
      messageKey: 'message',
      timestamp: pino.stdTimeFunctions.isoTime,
      formatters: { level: (label) => ({ level: label }) },
    },
    { write: (line) => writeLine(line.trimEnd()) },
  )
  return ({ level, text }, fields) => logger[level](fields, text)
}
