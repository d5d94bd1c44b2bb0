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

/** Words of one example, by turn: turn t is words [turnFrom[t], turnFrom[t + 1]) of `symbols`. */
export interface ExampleTurns extends ExampleWords {
  turns: number
  turnFrom: Int32Array
  /** Turn t is bytes [textFrom[t], textFrom[t + 1]). */
  textFrom: Int32Array
}

/** Words and bytes of a turn of the example. */
export function turnBounds(example: ExampleTurns, number: number): TurnBounds {
  return {
    number,
    from: example.turnFrom[number] as number,
    to: example.turnFrom[number + 1] as number,
    byteFrom: example.textFrom[number] as number,
    byteTo: example.textFrom[number + 1] as number,
  }
}
