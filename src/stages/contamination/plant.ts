import type { Example, Role } from '../../core/example.ts'
import { shuffle } from '../../text/seeded.ts'
import type { BenchmarkItem } from './items.ts'

/** Ways an item leaks into training text, as the self-test plants them. */
export const PLANT_KINDS = [
  'verbatim',
  'question-only',
  'edited-10',
  'edited-20',
  're-lettered',
  're-wrapped',
  'embedded',
  'answer-side',
  'short',
] as const
export type PlantKind = (typeof PLANT_KINDS)[number]

/** Items below this many words are the short ones, where n-gram rules are blind. */
export const SHORT_WORDS = 13

/** The texts of a host row into which items are planted. */
export interface Host {
  user: string
  assistant: string
  /** Words of the user's own corpus, from which edits are drawn. */
  vocabulary: readonly string[]
}

/** An example that leaks the item in the way named. */
export function plant(
  kind: PlantKind,
  item: BenchmarkItem,
  host: Host,
  random: () => number,
): Pick<Example, 'turns'> {
  const answer = goldLine(item)
  const chat = (user: string, assistant: string) => ({ turns: turns(user, assistant) })
  const listed = `${item.question}\n${options(item.options, 0)}`
  switch (kind) {
    case 'verbatim':
    case 'short':
      return chat(listed, `${answer}\n\n${host.assistant}`)
    case 'question-only':
      return chat(item.question, host.assistant)
    case 'edited-10':
    case 'edited-20':
      return chat(
        edited(item, kind === 'edited-10' ? 0.1 : 0.2, host, random),
        `${answer}\n\n${host.assistant}`,
      )
    case 're-lettered': {
      const shuffled = shuffle(item.options, random)
      return chat(`${item.question}\n\n${options(shuffled, 1 + Math.floor(random() * 2))}`, host.assistant)
    }
    case 're-wrapped':
      return chat(wrapped(listed, random), `${answer}\n\n${host.assistant}`)
    case 'embedded':
      return chat(`${host.user}\n\n${listed}\n\n${firstSentences(host.assistant)}`, host.assistant)
    case 'answer-side':
      return chat(
        firstSentences(host.user),
        `Here is a practice question.\n\n${listed}\n\n${answer}\n\n${host.assistant}`,
      )
  }
}

function turns(user: string, assistant: string): { role: Role; text: Uint8Array }[] {
  const encoder = new TextEncoder()
  return [
    { role: 'user', text: encoder.encode(user) },
    { role: 'assistant', text: encoder.encode(assistant) },
  ]
}

function goldLine(item: BenchmarkItem): string {
  const gold = item.options.find((option) => option.label === item.answer)
  return gold === undefined ? '' : `The answer is ${gold.label}. ${gold.text}`
}

function options(list: BenchmarkItem['options'], style: number): string {
  return list
    .map(({ text }, i) => {
      const label = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ'[i] ?? '?'
      return style === 0
        ? `${label}. ${text}`
        : style === 1
          ? `(${label}) ${text}`
          : `${label.toLowerCase()}) ${text}`
    })
    .join('\n')
}

/** Replaces, drops or adds words at the rate given, at least one. */
function edited(item: BenchmarkItem, rate: number, host: Host, random: () => number): string {
  const change = (text: string, least: number) => {
    const words = text.split(' ')
    const count = Math.max(least, Math.round(rate * words.length))
    for (const at of shuffle([...words.keys()], random).slice(0, count)) {
      const other = host.vocabulary[Math.floor(random() * host.vocabulary.length)] ?? 'other'
      const dice = random()
      words[at] = dice < 0.6 ? other : dice < 0.8 ? '' : `${words[at]} ${other}`
    }
    return words.filter((word) => word !== '').join(' ')
  }
  const list = item.options.map(({ label, text }) => ({ label, text: change(text, 0) }))
  return `${change(item.question, 1)}\n${options(list, 0)}`
}

/** Other line breaks, spaces and case; the words stay. */
function wrapped(text: string, random: () => number): string {
  let column = 0
  const width = 30 + Math.floor(random() * 50)
  const words = text.split(' ').map((word) => {
    column += word.length + 1
    if (column < width) return `${word} `
    column = 0
    return `${word}\n`
  })
  const joined = words.join('').trimEnd()
  return random() < 0.3 ? joined.toUpperCase() : joined
}

function firstSentences(text: string): string {
  return text
    .split(/(?<=[.?!])\s+/)
    .slice(0, 2)
    .join(' ')
    .slice(0, 400)
}
