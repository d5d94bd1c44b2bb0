/**
 * The little of Thrift's compact protocol that Parquet footers and page headers need. Both come from strangers:
 * every length is checked against what is left before anything is taken.
 * Source: https://github.com/apache/thrift/blob/master/doc/specs/thrift-compact-protocol.md
 */
export const THRIFT = {
  true: 1,
  false: 2,
  byte: 3,
  i16: 4,
  i32: 5,
  i64: 6,
  double: 7,
  binary: 8,
  list: 9,
  set: 10,
  map: 11,
  struct: 12,
} as const

const MAX_DEPTH = 32

/** Reads forward over one buffer. @throws RangeError when the bytes are not what they claim. */
export class ThriftReader {
  readonly bytes: Uint8Array
  offset: number
  readonly end: number

  constructor(bytes: Uint8Array, offset = 0, end = bytes.length) {
    this.bytes = bytes
    this.offset = offset
    this.end = end
  }

  byte(): number {
    if (this.offset >= this.end) throw new RangeError('thrift: data ends early')
    return this.bytes[this.offset++]!
  }

  /** Unsigned LEB128 up to 2^63, as a double: sizes above 2^53 are rejected by every caller's bounds. */
  varint(): number {
    let value = 0
    let scale = 1
    for (let i = 0; i < 10; i++) {
      const byte = this.byte()
      value += (byte & 0x7f) * scale
      if (byte < 0x80) return value
      scale *= 128
    }
    throw new RangeError('thrift: a number of more than 10 bytes')
  }

  zigzag(): number {
    const value = this.varint()
    return value % 2 === 0 ? value / 2 : -(value + 1) / 2
  }

  /**
   * Calls `visit(field id, type)` for each field of a struct; a visit that returns false leaves the field unread
   * and it is skipped. Boolean values are in the type itself.
   */
  struct(visit: (field: number, type: number) => boolean, depth = 0): void {
    if (depth > MAX_DEPTH) throw new RangeError('thrift: nested too deeply')
    let field = 0
    for (;;) {
      const head = this.byte()
      if (head === 0) return
      const type = head & 15
      field = head >> 4 ? field + (head >> 4) : this.zigzag()
      if (!visit(field, type)) this.skip(type, depth + 1)
    }
  }

  skip(type: number, depth = 0): void {
    if (depth > MAX_DEPTH) throw new RangeError('thrift: nested too deeply')
    if (type === THRIFT.true || type === THRIFT.false) return
    if (type === THRIFT.byte) this.advance(1)
    else if (type === THRIFT.double) this.advance(8)
    else if (type >= THRIFT.i16 && type <= THRIFT.i64) this.varint()
    else if (type === THRIFT.binary) this.advance(this.varint())
    else if (type === THRIFT.struct) this.struct(() => false, depth + 1)
    else if (type === THRIFT.list || type === THRIFT.set) this.skipList(depth)
    else throw new RangeError(`thrift: type ${type} has no place in Parquet`)
  }

  private skipList(depth: number): void {
    const head = this.byte()
    const size = head >> 4 === 15 ? this.varint() : head >> 4
    const type = head & 15
    if (size > this.end - this.offset) throw new RangeError('thrift: a list longer than its bytes')
    // Inside a list a boolean takes a byte of its own.
    for (let i = 0; i < size; i++) this.skip(type <= THRIFT.false ? THRIFT.byte : type, depth + 1)
  }

  private advance(bytes: number): void {
    if (bytes > this.end - this.offset) throw new RangeError('thrift: data ends early')
    this.offset += bytes
  }
}

/** Writes structs field by field, in ascending field order. */
export class ThriftWriter {
  private bytes = new Uint8Array(1024)
  private length = 0
  private readonly last: number[] = [0]

  done(): Uint8Array {
    return this.bytes.subarray(0, this.length)
  }

  raw(bytes: Uint8Array): void {
    this.reserve(bytes.length)
    this.bytes.set(bytes, this.length)
    this.length += bytes.length
  }

  field(id: number, type: number): void {
    const delta = id - this.last[this.last.length - 1]!
    this.last[this.last.length - 1] = id
    if (delta > 0 && delta < 16) return this.byte((delta << 4) | type)
    this.byte(type)
    this.zigzag(id)
  }

  integer(id: number, value: number, type: number = THRIFT.i64): void {
    this.field(id, type)
    this.zigzag(value)
  }

  binary(id: number, value: Uint8Array): void {
    this.field(id, THRIFT.binary)
    this.binaryValue(value)
  }

  binaryValue(value: Uint8Array): void {
    this.varint(value.length)
    this.raw(value)
  }

  listHead(id: number, type: number, size: number): void {
    this.field(id, THRIFT.list)
    if (size < 15) return this.byte((size << 4) | type)
    this.byte(0xf0 | type)
    this.varint(size)
  }

  open(): void {
    this.last.push(0)
  }

  close(): void {
    this.last.pop()
    this.end()
  }

  /** Ends the outermost struct. */
  end(): void {
    this.byte(0)
  }

  zigzag(value: number): void {
    this.varint(value < 0 ? -value * 2 - 1 : value * 2)
  }

  private varint(value: number): void {
    let rest = value
    while (rest >= 128) {
      this.byte((rest % 128) | 128)
      rest = Math.floor(rest / 128)
    }
    this.byte(rest)
  }

  private byte(value: number): void {
    this.reserve(1)
    this.bytes[this.length++] = value
  }

  private reserve(more: number): void {
    if (this.length + more <= this.bytes.length) return
    const grown = new Uint8Array(Math.max(this.bytes.length * 2, this.length + more))
    grown.set(this.bytes.subarray(0, this.length))
    this.bytes = grown
  }
}
