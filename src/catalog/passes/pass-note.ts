import type { Note } from '../../util/note.ts'
import { FAILURE_CAUSES } from '../stages/failure-cause.ts'

/** Why a pass stopped, or what to know of one that is complete. docs/how-it-stays-fresh.md explains each. */
export const PASS_NOTE_CODES = [
  'stopped',
  'leased',
  'repo-limit',
  'request-limit',
  'quota-exhausted',
  'bad-page',
  'lease-lost',
  'local-error',
  'out-of-order',
  'cursor-refused',
  'page-skipped',
  'gap',
  'too-many-missing',
  'no-clear-answer',
  'control-missing',
  'older-version',
  ...FAILURE_CAUSES,
] as const

type PassNoteCode = (typeof PASS_NOTE_CODES)[number]

export type PassNote = Note<PassNoteCode>

/** A note as its two columns hold it. Older versions stored no code. */
export function passNote(code: string | null, text: string | null): PassNote | null {
  return text === null || text === '' ? null : { code: (code ?? 'older-version') as PassNoteCode, text }
}
