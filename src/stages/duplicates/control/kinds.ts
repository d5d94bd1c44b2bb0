import type { Level } from '../levels.ts'

/** Ways a row is copied, and the level each copy must be found as. */
export const KINDS = {
  'every-column': 'record-exact',
  conversation: 'conversation-exact',
  'across-components': 'conversation-exact',
  'written-otherwise': 'normalised-exact',
  'other-answer': 'same-prompt',
  'options-shuffled': 'options-shuffled',
  'edited-2': 'near-duplicate',
  'edited-5': 'near-duplicate',
  'edited-10': 'near-duplicate',
  'edited-20': 'near-duplicate',
  'other-number': 'minimal-difference',
} as const satisfies Readonly<Record<string, Level>>
export type Kind = keyof typeof KINDS

/** What few rows can carry is planted first: a row is copied once. */
export const PLANTED_FIRST: readonly Kind[] = [
  'options-shuffled',
  'other-number',
  'edited-20',
  'edited-10',
  'edited-5',
  'edited-2',
  'other-answer',
  'written-otherwise',
  'across-components',
  'conversation',
  'every-column',
]

/** Why a kind was not planted at all. */
export const NOT_PLANTED: Readonly<Record<Kind, string>> = {
  'every-column': 'no row of the sample was left to copy',
  conversation: 'no row of the sample was left to copy',
  'across-components': 'the sample has one component only',
  'written-otherwise': 'no row of the sample can be written otherwise: none has letters of ASCII',
  'other-answer': 'no row of the sample has a prompt and an answer, and another row another answer',
  'options-shuffled': 'no row of the sample lists options, one a line',
  'edited-2': 'no row of the sample is long enough to be near anything',
  'edited-5': 'no row of the sample is long enough to be near anything',
  'edited-10': 'no row of the sample is long enough to be near anything',
  'edited-20': 'no row of the sample is long enough to be near anything',
  'other-number': 'no row of the sample is long enough to be near anything and has a number in its prompt',
}
