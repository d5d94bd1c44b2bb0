/** Why a row is listed; the order is stored. */
export const FLAG = { test: 0, validation: 1, contradicted: 2 } as const

/** A row worth a finding, as the tally holds it. */
export interface Flagged {
  shard: number
  row: number
  why: number
  declared: number
  item: number
  turn: number
  containment: number
  aligned: number
  /** 1 when the item was found by its aligned words alone. */
  near: number
}
