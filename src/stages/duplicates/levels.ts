import type { KeyName } from './rows.ts'

/** The levels in order of precedence: a pair is listed once, under the first that holds. */
export const LEVELS = [
  'record-exact',
  'conversation-exact',
  'normalised-exact',
  'same-prompt',
  'options-shuffled',
  'near-duplicate',
  'minimal-difference',
  'shared-passage',
  'template',
] as const
export type Level = (typeof LEVELS)[number]

/** Levels decided by equality of a key; `stronger` is the key whose equality a stronger level has listed. */
export const KEY_LEVELS: readonly { level: Level; key: KeyName; stronger: KeyName | null }[] = [
  { level: 'record-exact', key: 'record', stronger: null },
  { level: 'conversation-exact', key: 'conversation', stronger: 'record' },
  { level: 'normalised-exact', key: 'normalised', stronger: 'conversation' },
  { level: 'same-prompt', key: 'prompt', stronger: 'normalised' },
  { level: 'options-shuffled', key: 'question', stronger: 'prompt' },
]
