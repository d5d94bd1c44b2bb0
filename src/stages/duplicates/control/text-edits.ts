import type { Example } from '../../../core/example.ts'
import { shuffle } from '../../../text/seeded.ts'

type Turns = Example['turns']

const decoder = new TextDecoder('utf-8', { ignoreBOM: true })
const encoder = new TextEncoder()

/** The same turns after normalisation, and not before: case, spaces, quotes, dashes, invisible characters, a full stop. */
export function writtenOtherwise(turns: Turns, random: () => number): Turns | null {
  const copy = turns.map(({ role, text }) => ({
    role,
    text: role === 'system' ? text : encoder.encode(rewritten(decoder.decode(text), random)),
  }))
  return copy.some(({ text }, i) => Buffer.compare(text, turns[i]?.text ?? text) !== 0) ? copy : null
}

function rewritten(text: string, random: () => number): string {
  const capitals = random() < 0.3
  const spaces = ['  ', '\n', '\u00a0', '\u2003']
  let copy = text
    // Letters with a letter of ASCII behind them: no mark can belong to them.
    .replace(/[a-z](?=[a-zA-Z ])/g, (letter) => (capitals || random() < 0.02 ? letter.toUpperCase() : letter))
    .replace(/ /g, (space) =>
      random() < 0.1 ? (spaces[Math.floor(random() * spaces.length)] as string) : space,
    )
    .replace(/(?<=[a-zA-Z])'(?=[a-zA-Z])/g, '\u2019')
    .replace(/(?<=[a-zA-Z])-(?=[a-zA-Z])/g, '\u2010')
    .replace(/(?<=[a-zA-Z])(?=[a-zA-Z])/g, () => (random() < 0.01 ? '\u00ad' : ''))
  if (/[^.\s]\.$/.test(copy)) copy = copy.slice(0, -1)
  else if (/[a-zA-Z]$/.test(copy)) copy += '.'
  return copy
}

/** The last answer of the turns; −1 where there is none. */
export function lastAnswer(turns: Turns): number {
  return turns.findLastIndex(({ role }) => role === 'assistant')
}

export function withAnswer(turns: Turns, answer: Uint8Array): Turns {
  const at = lastAnswer(turns)
  return turns.map((turn, i) => (i === at ? { role: turn.role, text: answer } : turn))
}

/** Options listed one a line, and the text around them. */
interface Listed {
  before: readonly string[]
  options: readonly { label: string; text: string }[]
  after: readonly string[]
}

const OPTION = /^(\s*[([]?)([A-Z]|[a-z]|\d{1,2})([.):\]]+\s+)(\S.*)$/
const LISTS = [
  (i: number) => String.fromCharCode(65 + i),
  (i: number) => String.fromCharCode(97 + i),
  (i: number) => String(i + 1),
]
const LEAST_OPTIONS = 3
const MOST_OPTIONS = 10

/**
 * The last prompt with its options in another order, under the labels that stood there or under others; null where it lists
 * none, one a line. Looked for here with no help of the stage.
 */
export function withOptionsShuffled(turns: Turns, random: () => number): Turns | null {
  const at = turns.findLastIndex(({ role }) => role !== 'assistant' && role !== 'system')
  const listed = at < 0 ? null : optionsOf(decoder.decode(turns[at]?.text))
  if (listed === null) return null
  const texts = listed.options.map(({ text }) => text)
  let order = shuffle(texts, random)
  if (order.every((text, i) => text === texts[i])) order = [...texts.slice(1), texts[0] as string]
  const label = (i: number): string => {
    const letter = String.fromCharCode(65 + i)
    return style === 1 ? `(${letter}) ` : style === 2 ? `${letter}) ` : (listed.options[i]?.label ?? '')
  }
  const style = Math.floor(random() * 4)
  const lines = [...listed.before, ...order.map((text, i) => `${label(i)}${text}`), ...listed.after]
  return turns.map((turn, i) =>
    i === at ? { role: turn.role, text: encoder.encode(lines.join('\n')) } : turn,
  )
}

function optionsOf(text: string): Listed | null {
  const lines = text.split(/\r?\n/)
  for (const [kind, labelOf] of LISTS.entries()) {
    for (const first of lines.keys()) {
      const options: { label: string; text: string }[] = []
      for (;;) {
        const match = OPTION.exec(lines[first + options.length] ?? '')
        if (match === null || match[2] !== labelOf(options.length)) break
        options.push({
          label: `${match[1] ?? ''}${match[2]}${match[3] ?? ''}`,
          text: (match[4] ?? '').trim(),
        })
      }
      const [before, after] = [lines.slice(0, first), lines.slice(first + options.length)]
      const distinct = new Set(options.map((option) => option.text.toLowerCase())).size === options.length
      const enough = options.length >= LEAST_OPTIONS && options.length <= MOST_OPTIONS && distinct
      // Numbers with text behind them list other things than options.
      const closes = kind < 2 || after.every((line) => line.trim() === '')
      if (enough && closes && before.some((line) => line.trim() !== '')) return { before, options, after }
    }
  }
  return null
}
