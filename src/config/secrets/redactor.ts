const MASK = '********'

/** Words that are not masked even if they are a password: messages use them in their ordinary meaning. */
const COMMON_WORDS = new Set(['password', 'postgres', 'database', 'localhost', 'changeme', 'anonymous', 'operator'])

/** Shapes of secrets that are recognized without knowing them. */
const TELLTALE: readonly [RegExp, string][] = [
  // Except our own examples.
  [/([a-z][a-z0-9+.-]*:\/\/?)(?!user:password@)[^\s/?#'"`]*@/gi, `$1${MASK}@`],
  [/\b([Bb]earer|[Bb]asic) +(?=\S*[\d=])[\w+/=.~-]{8,}/g, `$1 ${MASK}`],
  [/\bhf_[A-Za-z0-9]{20,}/g, MASK],
  [/((?:^|[\s?&;])\w*(?:password|passwd|secret|token|api_?key)=)('[^']*'?|[^\s&;'"`…]+)/gi, `$1${MASK}`],
]

/** Masks secrets in text that will be shown. Our messages hold none; the text of an error from a library or server may. */
export class Redactor {
  readonly #secrets = new Set<string>()
  /** Longest first, since some contain others. */
  #forms: readonly string[] = []
  #strongForms: readonly string[] = []

  /** Masks these from now on, however they are encoded. */
  learn(secrets: Iterable<string>): void {
    for (const secret of secrets) if (isDistinctive(secret)) this.#secrets.add(secret)
    this.#forms = longestFirst([...this.#secrets].flatMap(formsOf))
    this.#strongForms = longestFirst([...this.#secrets].filter(isStrong).flatMap(formsOf))
  }

  /** For messages: masks all that is, or looks like, a secret. */
  message(text: string): string {
    return withoutTelltales(without(this.#forms, text))
  }

  /** For results, which are data: masks only what can be nothing but a known secret. */
  result(text: string): string {
    return without(this.#strongForms, text)
  }
}

/** Masks what looks like a secret, without knowing any. */
export function withoutTelltales(text: string): string {
  return TELLTALE.reduce((left, [pattern, mask]) => left.replace(pattern, mask), text)
}

function without(forms: readonly string[], text: string): string {
  return forms.reduce((left, form) => left.replaceAll(form, MASK), text)
}

function longestFirst(forms: readonly string[]): string[] {
  return [...new Set(forms)].sort((a, b) => b.length - a.length)
}

/** False for common words and for short words and numbers, which messages contain in their ordinary meaning. */
function isDistinctive(secret: string): boolean {
  if (COMMON_WORDS.has(secret.toLowerCase())) return false
  if (/^\d*$/.test(secret)) return secret.length >= 10
  return secret.length >= (/^[a-z]*$/i.test(secret) ? 8 : 4)
}

function isStrong(secret: string): boolean {
  return secret.length >= 16 && /\d/.test(secret) && /[a-z]/i.test(secret)
}

/** As given and decoded, each plain and as encoded in addresses, JSON and headers. */
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

/** Leaves invalid escapes as they are. */
function decodedOf(text: string): string {
  return text.replace(/(%[0-9a-f]{2})+/gi, (escapes) => {
    try {
      return decodeURIComponent(escapes)
    } catch {
      return escapes
    }
  })
}
