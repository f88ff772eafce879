import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { dirname, join, relative } from 'node:path'
import { fileURLToPath } from 'node:url'
import { describe, expect, it } from 'vitest'

const page = readFileSync(new URL('../docs/architecture.md', import.meta.url), 'utf8')
/** Rooms of src/ as the page lists them, from the one that may use all others to the one that may use none. */
const ROOMS = [...page.matchAll(/^\| `src\/([\w-]+)` \|/gm)].map(([, room = '']) => room)

const source = fileURLToPath(new URL('../src', import.meta.url))

describe('the rooms of the source', () => {
  const files = readdirSync(source, { recursive: true, encoding: 'utf8' }).filter((file) => /\.tsx?$/.test(file))

  it('are the ones that docs/architecture.md lists', () => {
    expect([...new Set(files.map(roomOf))].toSorted()).toEqual(ROOMS.toSorted())
  })

  it('have every file and folder that docs/architecture.md names', () => {
    const named = [...page.matchAll(/`((?:src|test|bench|migrations)\/[\w./-]*)`/g)].map(([, path = '']) => path)
    const missing = named.filter((path) => !existsSync(new URL(`../${path}`, import.meta.url)))
    expect(missing).toEqual([])
  })

  it.each(ROOMS)('%s imports from itself and from rooms below it only', (room) => {
    const upward = files
      .filter((file) => roomOf(file) === room)
      .flatMap((file) => importsOf(file).map((imported) => ({ file, imported })))
      .filter(({ imported }) => ROOMS.indexOf(roomOf(imported)) < ROOMS.indexOf(room))
    expect(upward).toEqual([])
  })

  it('have no circles of imports, between files either', () => {
    const imports = new Map(files.map((file) => [file, importsOf(file)]))
    expect(circlesIn(imports)).toEqual([])
  })
})

/** Each circle as the files on it, from the first that was met to itself. */
function circlesIn(imports: ReadonlyMap<string, readonly string[]>): string[][] {
  const circles: string[][] = []
  const done = new Set<string>()
  const visit = (file: string, path: readonly string[]): void => {
    if (path.includes(file)) circles.push([...path.slice(path.indexOf(file)), file])
    else if (!done.has(file)) for (const imported of imports.get(file) ?? []) visit(imported, [...path, file])
    done.add(file)
  }
  for (const file of imports.keys()) visit(file, [])
  return circles
}

function roomOf(file: string): string {
  return file.split('/')[0] ?? ''
}

/** Files of src/ that a file imports, relative to src/. */
function importsOf(file: string): string[] {
  const text = readFileSync(join(source, file), 'utf8')
  return [...text.matchAll(/(?:from|import)\s*\(?\s*'(\.[^']+)'/g)]
    .map((match) => relative(source, join(source, dirname(file), match[1] ?? '')))
    .filter((imported) => !imported.startsWith('..'))
}
