import { between, pick, write } from './grammar.ts'
import type { Random } from './grammar.ts'
import { LETTERS, answerText, questionText } from './examples.ts'
import type { Body, Question, Turn } from './examples.ts'

/** One item of the invented benchmark. */
export interface Item {
  id: string
  question: Question
  context?: string
}

/** A row that was put in on purpose, and what it is. */
export interface Planted {
  body: Body
  kind: string
  /** Index of the row it was made from (within its component), or the benchmark item. */
  of?: number
  item?: string
  params: Record<string, string | number>
}

/** Writes the same text another way: nothing a reader would call a difference. */
export const SPELLINGS: Readonly<Record<string, (text: string) => string>> = {
  'upper case': (text) => text.toUpperCase(),
  'no-break spaces': (text) => text.replaceAll(' ', '\u00a0'),
  'full-width digits': (text) =>
    text.replace(/\d/g, (digit) => String.fromCharCode(digit.charCodeAt(0) + 0xfee0)),
  'zero-width spaces': (text) => text.replaceAll(' ', ' \u200b'),
  'decomposed letters': (text) => text.normalize('NFD').replaceAll('°', '°'),
  'doubled spaces': (text) => text.replaceAll('. ', '.  '),
  'typographic hyphens': (text) => text.replaceAll('-', '\u2010'),
}

export function respelled(body: Body, how: string): Body {
  const change = SPELLINGS[how]!
  return {
    ...body,
    conversations: body.conversations.map((turn) => ({ ...turn, value: change(turn.value) })),
  }
}

/** Replaces a share of the words of a text by other words. */
export function edited(random: Random, text: string, share: number): string {
  const parts = text.split(' ')
  const edits = Math.max(1, Math.round(parts.length * share))
  for (let i = 0; i < edits; i++)
    parts[between(random, 0, parts.length - 1)] = write(random, '{compound}').toLowerCase()
  return parts.join(' ')
}

export function nearCopy(random: Random, body: Body, share: number): Body {
  const conversations = body.conversations.map((turn) =>
    turn.from === 'system' ? turn : { ...turn, value: edited(random, turn.value, share) },
  )
  return { ...body, conversations }
}

/** The same options in another order, the letters following them. */
export function shuffled(random: Random, asked: Question): Question {
  const order = asked.options.map((_, i) => i)
  const by = between(random, 1, order.length - 1)
  const turned = order.map((_, i) => order[(i + by) % order.length]!)
  return { ...asked, options: turned.map((i) => asked.options[i]!), right: turned.indexOf(asked.right) }
}

/** How an item of the benchmark gets into the corpus. */
export function leak(random: Random, item: Item, kind: string): Body {
  const { question: asked } = item
  const answer = answerText(random, asked)
  const source = 'ward-exam'
  const pair = (human: string, gpt: string): Turn[] => [
    { from: 'human', value: human },
    { from: 'gpt', value: gpt },
  ]
  if (kind === 'leak_verbatim' || kind === 'leak_short')
    return { conversations: pair(questionText(asked), answer), source }
  if (kind === 'leak_question_only')
    return { conversations: pair(asked.text, write(random, '{reason}')), source }
  if (kind === 'leak_edited') {
    const text = edited(random, asked.text, 0.06)
    return { conversations: pair(questionText({ ...asked, text }), answer), source }
  }
  if (kind === 'leak_embedded') {
    const before = write(random, 'Background: {explain}. {advice}. {explain}. Now consider this case.')
    const after = write(random, 'Bear in mind that {explain}. {advice}.')
    return { conversations: pair(`${before} ${asked.text} ${after}`, answer), source }
  }
  const reply = `${write(random, '{explain}')}. A similar case: ${asked.text} The answer is ${LETTERS[asked.right]!}, ${asked.options[asked.right]!}.`
  return { conversations: pair(write(random, 'Teach me about {disease} with an example.'), reply), source }
}

const FOREIGN = [
  'Ο ασθενής ανέφερε κόπωση και πόνο στις αρθρώσεις εδώ και τρεις εβδομάδες.',
  'Пациент жалуется на слабость и лёгкий озноб после длительной прогулки.',
  'المريض يشكو من صداع خفيف منذ يومين بعد السفر.',
  '患者は三日前から軽い咳と喉の痛みを訴えている。',
  'रोगी को दो सप्ताह से हल्का बुखार और थकान है।',
  '환자는 어제부터 가벼운 두통과 어지러움을 느꼈다.',
]

/** Rows with the defects the quality stage looks for. */
export function defective(random: Random, kind: string, index: number, body: Body): Body {
  const last = body.conversations.length - 1
  const change = (value: (text: string) => string, from?: string): Body => ({
    ...body,
    conversations: body.conversations.map((turn, i) =>
      i === last ? { from: from ?? turn.from, value: value(turn.value) } : turn,
    ),
  })
  if (kind === 'unknown_role') return change((text) => text, 'narrator')
  if (kind === 'empty_answer') return change(() => (index % 2 === 0 ? '' : '  \n'))
  if (kind === 'truncated')
    return change((text) => text.slice(0, Math.floor(text.length * 0.6)).replace(/[\s.;:,]+$/, ''))
  if (kind === 'damaged')
    return change((text) => text.replace(/[aeiou]/g, (vowel) => (random() < 0.1 ? '\ufffd' : vowel)))
  if (kind === 'open_fence') return change((text) => `\`\`\`\n${text}`)
  if (kind === 'repeated_turn')
    return { ...body, conversations: [...body.conversations, ...body.conversations.slice(-2)] }
  return change(() => `${FOREIGN[index % FOREIGN.length]!} ${pick(random, FOREIGN)}`)
}
