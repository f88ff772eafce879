import { hubdexVersion } from '../../util/version.ts'
import { element, join, type Markup, trusted } from '../markup.ts'
import { DARK, LIGHT, variablesOf } from '../palette.ts'
import { STYLE } from './style.ts'

export interface PageOptions {
  title: string
  /** Names the program and what it wrote, so that a later run recognizes its own file. */
  generator: string
}

/** An HTML page of its own: it loads nothing, and its policy forbids that and scripts. */
export function htmlPage({ title, generator }: PageOptions, ...body: readonly Markup[]): string {
  const head = element(
    'head',
    {},
    element('meta', { charset: 'utf-8' }),
    element('meta', { 'http-equiv': 'Content-Security-Policy', content: "default-src 'none'; style-src 'unsafe-inline'" }),
    element('meta', { name: 'viewport', content: 'width=device-width, initial-scale=1' }),
    element('meta', { name: 'color-scheme', content: 'light dark' }),
    element('meta', { name: 'generator', content: `${generator} ${hubdexVersion()}` }),
    element('title', {}, title),
    element('style', {}, trusted(themes()), trusted(STYLE)),
  )
  const page = element('html', { lang: 'en' }, head, element('body', {}, ...body))
  return `<!doctype html>\n${join(page).markup}\n`
}

/** Paper is white. */
function themes(): string {
  return `:root { ${variablesOf(LIGHT)} }
@media screen and (prefers-color-scheme: dark) { :root { ${variablesOf(DARK)} } }
`
}
