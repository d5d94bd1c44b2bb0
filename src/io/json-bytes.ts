/** Per byte: 0 = itself; otherwise it must be escaped in JSON. */
const ESCAPE = new Uint8Array(256)
for (let byte = 0; byte < 32; byte++) ESCAPE[byte] = 117 // u
ESCAPE[8] = 98 // \b
ESCAPE[9] = 116 // \t
ESCAPE[10] = 110 // \n
ESCAPE[12] = 102 // \f
ESCAPE[13] = 114 // \r
ESCAPE[34] = 34
ESCAPE[92] = 92

const HEX = '0123456789abcdef'
const encoder = new TextEncoder()

/** JSON text as UTF-8, written without a string in between. Same bytes as `JSON.stringify` for the same values. */
export class JsonBytes {
  bytes: Uint8Array
  length = 0

  constructor(capacity = 1 << 16) {
    this.bytes = new Uint8Array(capacity)
  }

  reserve(more: number): void {
    if (this.length + more <= this.bytes.length) return
    const grown = new Uint8Array(Math.max(this.bytes.length * 2, this.length + more))
    grown.set(this.bytes.subarray(0, this.length))
    this.bytes = grown
  }

  byte(value: number): void {
    if (this.length === this.bytes.length) this.reserve(1)
    this.bytes[this.length++] = value
  }

  ascii(text: string): void {
    this.reserve(text.length)
    for (let i = 0; i < text.length; i++) this.bytes[this.length++] = text.charCodeAt(i)
  }

  raw(bytes: Uint8Array): void {
    this.reserve(bytes.length)
    this.bytes.set(bytes, this.length)
    this.length += bytes.length
  }

  /** A JSON string from valid UTF-8 bytes [start, end). */
  string(source: Uint8Array, start: number, end: number): void {
    this.byte(34)
    let from = start
    for (let i = start; i < end; i++) {
      const escape = ESCAPE[source[i]!]!
      if (escape === 0) continue
      this.range(source, from, i)
      this.escape(source[i]!, escape)
      from = i + 1
    }
    this.range(source, from, end)
    this.byte(34)
  }

  /** A JSON string; lone surrogates become U+FFFD. */
  text(text: string): void {
    const bytes = encoder.encode(text)
    this.string(bytes, 0, bytes.length)
  }

  /** JSON has no word for what is not finite; it is written as a string rather than lost as `null`. */
  number(value: number): void {
    if (Number.isFinite(value)) this.ascii(String(Object.is(value, -0) ? 0 : value))
    else this.ascii(`"${value}"`)
  }

  /** A JSON list of values already written, in byte order. */
  sortedList(values: Uint8Array[]): void {
    this.byte(91)
    values.sort(Buffer.compare).forEach((value, i) => {
      if (i > 0) this.byte(44)
      this.raw(value)
    })
    this.byte(93)
  }

  private escape(byte: number, escape: number): void {
    this.byte(92)
    this.byte(escape)
    if (escape === 117) this.ascii(`00${HEX[byte >> 4]}${HEX[byte & 15]}`)
  }

  /** Bytes [start, end) as they are. */
  range(source: Uint8Array, start: number, end: number): void {
    const count = end - start
    this.reserve(count)
    // A typed-array `set` costs about as much as copying 40 bytes by hand.
    if (count > 40) this.bytes.set(source.subarray(start, end), this.length)
    else for (let i = 0; i < count; i++) this.bytes[this.length + i] = source[start + i]!
    this.length += count
  }
}
