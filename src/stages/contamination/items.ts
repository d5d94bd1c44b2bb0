import { makeWords } from '../../text/words.ts'
import { buildVocabulary, vocabularyHashes, wordNumber } from '../../text/vocabulary.ts'
import type { Vocabulary } from '../../text/vocabulary.ts'
import { shared } from '../../text/shared.ts'

/** One benchmark item as every method sees it. Options keep the file's order. */
export interface BenchmarkItem {
  id: string
  question: string
  options: readonly { label: string; text: string }[]
  /** Label of the right option, or the answer's text where there are no options; null where none is given. */
  answer: string | null
  context: string | null
}

export const FIELD = { question: 0, option: 1, context: 2, answer: 3 } as const

/**
 * All items of all benchmarks as fields of words, packed for workers. Item i owns fields
 * [itemField[i], itemField[i + 1]); field f owns words [fieldWord[f], fieldWord[f + 1]) and bytes
 * [fieldText[f], fieldText[f + 1]); a word's own bytes are [wordStart, wordEnd).
 */
export interface PackedItems {
  count: number
  id: readonly string[]
  /** Benchmark number, and the item's number in its benchmark. */
  benchmark: Int32Array
  indexIn: Int32Array
  itemField: Int32Array
  fieldKind: Uint8Array
  fieldText: Int32Array
  bytes: Uint8Array
  fieldWord: Int32Array
  wordStart: Int32Array
  wordEnd: Int32Array
  wordHash: Uint32Array
  wordKind: Uint8Array
  /** Number in the vocabulary. */
  word: Uint32Array
  /** Field of the right option or of the answer's text; −1 where none. */
  answerField: Int32Array
  vocabulary: Vocabulary
  /** Hash of each word of the vocabulary. */
  vocabularyHash: Uint32Array
  /** The first of the items' words with each number; −1 where none has it. */
  vocabularyWord: Int32Array
  /** 1 for words that turn a question into its opposite. */
  negation: Uint8Array
  /** Items a word stands in (question or options). */
  itemsWith: Int32Array
  /** Smallest item with the same question words: the equivalence class. */
  sameAs: Int32Array
  /** 1 for fields that are an option in items of several questions. */
  sharedOption: Uint8Array
}

const NEGATIONS =
  'not no except least never without neither nor none incorrect false cannot untrue excluding unlikely'

export function packItems(benchmarks: readonly (readonly BenchmarkItem[])[]): PackedItems {
  const items = benchmarks.flat()
  const benchmark = shared(Int32Array, items.length)
  const indexIn = shared(Int32Array, items.length)
  let item = 0
  benchmarks.forEach((list, number) =>
    list.forEach((_, index) => {
      benchmark[item] = number
      indexIn[item++] = index
    }),
  )
  const fields = layFields(items)
  const words = packWords(fields)
  const numbered = numberWords(words.wordHash)
  const packed = {
    count: items.length,
    id: items.map((entry) => entry.id),
    ...{ benchmark, indexIn, itemField: fields.itemField, fieldKind: fields.fieldKind },
    ...{ ...words, ...numbered, answerField: fields.answerField },
  }
  const sameAs = classes(packed)
  return { ...packed, itemsWith: countItems(packed), sameAs, sharedOption: sharedOptions(packed, sameAs) }
}

interface Fields {
  itemField: Int32Array
  fieldKind: Uint8Array
  answerField: Int32Array
  texts: string[]
}

function layFields(items: readonly BenchmarkItem[]): Fields {
  const texts: string[] = []
  const kinds: number[] = []
  const itemField = shared(Int32Array, items.length + 1)
  const answerField = shared(Int32Array, items.length).fill(-1)
  const add = (kind: number, text: string) => kinds.push(kind) && texts.push(text) - 1
  items.forEach((item, i) => {
    add(FIELD.question, questionProper(item))
    let right = -1
    for (const option of item.options) {
      const field = add(FIELD.option, option.text)
      if (option.label === item.answer) right = field
    }
    if (item.context !== null && item.context !== '') add(FIELD.context, item.context)
    if (right < 0 && item.answer !== null && item.options.length === 0) right = add(FIELD.answer, item.answer)
    answerField[i] = right
    itemField[i + 1] = texts.length
  })
  const fieldKind = shared(Uint8Array, kinds.length)
  fieldKind.set(kinds)
  return { itemField, fieldKind, answerField, texts }
}

/** Some sets repeat the options inside the question ("Answer Choices: (A) …"): they are options, not question. */
function questionProper(item: BenchmarkItem): string {
  const at = item.question.search(/\n\s*Answer Choices:/)
  const inline =
    at > 0 && item.options.length > 0 && item.options.every((o) => item.question.includes(o.text, at))
  return inline ? item.question.slice(0, at) : item.question
}

