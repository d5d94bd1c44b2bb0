import { WORD_KIND } from '../../../core/batch.ts'
import type { Example } from '../../../core/example.ts'
import { Normaliser } from '../../../text/normalise.ts'
import { shuffle } from '../../../text/seeded.ts'
import { hasWords } from './plain-view.ts'
import type { PlainView } from './plain-view.ts'

type Turns = Example['turns']

/** Rows whose words are drawn from, and bytes a word of the vocabulary has at least. */
const VOCABULARY_ROWS = 500
const LEAST_BYTES = 3
const NOTHING = new Uint8Array(0)

const normaliser = new Normaliser()

/** Words of the sample written in small letters, each once, in the order of their text. */
export function vocabularyOf(rows: readonly { turns: Turns; view: PlainView }[]): Uint8Array[] {
  const found = new Set<string>()
  for (const { turns, view } of rows.slice(0, VOCABULARY_ROWS))
    for (let w = 0; w < view.word.length; w++) {
      const bytes = bytesOf(turns, view, w)
      if (isPlainWord(view, w) && bytes.length >= LEAST_BYTES && isNormal(bytes))
        found.add(Buffer.from(bytes).toString())
    }
  return [...found].sort().map((word) => new TextEncoder().encode(word))
}

function isPlainWord(view: PlainView, w: number): boolean {
  return view.kind[w] === WORD_KIND.letters || view.kind[w] === WORD_KIND.ideograph
}

/** What is its own normalised form has no capitals. */
function isNormal(bytes: Uint8Array): boolean {
  const normal = normaliser.normalise(bytes, 0, bytes.length)
  return Buffer.compare(bytes, normal.bytes.subarray(0, normal.length)) === 0
}

function bytesOf(turns: Turns, view: PlainView, w: number): Uint8Array {
  return (turns[view.turn[w] as number]?.text ?? NOTHING).subarray(view.start[w], view.end[w])
}

/**
 * Replaces, drops or swaps words at the rate given, at least one; where there is a prompt, one of them is in it, because the
 * same prompt with another answer is a kind of its own. Numbers and signs stay: what differs in them means something else.
 */
export function withWordsEdited(
  { turns, view }: { turns: Turns; view: PlainView },
  rate: number,
  by: { vocabulary: readonly Uint8Array[]; random: () => number },
): Turns {
  const { random } = by
  const count = Math.max(1, Math.round(rate * view.word.length))
  const isPlain = (w: number): boolean => isPlainWord(view, w)
  const places = shuffle([...view.word.keys()].filter(isPlain), random)
  const first = hasWords(view, 0) ? places.findIndex((w) => view.answer[w] === 0) : 0
  const ordered = [...places.slice(first, first + 1), ...places.slice(0, first), ...places.slice(first + 1)]
  const edits = new Map<number, Uint8Array>()
  let done = 0
  for (const w of ordered) {
    if (done === count) break
    if (edits.has(w)) continue
    done++
    const dice = random()
    const next = w + 1
    const swaps = isPlain(next) && view.turn[next] === view.turn[w] && view.word[next] !== view.word[w]
    if (dice < 0.6) edits.set(w, otherWord(bytesOf(turns, view, w), by))
    else if (dice < 0.8 || !swaps || edits.has(next)) edits.set(w, NOTHING)
    else edits.set(w, bytesOf(turns, view, next)).set(next, bytesOf(turns, view, w))
  }
  return withEdits({ turns, view }, edits)
}

/** A word of the vocabulary that is another one; nothing where there is none. */
function otherWord(
  word: Uint8Array,
  { vocabulary, random }: { vocabulary: readonly Uint8Array[]; random: () => number },
): Uint8Array {
  const at = Math.floor(random() * vocabulary.length)
  const drawn = vocabulary[at] ?? NOTHING
  const { bytes, length } = normaliser.normalise(word, 0, word.length)
  return Buffer.compare(drawn, bytes.subarray(0, length)) === 0
    ? (vocabulary[(at + 1) % vocabulary.length] ?? NOTHING)
    : drawn
}

/** The turns with the bytes of some words put in place of others. */
function withEdits(
  { turns, view }: { turns: Turns; view: PlainView },
  edits: ReadonlyMap<number, Uint8Array>,
): Turns {
  const parts = turns.map((): Uint8Array[] => [])
  const from = turns.map(() => 0)
  for (const w of [...edits.keys()].sort((a, b) => a - b)) {
    const turn = view.turn[w] as number
    const { text } = turns[turn] as Turns[number]
    parts[turn]?.push(text.subarray(from[turn], view.start[w]), edits.get(w) as Uint8Array)
    from[turn] = view.end[w] as number
  }
  return turns.map(({ role, text }, turn) => ({
    role,
    text: Uint8Array.from(Buffer.concat([...(parts[turn] ?? []), text.subarray(from[turn])])),
  }))
}

const FIGURE = /^\d+(?:[.,]\d+)*$/

/** One digit of one number changed, in the prompt where there is one; null where there is no number. */
export function withOtherNumber(
  { turns, view }: { turns: Turns; view: PlainView },
  random: () => number,
): Turns | null {
  const inPrompt = hasWords(view, 0)
  const figures = [...view.word.keys()].filter(
    (w) =>
      view.kind[w] === WORD_KIND.number &&
      !(inPrompt && view.answer[w] === 1) &&
      FIGURE.test(Buffer.from(bytesOf(turns, view, w)).toString('latin1')) &&
      !isListNumber(turns, view, w),
  )
  const w = figures[Math.floor(random() * figures.length)]
  if (w === undefined) return null
  const changed = Uint8Array.from(bytesOf(turns, view, w))
  const digits = [...changed.keys()].filter((i) => isDigit(changed[i]))
  const at = digits[Math.floor(random() * digits.length)] as number
  const digit = (changed[at] as number) - 0x30
  // Another digit; a number does not begin with a zero because of it.
  const others = [...'123456789'].map(Number).filter((other) => other !== digit)
  changed[at] = 0x30 + (others[Math.floor(random() * others.length)] as number)
  return withEdits({ turns, view }, new Map([[w, changed]]))
}

function isDigit(byte: number | undefined): boolean {
  return byte !== undefined && byte >= 0x30 && byte <= 0x39
}

/** "2." and "3)" where a line starts number a list. */
function isListNumber(turns: Turns, view: PlainView, w: number): boolean {
  const text = Buffer.from(turns[view.turn[w] as number]?.text ?? NOTHING)
  const [start, end] = [view.start[w] as number, view.end[w] as number]
  const before = text.toString('latin1', Math.max(0, start - 12), start)
  return (
    /(?:^|[\n\r])[\s*#([]*$/.test(start <= 12 ? before : before.slice(1)) &&
    /^[.)\]:]/.test(text.toString('latin1', end, end + 1))
  )
}
