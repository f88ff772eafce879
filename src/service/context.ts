import type { LoadedSettings } from '../config/settings.ts'
import type { LogContext } from '../telemetry/log.ts'

/** What a long-running process gets from the command that starts it. */
export interface ServiceContext extends LogContext {
  loaded: LoadedSettings
  /** Aborted by Ctrl-C: stop at the next safe point. */
  signal: AbortSignal
  /** The number of log lines that could not be written. */
  logLinesLost(): number
}
