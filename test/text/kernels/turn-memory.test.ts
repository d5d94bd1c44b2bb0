import { describe, expect, it } from 'vitest'
import { ROLE_CODE } from '../../../src/core/example.ts'
import type { Role } from '../../../src/core/example.ts'
import { withoutFullStop } from '../../../src/stages/duplicates/choices.ts'
import { KEY, KEYS, KEY_WORDS } from '../../../src/stages/duplicates/rows.ts'
import type { KeyName } from '../../../src/stages/duplicates/rows.ts'
import { hash128 } from '../../../src/text/hash.ts'
import { TurnMemory } from '../../../src/text/kernels/turn-memory.ts'
import { Normaliser } from '../../../src/text/normalise.ts'
import { batchOf } from '../../support/corpus.ts'
import type { MemoryExample } from '../../support/corpus.ts'
import { pick, randomOf } from '../../support/random.ts'

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
const ROLES: Role[] = ['system', 'user', 'assistant', 'user', 'assistant']

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

describe('keys of rows', () => {
  it('are the hashes their definition says, for texts of every kind', () => {
    const random = randomOf(23)
    const memory = new TurnMemory()
    const normaliser = new Normaliser()
    for (let round = 0; round < 40; round++) {
      const examples = Array.from({ length: 1 + Math.floor(random() * 60) }, () => randomExample(random))
      const batch = batchOf(examples)
      const { keys, reasoning, choices } = memory.hash(batch, (turn) => {
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
        for (const name of [
          'conversation',
          'normalised',
          'prompt',
          'answer',
          'record',
          'question',
        ] as const) {
          const at = (row * KEYS + KEY[name]) * KEY_WORDS
          expect([...keys.subarray(at, at + KEY_WORDS)]).toEqual(expected[name] ?? [0, 0, 0, 0])
        }
        const answers = shown.turns.filter(({ role }) => role === 'assistant')
        expect(reasoning[row]).toBe(Number(answers.some(({ text }) => String(text).includes('<'))))
        const last = shown.turns.findLast(({ role }) => role === 'user')
        expect(choices[row]).toBe(Number(/A[).:][^]*?B[).:]/.test(String(last?.text ?? ''))))
      })
    }
  })
})
