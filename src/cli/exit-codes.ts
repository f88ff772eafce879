import { OtherHub } from '../catalog/passes/other-hub.ts'
import { describeCatalogError } from '../catalog/postgres/errors.ts'
import { SettingsError } from '../config/settings-error.ts'
import { UsageError } from './command.ts'

export const EXIT_FAILED = 1
export const EXIT_USAGE = 2

const USAGE_ERRORS = [SettingsError, UsageError, OtherHub]

/** 2 for what the user must write otherwise, 1 for what went wrong. */
export function exitCodeOf(error: unknown): number {
  return USAGE_ERRORS.some((usage) => error instanceof usage) ? EXIT_USAGE : EXIT_FAILED
}

/**
 * The error as people should read it. Our own errors say what to do; for a defect of ours the stack is what helps.
 */
export function messageOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error)
  const isDefect = error instanceof TypeError || error instanceof ReferenceError || error instanceof RangeError
  return isDefect && error.stack !== undefined
    ? `This is a defect in hubdex: ${error.stack}`
    : describeCatalogError(error)
}