function packWords(fields: Fields) {
  const encoded = fields.texts.map((text) => new TextEncoder().encode(text))
  const fieldText = shared(Int32Array, encoded.length + 1)
  encoded.forEach((bytes, f) => (fieldText[f + 1] = (fieldText[f] as number) + bytes.length))
  const bytes = shared(Uint8Array, fieldText[encoded.length] as number)
  encoded.forEach((part, f) => bytes.set(part, fieldText[f]))
  const view = makeWords({ textStart: fieldText, turns: encoded.length, bytes })
  const words = view.turnWord[encoded.length] as number
  return {
    fieldText,
    bytes,
    fieldWord: share(Int32Array, view.turnWord.subarray(0, encoded.length + 1)),
    wordStart: share(Int32Array, view.start.subarray(0, words)),
    wordEnd: share(Int32Array, view.end.subarray(0, words)),
    wordHash: share(Uint32Array, view.hash.subarray(0, words)),
    wordKind: share(Uint8Array, view.kind.subarray(0, words)),
  }
}

function share<T extends Int32Array | Uint32Array | Uint8Array>(
  type: { new (buffer: SharedArrayBuffer): T; BYTES_PER_ELEMENT: number },
  values: T,
): T {
  const copy = shared(type, values.length)
  copy.set(values)
  return copy
}

/** Hashes of the words of a short text, as every kernel hashes them. */
export function wordHashes(text: string): Uint32Array {
  const bytes = new TextEncoder().encode(text)
  const view = makeWords({ textStart: Int32Array.of(0, bytes.length), turns: 1, bytes })
  return view.hash.slice(0, view.turnWord[1])
}

function numberWords(wordHash: Uint32Array) {
  const negations = wordHashes(NEGATIONS)
  const all = new Uint32Array(wordHash.length + negations.length)
  all.set(negations)
  all.set(wordHash, negations.length)
  const vocabulary = buildVocabulary(all)
  const word = shared(Uint32Array, wordHash.length)
  for (let i = 0; i < wordHash.length; i++) word[i] = wordNumber(vocabulary, wordHash[i] as number)
  const negation = shared(Uint8Array, vocabulary.size)
  for (const hash of negations) negation[wordNumber(vocabulary, hash)] = 1
  const vocabularyHash = vocabularyHashes(vocabulary)
  const vocabularyWord = shared(Int32Array, vocabulary.size).fill(-1)
  for (let i = word.length - 1; i >= 0; i--) vocabularyWord[word[i] as number] = i
  return { vocabulary, vocabularyHash, vocabularyWord, word, negation }
}

type Unranked = Omit<PackedItems, 'itemsWith' | 'sameAs' | 'sharedOption'>

function countItems(items: Unranked): Int32Array {
  const counts = shared(Int32Array, items.vocabulary.size)
  const last = new Int32Array(items.vocabulary.size).fill(-1)
  for (let item = 0; item < items.count; item++) {
    for (let f = items.itemField[item] as number; f < (items.itemField[item + 1] as number); f++) {
      if ((items.fieldKind[f] as number) > FIELD.option) continue
      for (let w = items.fieldWord[f] as number; w < (items.fieldWord[f + 1] as number); w++) {
        const number = items.word[w] as number
        if (last[number] === item) continue
        last[number] = item
        counts[number]!++
      }
    }
  }
  return counts
}

function classes(items: Unranked): Int32Array {
  const sameAs = shared(Int32Array, items.count)
  const first = new Map<string, number>()
  for (let item = 0; item < items.count; item++) {
    const key = wordsOf(items, items.itemField[item] as number)
    if (key === '' || !first.has(key)) first.set(key, item)
    sameAs[item] = key === '' ? item : (first.get(key) as number)
  }
  return sameAs
}

function sharedOptions(items: Unranked, sameAs: Int32Array): Uint8Array {
  const isShared = shared(Uint8Array, items.fieldKind.length)
  const seen = new Map<string, { question: number; field: number }>()
  for (let item = 0; item < items.count; item++) {
    for (let f = items.itemField[item] as number; f < (items.itemField[item + 1] as number); f++) {
      if (items.fieldKind[f] !== FIELD.option) continue
      const key = wordsOf(items, f)
      const earlier = seen.get(key)
      if (earlier === undefined) seen.set(key, { question: sameAs[item] as number, field: f })
      else if (earlier.question !== sameAs[item]) isShared[f] = isShared[earlier.field] = 1
    }
  }
  return isShared
}

/** The words of a field, by their numbers. */
function wordsOf({ word, fieldWord }: Unranked, field: number): string {
  return word.subarray(fieldWord[field], fieldWord[field + 1]).join(' ')
}
