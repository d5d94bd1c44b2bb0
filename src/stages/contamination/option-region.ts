import type { Span } from '../../text/cover.ts'

/** Where options are looked for. */
export interface OptionRegion extends Span {
  /** The first word behind the question; from there on options may be listed in a sentence. */
  listFrom: number
  /** Most of the question was found: then options are looked for in other spellings too. */
  close: boolean
}
