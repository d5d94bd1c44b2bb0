/** A turn inside an example: words [from, to), bytes [byteFrom, byteTo). What lies outside is another text. */
export interface TurnBounds {
  number: number
  from: number
  to: number
  byteFrom: number
  byteTo: number
}

/** Words of one example with their bytes: what the matchers read. Word w is bytes [start[w], end[w]). */
export interface ExampleWords {
  symbols: Uint32Array
  start: Int32Array
  end: Int32Array
  kind: Uint8Array
  bytes: Uint8Array
  /** Number of `symbols[0]` in `start`, `end` and `kind`. */
  first: number
}
