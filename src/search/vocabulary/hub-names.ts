import facts from '../facts/hub.json' with { type: 'json' }
import { type Entry, means, phraseOf, suggests } from './meaning.ts'

/** Tasks with their parts, libraries, and file types of GGUF, as the Hub calls them. */
export function* hubEntries(): Generator<Entry> {
  for (const { task, label, subtasks } of facts.tasks) {
    yield { phrase: phraseOf(label), meanings: [means('task', task)] }
    for (const phrase of subtasks) yield { phrase: phraseOf(phrase), meanings: [suggests('task', task)] }
  }
  for (const { library, names } of facts.libraries) {
    const meanings = [means('library', library)]
    for (const phrase of new Set(names.map(phraseOf))) yield { phrase, meanings }
  }
  for (const name of facts.quantizations) {
    // People type `q4_k_m`, `q4 k m` and `q4km`. Names of files are not indexed, so every GGUF is likely to have it.
    const meanings = [suggests('tag', 'gguf'), suggests('library', 'gguf')]
    for (const phrase of new Set([name, name.replaceAll('_', '')])) yield { phrase: phraseOf(phrase), meanings }
  }
}
