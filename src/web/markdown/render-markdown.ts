import DOMPurify from 'dompurify'
import { Marked } from 'marked'

/** Longer texts are cut: a browser should not freeze for a README. */
const MAX_LENGTH = 200_000

interface MarkdownPlace {
  /** The page of the repo on the Hub, for relative links. */
  hubUrl: string
}

export interface RenderedMarkdown {
  fragment: DocumentFragment
  isCut: boolean
}

const ALLOWED_TAGS = [
  ...['a', 'abbr', 'b', 'blockquote', 'br', 'code', 'dd', 'del', 'details', 'div', 'dl', 'dt', 'em', 'h3', 'h4', 'h5', 'h6'],
  ...['hr', 'i', 'ins', 'kbd', 'li', 'ol', 'p', 'pre', 's', 'samp', 'small', 'span', 'strong', 'sub', 'summary', 'sup'],
  ...['table', 'tbody', 'td', 'tfoot', 'th', 'thead', 'tr', 'u', 'ul'],
]
const ALLOWED_ATTRIBUTES = ['href', 'title', 'colspan', 'rowspan', 'start', 'align', 'target', 'rel']

/**
 * Turns Markdown of a user of the Hub into harmless elements: no scripts, styles, forms, frames, ids or classes; links only to
 * web and mail; images become links, so that no other host learns of the reader.
 */
export function renderMarkdown(text: string, place: MarkdownPlace): RenderedMarkdown {
  const html = markdown.parse(text.slice(0, MAX_LENGTH), { async: false })
  // A document without a window: it loads no image and runs no handler while it is changed.
  const inert = document.implementation.createHTMLDocument('')
  inert.body.innerHTML = html
  for (const image of inert.querySelectorAll('img')) image.replaceWith(linkInsteadOf(image, inert))
  for (const heading of inert.querySelectorAll('h1, h2, h3, h4, h5, h6')) heading.replaceWith(lowered(heading, inert))
  for (const link of inert.querySelectorAll('a')) confine(link, place)
  const fragment = DOMPurify.sanitize(inert.body.innerHTML, {
    ALLOWED_TAGS,
    ALLOWED_ATTR: ALLOWED_ATTRIBUTES,
    RETURN_DOM_FRAGMENT: true,
    ADD_ATTR: ['target'],
  })
  return { fragment, isCut: text.length > MAX_LENGTH }
}

/**
 * Markdown whose raw HTML has no handlers, styles and bases. They are removed later anyway, but browsers report each one that is
 * parsed, even where it has no effect.
 */
const markdown = new Marked({
  gfm: true,
  async: false,
  renderer: {
    html: ({ text }) =>
      text
        .replace(/([\s/"'])(on[a-z]+|style)(\s*=)/gi, '$1data-$2$3')
        .replace(/<base\b/gi, '<wbr ')
        .replace(/<(\/?)style\b/gi, '<$1template '),
  },
})

function linkInsteadOf(image: HTMLImageElement, owner: Document): HTMLElement {
  const link = owner.createElement(image.closest('a') === null ? 'a' : 'span')
  link.textContent = `[image${image.alt.trim() === '' ? '' : `: ${image.alt.trim()}`}]`
  const source = image.getAttribute('src') ?? ''
  if (link.tagName === 'A') link.setAttribute('href', source)
  return link
}

/** The page has the first two levels of headings. */
function lowered(heading: Element, owner: Document): HTMLElement {
  const level = Math.min(6, Number(heading.tagName.slice(1)) + 2)
  const lower = owner.createElement(`h${level}`)
  lower.append(...heading.childNodes)
  return lower
}

/** Relative links lead to the Hub; anything but web and mail is no link. */
function confine(link: HTMLAnchorElement, { hubUrl }: MarkdownPlace): void {
  const href = link.getAttribute('href') ?? ''
  const address = href.startsWith('#') ? null : URL.parse(href, `${hubUrl}/blob/main/`)
  if (address === null || !['https:', 'http:', 'mailto:'].includes(address.protocol)) {
    link.removeAttribute('href')
    return
  }
  link.href = address.href
  link.target = '_blank'
  link.rel = 'noopener noreferrer nofollow ugc'
}
