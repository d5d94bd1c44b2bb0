import { describe, expect, it } from 'vitest'
import { ROLE_CODE } from '../../../src/core/example.ts'
import {
  findChoices,
  optionHashes,
  stemLength,
  withoutFullStop,
} from '../../../src/stages/duplicates/choices.ts'
import { LABELS } from '../../../src/stages/duplicates/label-kinds.ts'
import { KEY, KEYS, KEY_WORDS } from '../../../src/stages/duplicates/rows.ts'
import type { KeyName } from '../../../src/stages/duplicates/rows.ts'
import { hash128 } from '../../../src/text/hash.ts'
import {
  BY_HOST,
  COUNT_MASK,
  LABELS_SHIFT,
  MOST_OPTIONS,
  TurnMemory,
} from '../../../src/text/kernels/turn-memory.ts'
import { Normaliser } from '../../../src/text/normalise.ts'
import { batchOf } from '../../support/corpus.ts'
import type { MemoryExample } from '../../support/corpus.ts'
import { pick, randomOf } from '../../support/random.ts'
import { ROLES, randomQuestion } from './random-questions.ts'

const encoder = new TextEncoder()
const PIECES = [
  ...[
    'a',
    'B',
    'Word',
    ' ',
    '  ',
    '\n',
    '\t',
    '.',
    ' .',
    '. ',
    'ZEBRA',
    '0',
    '3.5',
    '(A)',
    'B)',
    'C.',
    '<think>',
  ],
  ...[
    '</think>',
    'é',
    'ＡＢ',
    '<',
    'sixteen bytes ok',
    '\u000b',
    '\u00a0',
    'İ',
    '',
    'and a text that is rather long',
  ],
]

function randomExample(random: () => number): MemoryExample {
  const turns = Array.from({ length: Math.floor(random() * 6) }, () => {
    const text = Array.from({ length: Math.floor(random() * 9) }, () => pick(random, PIECES)).join('')
    return { role: pick(random, ROLES), text }
  })
  return random() < 0.1 ? { turns, unreadable: 'JSON_INVALID' as never } : { turns }
}

/** A key as its definition says: MurmurHash3 of the values, little-endian, and texts one behind the other. */
function keyOf(seed: number, parts: readonly (number | Uint8Array)[]): number[] {
  const bytes = Buffer.concat(
    parts.map((part) =>
      typeof part === 'number' ? Buffer.from(Uint32Array.of(part).buffer) : Buffer.from(part),
    ),
  )
  const out = new Uint32Array(4)
  hash128(bytes, 0, bytes.length, out, 0, seed)
  return [...out]
}

function normal(text: string): Uint8Array {
  const bytes = encoder.encode(text)
  const result = new Normaliser().normalise(bytes, 0, bytes.length)
  return result.bytes.slice(0, withoutFullStop(result.bytes, result.length))
}

function expectedKeys({ turns }: MemoryExample): Partial<Record<KeyName, number[]>> {
  const all = turns.map(({ role, text }) => ({
    role,
    text: String(text),
    code: ROLE_CODE[role],
    own: normal(String(text)),
  }))
  const view = all.filter(({ role }) => role !== 'system')
  const prompts = view.filter(({ role }) => role !== 'assistant')
  const answers = view.filter(({ role }) => role === 'assistant')
  const length = (some: typeof all): number => some.reduce((sum, { own }) => sum + own.length, 0)
  const normalised = (some: typeof all): (number | Uint8Array)[] =>
    some.flatMap(({ code, own }) => [code, own.length, own])
  const keys: Partial<Record<KeyName, number[]>> = {}
  if (all.length > 0) {
    const parts = all.flatMap(({ code, text }) => [code, encoder.encode(text).length, encoder.encode(text)])
    keys.conversation = keyOf(1, parts)
  }
  if (length(view) > 0) keys.normalised = keyOf(2, normalised(view))
  if (length(prompts) > 0) keys.prompt = keyOf(2, normalised(prompts))
  if (length(answers) > 0)
    keys.answer = keyOf(
      4,
      answers.flatMap(({ own }) => [own.length, own]),
    )
  return keys
}

interface ExpectedOptions {
  labels: number
  hashes: number[]
  key: number[]
}

