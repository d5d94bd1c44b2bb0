/** Counts and encodes UTF-8 text without special tokens around it. Bytes that are not UTF-8 count as U+FFFD. */
export interface Tokenizer {
  name: string
  engine: Engine
  count(bytes: Uint8Array, start: number, end: number): number
  /** Number of ids written to `out`, or -1 when it is too small. */
  encode(bytes: Uint8Array, start: number, end: number, out: Uint32Array): number
  /** Counts text i, bytes [starts[i], starts[i+1]), into counts[i] for the first `texts`: one crossing for a whole batch. */
  countEach(bytes: Uint8Array, starts: Int32Array, texts: number, counts: Uint32Array): void
}

export type Engine = 'assay-bpe' | 'tokenizers-binding'
