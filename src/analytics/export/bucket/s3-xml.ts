import { XMLParser } from 'fast-xml-parser'

const LISTS = new Set(['Contents', 'CommonPrefixes', 'Upload'])
const parser = new XMLParser({ parseTagValue: false, isArray: (name) => LISTS.has(name) })

type Item = Readonly<Record<string, string | undefined>>

/** The fields of S3's XML answers that hubdex reads. Every text is as it was sent. */
export interface S3Answer {
  readonly Code?: string
  readonly Message?: string
  readonly Region?: string
  readonly UploadId?: string
  readonly EncodingType?: string
  readonly NextContinuationToken?: string
  readonly Contents?: readonly Item[]
  readonly CommonPrefixes?: readonly Item[]
  readonly Upload?: readonly Item[]
}

/** Reads the root element of an answer; undefined if it is not XML, as from a proxy or a server of another kind. */
export function readXml(text: string): { root: string; answer: S3Answer } | undefined {
  try {
    const { '?xml': _, ...document } = parser.parse(text, true) as Record<string, unknown>
    const [root, answer] = Object.entries(document)[0] ?? []
    if (root === undefined) return undefined
    // An empty element is an empty text.
    return { root, answer: typeof answer === 'object' && answer !== null ? (answer as S3Answer) : {} }
  } catch {
    return undefined
  }
}
