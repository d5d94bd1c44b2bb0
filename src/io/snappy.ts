/**
 * Snappy, see https://github.com/google/snappy/blob/main/format_description.txt. Written here because the bytes of a
 * report must not depend on the build of the runtime, as those of its own zlib do, and for its speed.
 */

/** How far back a copy reaches: what two bytes can tell. */
const REACH = 65_535
/** Least bytes of a copy, most bytes of one copy. */
const SHORTEST = 4
const LONGEST = 64
/** The last bytes are a literal, so that four bytes can be read wherever a copy is looked for. */
const TAIL = 8
const TABLE_BITS = 14
const MULTIPLIER = 0x1e35a7bd

/** Where four bytes with some hash stood last; all texts of a thread share it, one after the other. */
const table = new Int32Array(1 << TABLE_BITS)

export function compressSnappy(input: Uint8Array): Uint8Array {
  const out = new Output(input)
  const view = new DataView(input.buffer, input.byteOffset, input.length)
  const limit = input.length - TAIL
  const bits = Math.min(TABLE_BITS, Math.max(8, 32 - Math.clz32(input.length)))
  table.fill(0, 0, 1 << bits)
  let literal = 0
  let at = 1
  // In text that has no copies the steps grow: it is looked at less and less closely.
  let step = 32
  while (at < limit) {
    const four = view.getInt32(at, true)
    const cell = Math.imul(four, MULTIPLIER) >>> (32 - bits)
    const before = table[cell] as number
    table[cell] = at
    if (at - before > REACH || view.getInt32(before, true) !== four) {
      at += step++ >> 5
      continue
    }
    const length = sameBytes(view, before, at)
    out.literal(literal, at)
    out.copy(at - before, length)
    at += length
    literal = at
    step = 32
  }
  out.literal(literal, input.length)
  return out.take()
}

/** How many bytes from `a` and from `b`, which is behind it, are equal; four are already known to be. */
function sameBytes(view: DataView, a: number, b: number): number {
  const end = view.byteLength
  let length = SHORTEST
  while (b + length + 4 <= end && view.getInt32(a + length, true) === view.getInt32(b + length, true))
    length += 4
  while (b + length < end && view.getUint8(a + length) === view.getUint8(b + length)) length++
  return length
}

/** Literals and copies of a text as they are written. */
class Output {
  readonly #input: Uint8Array
  readonly #bytes: Buffer
  #length = 0

  constructor(input: Uint8Array) {
    this.#input = input
    // A literal of n bytes takes n and at most five more, and between two of them is a copy that saves one at least.
    this.#bytes = Buffer.allocUnsafeSlow(32 + input.length + Math.ceil(input.length / 6))
    let rest = input.length
    for (; rest > 127; rest >>>= 7) this.#byte((rest & 127) | 128)
    this.#byte(rest)
  }

  take(): Uint8Array {
    return new Uint8Array(this.#bytes.subarray(0, this.#length))
  }

  /** Bytes [start, end) of the text. */
  literal(start: number, end: number): void {
    const length = end - start
    if (length === 0) return
    const last = length - 1
    if (last < 60) this.#byte(last << 2)
    else {
      const size = last < 1 << 8 ? 1 : last < 1 << 16 ? 2 : last < 1 << 24 ? 3 : 4
      this.#byte((59 + size) << 2)
      for (let i = 0; i < size; i++) this.#byte((last >>> (8 * i)) & 255)
    }
    const [bytes, input, to] = [this.#bytes, this.#input, this.#length]
    if (length > 64) bytes.set(input.subarray(start, end), to)
    else for (let i = 0; i < length; i++) bytes[to + i] = input[start + i] as number
    this.#length += length
  }

  copy(distance: number, length: number): void {
    let rest = length
    for (; rest >= LONGEST + SHORTEST; rest -= LONGEST) this.#copyOnce(distance, LONGEST)
    if (rest > LONGEST) {
      this.#copyOnce(distance, LONGEST - SHORTEST)
      rest -= LONGEST - SHORTEST
    }
    this.#copyOnce(distance, rest)
  }

  #copyOnce(distance: number, length: number): void {
    if (length < 12 && distance < 2048) this.#byte(1 | ((length - 4) << 2) | ((distance >>> 8) << 5))
    else {
      this.#byte(2 | ((length - 1) << 2))
      this.#byte(distance & 255)
      return this.#byte(distance >>> 8)
    }
    this.#byte(distance & 255)
  }

  #byte(value: number): void {
    this.#bytes[this.#length++] = value
  }
}
