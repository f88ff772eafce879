import { type SearchState, writtenFilters } from '../search-state.ts'

/** The search as a `hubdex search` command for a shell. */
export function searchCommand(state: SearchState): string {
  const { words, kind, sort } = state
  return [
    'hubdex search',
    ...(kind === undefined ? [] : [`--kind ${kind}`]),
    ...writtenFilters(state).map((filter) => `--filter ${quoted(filter)}`),
    ...(sort === undefined ? [] : [`--sort ${sort}`]),
    // Words that begin with a hyphen are no options.
    ...(words.trim() === '' ? [] : [words.trim().startsWith('-') ? `-- ${quoted(words.trim())}` : quoted(words.trim())]),
  ].join(' ')
}

function quoted(text: string): string {
  return /^[\w./:=,+@%-]+$/.test(text) ? text : `'${text.replaceAll("'", "'\\''")}'`
}
