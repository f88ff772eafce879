import { existsSync, globSync, readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { expect, test } from 'vitest'

const root = join(import.meta.dirname, '../..')

test('every link in the documentation leads to a file and a heading that exist', () => {
  const pages = globSync(['*.md', 'docs/*.md', 'bench/*.md'], { cwd: root })
  const links = pages.flatMap((page) =>
    [...read(page).matchAll(/\]\(([^):\s]+)\)/g)].map(([, target = '']) => ({ page, target })),
  )
  const broken = links.filter(({ page, target }) => {
    const [path = '', anchor] = target.split('#')
    const file = path === '' ? page : join(dirname(page), path)
    return !existsSync(join(root, file)) || (anchor !== undefined && !anchorsOf(file).includes(anchor))
  })
  expect(links.length).toBeGreaterThan(50)
  expect(broken).toEqual([])
})

function read(page: string): string {
  return readFileSync(join(root, page), 'utf8')
}

/** Anchors of headings, as GitHub makes them. */
function anchorsOf(page: string): string[] {
  const headings = [...read(page).matchAll(/^#+ (.+)$/gm)].map(([, heading = '']) => heading.toLowerCase())
  return headings.map((heading) => heading.replaceAll(/[^\w\s-]/g, '').replaceAll(' ', '-'))
}
