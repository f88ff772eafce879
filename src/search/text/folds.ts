import chinese from '../facts/simplified-chinese.json' with { type: 'json' }

/**
 * Letters that decomposition leaves whole, as they are typed on a plain keyboard: those of Lucene's ASCIIFoldingFilter, but
 * for `ə`, which Azerbaijani writes as `e`.
 */
const LATIN = `ß=ss æ=ae ð=d ø=o þ=th đ=d ħ=h ı=i ĸ=q ł=l ŋ=n œ=oe ŧ=t ƀ=b ƃ=b ƈ=c ƌ=d ƒ=f ƙ=k ƚ=l ƞ=n ƥ=p ƭ=t ƴ=y ƶ=z
  ǝ=e ǥ=g ȥ=z ȷ=j ɇ=e ɉ=j ɍ=r ɏ=y ɓ=b ɔ=o ɖ=d ɗ=d ə=e ɛ=e ɠ=g ɡ=g ɣ=g ɦ=h ɨ=i ɩ=i ɪ=i ɫ=l ɱ=m ɲ=n ɵ=o ʀ=r ʈ=t ʉ=u ʊ=u ʋ=v
  ᵫ=ue ỻ=ll ỽ=v ỿ=y ⱥ=a ⱡ=l ⱨ=h ⱪ=k ⱬ=z`
/** Letters that one word has at its end only, and typewriter forms: final sigma; apostrophes that Unicode takes for letters. */
const OTHER = "ς=σ ʻ=' ʼ=' ʹ=' ˈ='"
/** Forms of one letter in Arabic, Persian and Urdu: those of Lucene's ArabicNormalizer and PersianNormalizer. */
const ARABIC = 'ٱ=ا ى=ي ی=ي ې=ي ک=ك ة=ه ە=ه ہ=ه ھ=ه ۃ=ه'
/** The digit zero of each script in Unicode's basic plane; its digits follow in order. */
const ZEROS = [
  0x0660, 0x06f0, 0x07c0, 0x0966, 0x09e6, 0x0a66, 0x0ae6, 0x0b66, 0x0be6, 0x0c66, 0x0ce6, 0x0d66, 0x0de6, 0x0e50, 0x0ed0,
  0x0f20, 0x1040, 0x1090, 0x17e0, 0x1810, 0x1946, 0x19d0, 0x1a80, 0x1a90, 0x1b50, 0x1bb0, 0x1c40, 0x1c50, 0xa620, 0xa8d0,
  0xa900, 0xa9d0, 0xa9f0, 0xaa50, 0xabf0,
]

const folds: ReadonlyMap<string, string> = new Map([
  ...[LATIN, OTHER, ARABIC].flatMap((list) => list.split(/\s+/)).map((pair) => pair.split('=') as [string, string]),
  ...ZEROS.flatMap((zero) =>
    Array.from({ length: 10 }, (_, digit) => [String.fromCharCode(zero + digit), String(digit)] as const),
  ),
  ...Array.from(chinese.traditional, (character, index) => [character, chinese.simplified[index] ?? character] as const),
])

/** Every character that may have a fold; in Chinese, a third of the frequent ones do. */
export const HAS_FOLD = new RegExp(`[${[...folds.keys()].filter((key) => key < '\u3400').join('')}\u3400-\u9fff]`, 'g')

/** The form in which a character is compared. */
export function foldedOf(character: string): string {
  return folds.get(character) ?? character
}
