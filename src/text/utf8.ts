/** Reading and writing code points in UTF-8 bytes. Text in batches is valid UTF-8; damaged bytes are read as themselves. */

/** Code point at `at`, which must be below `end`. Bytes that are no UTF-8 sequence count as U+FFFD, one each. */
export function codePointAt(bytes: Uint8Array, at: number, end: number): number {
  const first = bytes[at] as number
  if (first < 0x80) return first
  const length = byteLength(first)
  if (length === 1 || at + length > end) return 0xfffd
  let cp = first & (0xff >> (length + 1))
  for (let i = 1; i < length; i++) cp = (cp << 6) | ((bytes[at + i] as number) & 0x3f)
  return cp <= 0x10ffff ? cp : 0xfffd
}

/** Bytes the sequence at `at` takes; never beyond `end`. */
export function sequenceLength(bytes: Uint8Array, at: number, end: number): number {
  const length = byteLength(bytes[at] as number)
  return at + length > end ? 1 : length
}

function byteLength(first: number): number {
  if (first < 0xc2) return 1
  if (first < 0xe0) return 2
  if (first < 0xf0) return 3
  return first < 0xf5 ? 4 : 1
}

/** Writes a code point and returns the offset behind it; the caller provides room for 4 bytes. */
export function writeCodePoint(out: Uint8Array, at: number, cp: number): number {
  if (cp < 0x80) {
    out[at] = cp
    return at + 1
  }
  if (cp < 0x800) {
    out[at] = 0xc0 | (cp >> 6)
    out[at + 1] = 0x80 | (cp & 0x3f)
    return at + 2
  }
  if (cp < 0x10000) {
    out[at] = 0xe0 | (cp >> 12)
    out[at + 1] = 0x80 | ((cp >> 6) & 0x3f)
    out[at + 2] = 0x80 | (cp & 0x3f)
    return at + 3
  }
  out[at] = 0xf0 | (cp >> 18)
  out[at + 1] = 0x80 | ((cp >> 12) & 0x3f)
  out[at + 2] = 0x80 | ((cp >> 6) & 0x3f)
  out[at + 3] = 0x80 | (cp & 0x3f)
  return at + 4
}
