const CODE_POINTS = 0x110000

/** Expands a run-length table to one byte per code point. */
export function expandRuns(base64: string): Uint8Array {
  const bytes = fromBase64(base64)
  const table = new Uint8Array(CODE_POINTS)
  const at = { offset: 0 }
  for (let start = 0; at.offset < bytes.length;) {
    const length = varint(bytes, at)
    table.fill(varint(bytes, at), start, start + length)
    start += length
  }
  return table
}

/** Reads a table of code point → code points. */
export function readMappings(base64: string): Map<number, number[]> {
  const bytes = fromBase64(base64)
  const mappings = new Map<number, number[]>()
  const at = { offset: 0 }
  for (let cp = 0; at.offset < bytes.length;) {
    cp += varint(bytes, at)
    const target = Array.from({ length: varint(bytes, at) }, () => varint(bytes, at))
    mappings.set(cp, target)
  }
  return mappings
}

function varint(bytes: Uint8Array, at: { offset: number }): number {
  let value = 0
  for (let shift = 0; ; shift += 7) {
    const byte = bytes[at.offset++] ?? 0
    value |= (byte & 0x7f) << shift
    if (byte < 0x80) return value
  }
}

function fromBase64(text: string): Uint8Array {
  return new Uint8Array(Buffer.from(text, 'base64'))
}
