import { pino } from 'pino'
import type { Settings } from '../config/settings.ts'
import { toJson } from '../output/json.ts'
import type { Emit } from './events.ts'
import { describeEvent, type LogEntry, type LogLevel } from './log-entry.ts'

/** Where a process writes. Results go to `print`, everything else to `log`. */
export interface LogContext {
  settings: Settings
  /** Whether stdout gets one JSON document, and nothing else. */
  json: boolean
  /** Whether stderr is a terminal that can redraw lines. */
  isLive: boolean
  print(text: string): void
  /** @param level used if the log consists of JSON lines. @default info */
  log(text: string, level?: LogLevel): void
  /** Redirects `log` and messages of the program. @returns a function that writes a line to stderr, as `log` did before */
  redirectLog(to: (text: string, level: LogLevel) => void): (line: string) => void
}

const RANKS: Readonly<Record<LogLevel, number>> = { debug: 0, info: 1, warn: 2, error: 3 }

/**
 * The log of a long-running command on stderr: lines for people, or one JSON object per line and nothing else. It contains
 * events, which hold no secrets, and messages of the command. With --json, events of schedule and refreshes also go to stdout,
 * one per line.
 * @param role the command, such as `worker`
 */
export function createLog(role: string, context: LogContext): Emit {
  const write = isText(context.settings, context.isLive) ? textWriter(context) : jsonWriter(role, context)
  return (part, event, origin = {}) => {
    if (context.json && (part === 'schedule' || part === 'refresh')) context.print(toJson(event))
    const entry: LogEntry | undefined = describeEvent[part](event)
    if (entry !== undefined) write(entry, { event: event.type, ...entry.fields, ...origin })
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
