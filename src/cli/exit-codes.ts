import { OtherHub } from '../catalog/passes/other-hub.ts'
import { describeCatalogError } from '../catalog/postgres/errors.ts'
import { SettingsError } from '../config/settings-error.ts'
import { UsageError } from './command.ts'

export const EXIT_FAILED = 1
export const EXIT_USAGE = 2

const USAGE_ERRORS = [SettingsError, UsageError, OtherHub]

/** 2 for wrong usage or settings, 1 for other errors. */
export function exitCodeOf(error: unknown): number {
  return USAGE_ERRORS.some((usage) => error instanceof usage) ? EXIT_USAGE : EXIT_FAILED
}

/** The error for the user. Most errors say what to do; for a bug in hubdex, the stack is needed. */
export function messageOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error)
  const isBug = error instanceof TypeError || error instanceof ReferenceError || error instanceof RangeError
  return isBug && error.stack !== undefined
    ? `Internal error in hubdex; please report it: ${error.stack}`
    : describeCatalogError(error)
}
