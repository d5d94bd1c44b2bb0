/** A token matched in the text before anything else happens to it. */
export interface AddedToken {
  content: string
  id: number
  /** Matched in the normalised text, after the others. */
  normalized: boolean
}

/**
 * Finds added tokens in bytes: leftmost, then longest. Candidates are found by first byte with the engine's own
 * memchr; real tokenizers use one or two first bytes, so text without them costs next to nothing.
 */
export class AddedTokens {
  readonly #firstBytes: readonly number[]
  /** node << 8 | byte → node */
  readonly #edges = new Map<number, number>()
  readonly #idOf = new Map<number, number>()
  /** Of the last match. */
  from = 0
  to = 0
  id = 0

  constructor(tokens: readonly AddedToken[]) {
    const first = new Set<number>()
    let nodes = 1
    for (const token of tokens) {
      const bytes = Buffer.from(token.content, 'utf8')
      first.add(bytes[0]!)
      let node = 0
      for (const byte of bytes) {
        let next = this.#edges.get(node * 256 + byte)
        if (next === undefined) {
          next = nodes++
          this.#edges.set(node * 256 + byte, next)
        }
        node = next
      }
      this.#idOf.set(node, token.id)
    }
    this.#firstBytes = [...first].sort((a, b) => a - b)
  }

  /** Whether an added token starts in bytes [start, end); `from`, `to` and `id` then tell which and where. */
  find(bytes: Uint8Array, start: number, end: number): boolean {
    if (this.#firstBytes.length === 0) return false
    const view = bytes.subarray(start, end)
    const upcoming = this.#firstBytes.map((byte) => view.indexOf(byte))
    for (;;) {
      let k = -1
      for (let i = 0; i < upcoming.length; i++)
        if (upcoming[i]! >= 0 && (k < 0 || upcoming[i]! < upcoming[k]!)) k = i
      if (k < 0) return false
      const at = upcoming[k]!
      if (this.#matchAt(view, at)) {
        this.from += start
        this.to += start
        return true
      }
      upcoming[k] = view.indexOf(this.#firstBytes[k]!, at + 1)
    }
  }

  #matchAt(view: Uint8Array, at: number): boolean {
    let node: number | undefined = 0
    let found = false
    for (let i = at; i < view.length; i++) {
      node = this.#edges.get(node * 256 + view[i]!)
      if (node === undefined) break
      const id = this.#idOf.get(node)
      if (id === undefined) continue
      this.from = at
      this.to = i + 1
      this.id = id
      found = true
    }
    return found
  }
}