function expectedOptions({ turns }: MemoryExample): ExpectedOptions | null {
  const last = turns.findLastIndex(({ role }) => role !== 'system' && role !== 'assistant')
  const bytes = encoder.encode(String(turns[last]?.text ?? ''))
  const choices = findChoices(bytes, 0, bytes.length)
  if (choices === null) return null
  const normaliser = new Normaliser()
  const whole = (text: Uint8Array): Uint8Array => {
    const result = normaliser.normalise(text, 0, text.length)
    return result.bytes.slice(0, result.length)
  }
  const earlier = turns
    .slice(0, last)
    .filter(({ role }) => role !== 'system' && role !== 'assistant')
    .map(({ text }) => whole(encoder.encode(String(text))))
  const stem = whole(bytes.subarray(0, choices.stemEnd))
  const own = stem.subarray(0, stemLength(stem, stem.length))
  const hashes = [...optionHashes(bytes, choices, normaliser)]
  const pairs = choices.options.map((_, i) => [hashes[2 * i]!, hashes[2 * i + 1]!] as const)
  pairs.sort((a, b) => a[0] - b[0] || a[1] - b[1])
  return {
    hashes,
    labels: choices.labels,
    key: keyOf(5, [...[...earlier, own].flatMap((text) => [text.length, text]), ...pairs.flat()]),
  }
}

describe('options of questions', () => {
  it('are what the host finds, but where the question is not ASCII', () => {
    const random = randomOf(29)
    const memory = new TurnMemory()
    const seen = new Map<number, number>()
    const kinds = new Map<number, number>()
    let seldom = 0
    for (let round = 0; round < 300; round++) {
      const examples = Array.from({ length: 1 + Math.floor(random() * 60) }, () => randomQuestion(random))
      const batch = batchOf(examples)
      const {
        keys,
        options,
        optionHashes: hashes,
      } = memory.hash(batch, (turn) => {
        const [from, to] = [batch.textStart[turn]!, batch.textStart[turn + 1]!]
        const { bytes, length } = new Normaliser().normalise(batch.bytes, from, to)
        return bytes.subarray(0, withoutFullStop(bytes, length))
      })
      examples.forEach((example, row) => {
        const found = options[row]!
        const count = found === BY_HOST ? BY_HOST : found & COUNT_MASK
        seen.set(count, (seen.get(count) ?? 0) + 1)
        const expected = expectedOptions(example)
        if (count === BY_HOST) {
          const text = example.turns.map((turn) => String(turn.text)).join('\n')
          // What is seldom listed so is looked for by the host, which may find none.
          expect(/[Aa1][)\]"']/.test(text) || (expected !== null && /[^\0-\x7f]/.test(text))).toBe(true)
          seldom += Number(expected !== null && /^[\0-\x7f]*$/.test(text))
          return
        }
        expect(count).toBe((expected?.hashes.length ?? 0) / 2)
        expect(found >> LABELS_SHIFT).toBe(expected?.labels ?? 0)
        kinds.set(found >> LABELS_SHIFT, (kinds.get(found >> LABELS_SHIFT) ?? 0) + 1)
        const at = 2 * MOST_OPTIONS * row
        expect([...hashes.subarray(at, at + 2 * count)]).toEqual(expected?.hashes ?? [])
        const key = (row * KEYS + KEY.question) * KEY_WORDS
        expect([...keys.subarray(key, key + KEY_WORDS)]).toEqual(expected?.key ?? [0, 0, 0, 0])
      })
    }
    // Questions of two options and of many, and some the kernel leaves alone.
    for (const count of [0, 2, 3, BY_HOST]) expect(seen.get(count)).toBeGreaterThan(10)
    expect(seldom).toBeGreaterThan(50)
    for (const kind of Object.values(LABELS)) expect(kinds.get(kind)).toBeGreaterThan(30)
    expect(Math.max(...[...seen.keys()].filter((count) => count !== BY_HOST))).toBeGreaterThan(20)
  })
})

describe('keys of rows', () => {
  it('are the hashes their definition says, for texts of every kind', () => {
    const random = randomOf(23)
    const memory = new TurnMemory()
    const normaliser = new Normaliser()
    for (let round = 0; round < 40; round++) {
      const examples = Array.from({ length: 1 + Math.floor(random() * 60) }, () => randomExample(random))
      const batch = batchOf(examples)
      const { keys, reasoning } = memory.hash(batch, (turn) => {
        const { bytes, length } = normaliser.normalise(
          batch.bytes,
          batch.textStart[turn]!,
          batch.textStart[turn + 1]!,
        )
        return bytes.subarray(0, withoutFullStop(bytes, length))
      })
      examples.forEach((example, row) => {
        const shown = example.unreadable === undefined ? example : { turns: [] }
        const expected = expectedKeys(shown)
        for (const name of ['conversation', 'normalised', 'prompt', 'answer', 'record'] as const) {
          const at = (row * KEYS + KEY[name]) * KEY_WORDS
          expect([...keys.subarray(at, at + KEY_WORDS)]).toEqual(expected[name] ?? [0, 0, 0, 0])
        }
        const answers = shown.turns.filter(({ role }) => role === 'assistant')
        expect(reasoning[row]).toBe(Number(answers.some(({ text }) => String(text).includes('<'))))
      })
    }
  })
})
