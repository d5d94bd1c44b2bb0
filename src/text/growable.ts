/** An append-only list of 32-bit values that grows by doubling. */
export class Growable32 {
  values: Uint32Array<ArrayBuffer>
  length = 0

  constructor(capacity = 1024) {
    this.values = new Uint32Array(capacity)
  }

  push(value: number): void {
    if (this.length === this.values.length) this.reserve(1)
    this.values[this.length++] = value
  }

  append(values: ArrayLike<number>): void {
    this.reserve(values.length)
    this.values.set(values, this.length)
    this.length += values.length
  }

  /** Room for `more` values behind `length`, for a caller that writes them itself. */
  reserve(more: number): void {
    const needed = this.length + more
    if (needed <= this.values.length) return
    const larger = new Uint32Array(Math.max(needed, this.values.length * 2))
    larger.set(this.values.subarray(0, this.length))
    this.values = larger
  }

  /** The values without their spare room, as a view: for a list that is complete. */
  trimmed(): Uint32Array<ArrayBuffer> {
    return this.values.subarray(0, this.length)
  }

  /** A copy of exactly the values. */
  take(): Uint32Array<ArrayBuffer> {
    return this.values.slice(0, this.length)
  }
}
