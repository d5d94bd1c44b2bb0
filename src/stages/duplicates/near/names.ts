import { WORD_KIND } from '../../../core/batch.ts'
import type { LowerCaseSeen } from './small-words.ts'
import { rawOf, textBetween, textOf } from './text-view.ts'
import type { TextView, ViewWord } from './text-view.ts'
import { isMedicine, isOpener } from './things.ts'
import { isFiller, isNegation } from './vocabulary.ts'
import { list } from '../../../text/word-lists.ts'

/**
 * Small words that no language but German has many of ("die" is the article of Afrikaans too). In German text they are 21 to
 * 40 % of the words (measured on prose, letters, recipes and rules), in Danish 6 %, in 26,000 windows of English at most 3 %,
 * in French none.
 */
const GERMAN = list(`
  der das und ist nicht ein eine einen einem einer ich zu mit auf dem vom von zum zur sich auch wenn oder für bei nach
  wird werden sind hat haben wie dass aus über durch noch nur kann kein keine wir ihr ihre seine mich mir dich dir sie`)
const GERMAN_RATIO = 0.1
/**
 * Words of this many letters have a capital in titles ("Rest and Cooling of the Ankle"), all of them or nearly. In English
 * prose crowded with names two thirds of those inside sentences have one; of 53,000 lines of answers 1.0 % have 80 % or more
 * of such words, 0.9 % nothing else: headings.
 */
const LONG = 4
const TITLE_RATIO = 0.8
const LEAST_LONG = 3
const LONG_WORD = /(?<=[\p{L}\p{N},;)] )\p{L}[\p{L}\p{M}'’-]*/gu

/** Bytes on either side of a word that show what its capital is worth, and of a view where these are too few. */
const AROUND = 400
const OF_VIEW = 2000
/** Words that tell a language. */
const LEAST_WORDS = 12

/**
 * Tells names by how they are written. What a capital says is read from the text around it: nothing in German, where every
 * noun has one, and nothing in a title. Lower-case words decide, not the share of capitals: a letter in German may have
 * 2 %, an English page of history 48 %.
 */
export class Names {
  readonly #lowerCaseSeen: LowerCaseSeen
  readonly #views: readonly [TextView, TextView]
  #viewsAreGerman: boolean | null = null

  constructor(views: readonly [TextView, TextView], lowerCaseSeen: LowerCaseSeen) {
    this.#views = views
    this.#lowerCaseSeen = lowerCaseSeen
  }

  /** A medicine, an acronym, a code, or a capitalised word that the corpus never writes small. */
  isName(word: ViewWord): boolean {
    if (word.kind === WORD_KIND.number) return true
    if (word.kind !== WORD_KIND.letters) return false
    const [raw, text] = [rawOf(word), textOf(word)]
    if (isMedicine(text)) return true
    if (/^\p{Lu}{2,}$/u.test(raw)) return shoutsAlone(word)
    if (!/^\p{Lu}/u.test(raw) || raw.length < 3 || this.#lowerCaseSeen(word.hash)) return false
    if (!insideSentence(word) && (isOpener(text) || isFiller(text) || isNegation(text))) return false
    return !isInTitle(word) && !this.#isInGerman(word)
  }

  #isInGerman(word: ViewWord): boolean {
    const around = wordsIn(textBetween(word, word.start - AROUND, word.end + AROUND))
    return around.length < LEAST_WORDS
      ? (this.#viewsAreGerman ??= this.#views.some(isGermanView))
      : isGerman(around)
  }
}

function wordsIn(text: string): string[] {
  return text.match(/\p{L}+/gu) ?? []
}

function isGermanView({ turns }: TextView): boolean {
  const texts = turns.map(({ text }) => Buffer.from(text.subarray(0, OF_VIEW)).toString())
  return isGerman(wordsIn(texts.join(' ').slice(0, OF_VIEW)))
}

function isGerman(words: readonly string[]): boolean {
  const small = words.filter((word) => GERMAN.has(word)).length
  return small > 0 && small >= GERMAN_RATIO * words.length
}

/** Do the other long words of the line have a capital as well? First words of a line or sentence have one anyway. */
function isInTitle(word: ViewWord): boolean {
  const before = textBetween(word, word.start - AROUND, word.start)
    .split(/[\r\n]/)
    .at(-1) as string
  const behind = textBetween(word, word.end, word.end + AROUND).split(/[\r\n]/, 1)[0] as string
  const long = [before, `x${behind}`]
    .flatMap((text) => text.match(LONG_WORD) ?? [])
    .filter((other) => other.length >= LONG)
  const capitals = long.filter((other) => /^\p{Lu}/u.test(other)).length
  return long.length >= LEAST_LONG && capitals >= TITLE_RATIO * long.length
}

/** An acronym stands among words in small letters; a text all in capitals has none. */
function shoutsAlone(word: ViewWord): boolean {
  return /\p{Ll}{3,}/u.test(textBetween(word, word.start - 60, word.end + 60))
}

function insideSentence(word: ViewWord): boolean {
  return /[\p{L}\p{N},;)] +$/u.test(textBetween(word, word.start - 8, word.start))
}
