import type { LoadedSettings } from '../config/settings.ts'
import type { LogContext } from '../telemetry/log.ts'

/** What a process that runs for long gets from the command that starts it. */
export interface ServiceContext extends LogContext {
  loaded: LoadedSettings
  /** Aborted by Ctrl-C: stop at the next safe point. */
  signal: AbortSignal
  /** How many lines of the log could not be written. */
  logLinesLost(): number
}
