import type { ObtainedShard } from '../core/source.ts'

/** Bytes between marks. */
const EVERY = 4 * 1024 * 1024

/**
 * Finds where the rows of plain JSONL start, chunk by chunk. A row is a line with anything but blanks (space, tab, CR);
 * a last line without newline counts. One mark per 4 MB, the first at byte 0.
 */
export class LineMarks {
  readonly #offset: number[] = [0]
  readonly #row: number[] = [0]
  #rows = 0
  /** File offset of the chunk's first byte. */
  #base = 0
  #lineStart = 0
  /** Whether the line being read already holds something. */
  #filled = false

  add(chunk: Uint8Array): void {
    const bytes = Buffer.from(chunk.buffer, chunk.byteOffset, chunk.byteLength)
    let at = 0
    for (;;) {
      const newline = bytes.indexOf(0x0a, at)
      const end = newline < 0 ? bytes.length : newline
      if (!this.#filled) this.#fillFrom(bytes, at, end)
      if (newline < 0) break
      at = newline + 1
      this.#lineStart = this.#base + at
      this.#filled = false
    }
    this.#base += bytes.length
  }

  finish(): NonNullable<ObtainedShard['lines']> {
    return { offset: Float64Array.from(this.#offset), row: Float64Array.from(this.#row), rows: this.#rows }
  }

  #fillFrom(bytes: Uint8Array, start: number, end: number): void {
    for (let i = start; i < end; i++) {
      const byte = bytes[i]
      if (byte === 0x20 || byte === 0x09 || byte === 0x0d) continue
      this.#filled = true
      this.#mark()
      this.#rows++
      return
    }
  }

  #mark(): void {
    const last = this.#offset[this.#offset.length - 1] ?? 0
    if (this.#lineStart - last < EVERY) return
    this.#offset.push(this.#lineStart)
    this.#row.push(this.#rows)
  }
}
