import { between, pick, write } from './grammar.ts'
import type { Random } from './grammar.ts'

export interface Turn {
  from: string
  value: string
}

export interface Row {
  conversations: Turn[]
  source: string
  conversation_id: string
}

/** A multiple-choice question before it is written out. */
export interface Question {
  text: string
  options: string[]
  /** Index of the right option. */
  right: number
  why: string
}

export const LETTERS = ['A', 'B', 'C', 'D', 'E']

const OPTION_FORMS = [
  '{disease}',
  '{drug}, {decimal} mg per kg',
  '{image}, then {drug}',
  '{lesion}',
  '{compound}',
]

export function question(random: Random, count = 4): Question {
  const form = pick(random, OPTION_FORMS)
  return {
    text: write(random, '{vignette} {ask}'),
    options: Array.from({ length: count }, () => write(random, form)),
    right: between(random, 0, count - 1),
    why: write(random, '{reason}'),
  }
}

const MARKS = ['A.', 'A)', '(A)']

export function questionText(question: Question, mark = MARKS[0]!): string {
  const lines = question.options.map((option, i) => `${mark.replace('A', LETTERS[i]!)} ${option}`)
  return [question.text, ...lines].join('\n')
}

export function answerText(random: Random, question: Question): string {
  const letter = LETTERS[question.right]!
  const option = question.options[question.right]!
  const forms = [
    `The answer is ${letter}. ${question.why}`,
    `${letter}. ${option}\n\n${question.why}`,
    `${question.why}\n\nFinal answer: ${letter}`,
    `**${letter}) ${option}** — ${question.why}`,
  ]
  return pick(random, forms)
}

export type Body = Omit<Row, 'conversation_id'>

function chat(system: string | null, ...values: string[]): Turn[] {
  const turns = values.map((value, i) => ({ from: i % 2 === 0 ? 'human' : 'gpt', value }))
  return system === null ? turns : [{ from: 'system', value: system }, ...turns]
}

/** Curated questions: half multiple choice, half open. */
export function curated(random: Random): Body {
  const system = random() < 0.7 ? write(random, '{system}') : null
  if (random() < 0.5) {
    const asked = question(random, between(random, 4, 5))
    const text = questionText(asked, pick(random, MARKS))
    return { conversations: chat(system, text, answerText(random, asked)), source: 'ward-exam' }
  }
  const text = write(random, random() < 0.5 ? '{open}' : '{vignette} {open}')
  return {
    conversations: chat(system, text, write(random, '{reason} {reason}')),
    source: pick(random, ['ask-a-clinic', 'round-notes']),
  }
}

/** Synthetic questions; their right answers lean towards B, as generated exams tend to. */
export function syntheticCurated(random: Random): Body {
  if (random() < 0.6) {
    const asked = question(random)
    if (random() < 0.3) asked.right = 1
    return {
      conversations: chat(write(random, '{system}'), questionText(asked), answerText(random, asked)),
      source: 'generated',
    }
  }
  const answer = write(random, '{reason}\n\n{reason}')
  return { conversations: chat(null, write(random, '{vignette} {open}'), answer), source: 'generated' }
}

export function guideline(random: Random): Body {
  const answer = write(random, '{section} {section}')
  return {
    conversations: chat(write(random, '{system}'), write(random, '{guideline}'), answer),
    source: write(random, '{house}'),
  }
}

/** Dialogues of two to four exchanges. */
export function dialogue(random: Random): Body {
  const values: string[] = []
  const exchanges = between(random, 2, 4)
  for (let i = 0; i < exchanges; i++) {
    values.push(
      write(random, i === 0 ? '{greeting} {lay} {lay}' : '{lay}'),
      write(random, i === exchanges - 1 ? '{reply} {reason}' : '{reply}'),
    )
  }
  return { conversations: chat(write(random, '{system}'), ...values), source: 'generated' }
}
