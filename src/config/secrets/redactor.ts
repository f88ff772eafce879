const MASK = '********'

/** Words that are nobody's secret although somebody may have them for a password. They stand in messages for what they mean. */
const COMMON_WORDS = new Set(['password', 'postgres', 'database', 'localhost', 'changeme', 'anonymous', 'operator'])

/** Forms of secrets that can be told without knowing them. */
const TELLTALE: readonly [RegExp, string][] = [
  // But for the examples that we give.
  [/([a-z][a-z0-9+.-]*:\/\/?)(?!user:password@)[^\s/?#'"`]*@/gi, `$1${MASK}@`],
  [/\b([Bb]earer|[Bb]asic) +(?=\S*[\d=])[\w+/=.~-]{8,}/g, `$1 ${MASK}`],
  [/\bhf_[A-Za-z0-9]{20,}/g, MASK],
  [/((?:^|[\s?&;])\w*(?:password|passwd|secret|token|api_?key)=)('[^']*'?|[^\s&;'"`…]+)/gi, `$1${MASK}`],
]

/**
 * Takes secrets out of text that is about to be shown. Messages are written so as to hold none; this is for what a library
 * or a server puts into the text of an error.
 */
export class Redactor {
  readonly #secrets = new Set<string>()
  /** The longest first, of which others may be parts. */
  #forms: readonly string[] = []
  #strongForms: readonly string[] = []

  /** From now on these are taken out, in every way in which they may be written. */
  learn(secrets: Iterable<string>): void {
    for (const secret of secrets) if (isTelling(secret)) this.#secrets.add(secret)
    this.#forms = longestFirst([...this.#secrets].flatMap(formsOf))
    this.#strongForms = longestFirst([...this.#secrets].filter(isStrong).flatMap(formsOf))
  }

  /** For messages: nothing that is, or looks like, a secret is left. */
  message(text: string): string {
    return withoutTelltales(without(this.#forms, text))
  }

  /** For results, which are data: only what cannot be anything but a secret that we hold is taken out. */
  result(text: string): string {
    return without(this.#strongForms, text)
  }
}

/** Text in which nothing looks like a secret, whoever knows which there are. */
export function withoutTelltales(text: string): string {
  return TELLTALE.reduce((left, [pattern, mask]) => left.replace(pattern, mask), text)
}

function without(forms: readonly string[], text: string): string {
  return forms.reduce((left, form) => left.replaceAll(form, MASK), text)
}

function longestFirst(forms: readonly string[]): string[] {
  return [...new Set(forms)].sort((a, b) => b.length - a.length)
}

/** Numbers and words that are too short, or too common, stand in messages for something else. */
function isTelling(secret: string): boolean {
  if (COMMON_WORDS.has(secret.toLowerCase())) return false
  if (/^\d*$/.test(secret)) return secret.length >= 10
  return secret.length >= (/^[a-z]*$/i.test(secret) ? 8 : 4)
}

function isStrong(secret: string): boolean {
  return secret.length >= 16 && /\d/.test(secret) && /[a-z]/i.test(secret)
}

/** As it is, in addresses, in JSON and in headers. */
function formsOf(secret: string): string[] {
  const decoded = decodedOf(secret)
  return [secret, decoded].flatMap((text) => [
    text,
    ...[encodeURIComponent, encodeURI].map((encode) => encode(text.toWellFormed())),
    new URLSearchParams({ text }).toString().slice('text='.length),
    JSON.stringify(text).slice(1, -1),
    Buffer.from(text).toString('base64'),
  ])
}

/** What is no valid escape stays. */
function decodedOf(text: string): string {
  return text.replace(/(%[0-9a-f]{2})+/gi, (escapes) => {
    try {
      return decodeURIComponent(escapes)
    } catch {
      // Bytes that are no UTF-8 are shown by nobody as text.
      return escapes
    }
  })
}
