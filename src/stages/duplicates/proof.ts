import { canonicalJson } from '../../core/json.ts'
import type { Example } from '../../core/example.ts'
import { Normaliser } from '../../text/normalise.ts'
import { findChoices, stemLength, withoutFullStop } from './choices.ts'
import type { Level } from './levels.ts'
import { comparable, isPrompt, isView, sameBytes, turnsOf } from './look.ts'
import type { Turn } from './look.ts'

/** Compares the bytes themselves: keys are hashes, and a report must not rest on hashes alone. */
export function holds(level: Level, a: Example, b: Example): boolean {
  switch (level) {
    case 'record-exact':
      return sameTurns(a, b) && canonicalJson(valuesOf(a)) === canonicalJson(valuesOf(b))
    case 'conversation-exact':
      return sameTurns(a, b)
    case 'normalised-exact':
      return sameNormalised(turnsOf(a, isView), turnsOf(b, isView))
    case 'same-prompt':
      return sameNormalised(turnsOf(a, isPrompt), turnsOf(b, isPrompt))
    case 'options-shuffled':
      return permutation(a, b) !== null
    case 'near-duplicate':
    case 'minimal-difference':
    case 'shared-passage':
    case 'template':
      return true
  }
}

/** Columns that hold a value: whether a row of JSON lines has a null or no such column depends on its neighbours. */
function valuesOf({ columns }: Example): Example['columns'] {
  return Object.fromEntries(Object.entries(columns).filter(([, value]) => value !== null))
}

function sameTurns(a: Example, b: Example): boolean {
  return (
    a.turns.length === b.turns.length &&
    a.turns.every((turn, i) => {
      const other = b.turns[i]
      return other !== undefined && turn.role === other.role && sameBytes(turn.text, other.text)
    })
  )
}

function sameNormalised(a: readonly Turn[], b: readonly Turn[]): boolean {
  return (
    a.length === b.length &&
    a.every((turn, i) => {
      const other = b[i]
      return (
        other !== undefined &&
        turn.role === other.role &&
        sameBytes(comparable(turn.text), comparable(other.text))
      )
    })
  )
}

const normaliser = new Normaliser()

/** For each option of b the index of the same option in a; null where the questions differ. */
export function permutation(a: Example, b: Example): number[] | null {
  const [x, y] = [question(a), question(b)]
  if (x === null || y === null || x.stem !== y.stem || x.options.length !== y.options.length) return null
  const free = new Set(x.options.keys())
  const order: number[] = []
  for (const option of y.options) {
    const match = [...free].find((i) => x.options[i] === option)
    if (match === undefined) return null
    free.delete(match)
    order.push(match)
  }
  return order
}

function question(example: Example): { stem: string; options: string[] } | null {
  const prompt = turnsOf(example, isPrompt).at(-1)
  const choices = prompt === undefined ? null : findChoices(prompt.text, 0, prompt.text.length)
  if (prompt === undefined || choices === null) return null
  const text = (start: number, end: number): Buffer => {
    const { bytes, length } = normaliser.normalise(prompt.text, start, end)
    return Buffer.from(bytes.slice(0, length))
  }
  const stem = text(0, choices.stemEnd)
  return {
    stem: stem.subarray(0, stemLength(stem, stem.length)).toString(),
    options: choices.options.map(({ start, end }) => {
      const option = text(start, end)
      return option.subarray(0, withoutFullStop(option, option.length)).toString()
    }),
  }
}
