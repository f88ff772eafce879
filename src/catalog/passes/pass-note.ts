import type { Note } from '../../util/note.ts'
import { FAILURE_CAUSES } from '../stages/failure-cause.ts'

/** Why a pass stopped, or a remark on a complete pass. docs/how-it-stays-fresh.md explains each. */
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
  'unsupported',
  'older-version',
  ...FAILURE_CAUSES,
] as const

type PassNoteCode = (typeof PASS_NOTE_CODES)[number]

export type PassNote = Note<PassNoteCode>

/** The note in two columns. Older versions stored no code. */
export function passNote(code: string | null, text: string | null): PassNote | null {
  return text === null || text === '' ? null : { code: (code ?? 'older-version') as PassNoteCode, text }
}
