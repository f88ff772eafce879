import { iso6392 } from 'iso-639-2'
import { iso6393 } from 'iso-639-3'
import { phraseOf } from '../../../src/search/vocabulary/meaning.ts'

/** What people write who do not write English, by the languages of the Hub's most frequent tags. */
const OTHER_LOCALES = 'es fr de it pt nl sv pl ru uk tr ar fa hi zh zh-Hant ja ko vi id th'.split(' ')

interface Language {
  /** All codes that mean it, the preferred one first: `fr`, `fra`, `fre`. */
  codes: string[]
  /** Its names, in the form in which phrases are compared. */
  phrases: string[]
}

/** The languages to which CLDR gives an English name, with their codes and names: by CLDR, ISO 639-2 and ISO 639-3. */
export function languages(): Language[] {
  const english = displayNames('en')
  const others = OTHER_LOCALES.map(displayNames)
  const languages = new Map<string, { codes: Set<string>; names: Set<string> }>()
  for (const { code, name } of codesWithNames()) {
    const [locale = ''] = Intl.getCanonicalLocales(code)
    if (english.of(code) === undefined || locale === 'und') continue
    const language = languages.get(locale) ?? { codes: new Set(locale.includes('-') ? [] : [locale]), names: new Set() }
    languages.set(locale, language)
    language.codes.add(code)
    const localized = locale.length === 2 ? others.map((names) => names.of(locale)) : []
    for (const found of [english.of(locale), name, ...localized, ownName(locale)]) {
      for (const one of cleaned(found ?? '')) language.names.add(one)
    }
  }
  return [...languages.values()].map(({ codes, names }) => ({
    codes: [...codes],
    phrases: [...new Set([...names].map(phraseOf))].filter((phrase) => phrase !== ''),
  }))
}

/** Every code of ISO 639-1, 639-2 and 639-3, and the withdrawn ones that CLDR still knows, with its English name. */
function* codesWithNames(): Generator<{ code: string; name: string }> {
  for (const code of ['in', 'iw', 'ji', 'jw', 'mo', 'sh', 'tl', 'no', 'bh']) yield { code, name: '' }
  for (const { name, iso6391, iso6392B, iso6392T } of iso6392) {
    for (const code of [iso6391, iso6392T, iso6392B]) if (code !== undefined && !code.includes('-')) yield { code, name }
  }
  for (const { name, iso6393: code } of iso6393) yield { code, name }
}

/** The names of regional forms, such as `Brazilian Portuguese` for `pt-BR`. */
export function dialects(): { code: string; phrase: string }[] {
  const names = new Intl.DisplayNames('en', { type: 'language', fallback: 'none', languageDisplay: 'dialect' })
  const regions = new Intl.DisplayNames('en', { type: 'region', fallback: 'none' })
  const letters = [...'ABCDEFGHIJKLMNOPQRSTUVWXYZ']
  const pairs = letters.flatMap((first) => letters.map((second) => first + second))
  const parts = [...pairs.filter((pair) => regions.of(pair) !== undefined), '419', 'Hans', 'Hant']
  const bases = ['en', 'es', 'fr', 'de', 'pt', 'nl', 'zh', 'ar', 'fa', 'sw', 'ro', 'sr']
  return bases
    .flatMap((base) => parts.map((part) => ({ code: `${base}-${part}`, name: names.of(`${base}-${part}`) ?? '' })))
    .filter(({ name }) => name !== '' && !/[()]/.test(name))
    .map(({ code, name }) => ({ code, phrase: phraseOf(name) }))
}

function displayNames(locale: string): Intl.DisplayNames {
  return new Intl.DisplayNames(locale, { type: 'language', fallback: 'none' })
}

function ownName(locale: string): string | undefined {
  const names = displayNames(locale)
  return names.resolvedOptions().locale.split('-')[0] === locale ? names.of(locale) : undefined
}

/** The alternatives in a name, without explanations and inverted forms: `Catalan; Valencian`, `Modern Greek (1453-)`. */
function cleaned(name: string): string[] {
  return name
    .split(';')
    .map((part) => part.replaceAll(/\s*[(（].*?[)）]/g, '').trim())
    .filter((part) => part !== '' && !part.includes(',') && !/^[a-z]{1,2}$/i.test(part))
}
