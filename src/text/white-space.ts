/** What separates words: Unicode White_Space, and U+001C to U+001F, which Python's `str.split` takes for space too. */
const ASCII_SPACE = new Uint8Array(256)
for (const byte of [0x09, 0x0a, 0x0b, 0x0c, 0x0d, 0x1c, 0x1d, 0x1e, 0x1f, 0x20]) ASCII_SPACE[byte] = 1
/** Lead bytes of the white space beyond ASCII: U+0085 U+00A0, U+1680, U+2000…205F, U+3000. */
const MAY_BE_SPACE = new Uint8Array(256)
for (const byte of [0xc2, 0xe1, 0xe2, 0xe3]) MAY_BE_SPACE[byte] = 1

/** White-space separated words in bytes [start, end), as `len(text.split())` counts them in Python. */
export function countWhiteSpaceWords(bytes: Uint8Array, start: number, end: number): number {
  let words = 0
  let inside = 0
  for (let at = start; at < end; at++) {
    const byte = bytes[at]!
    if (ASCII_SPACE[byte] === 1) {
      inside = 0
      continue
    }
    const width = MAY_BE_SPACE[byte] === 1 ? spaceWidth(bytes, at, end) : 0
    if (width > 0) {
      inside = 0
      at += width - 1
      continue
    }
    words += 1 - inside
    inside = 1
  }
  return words
}

/** Code points in bytes [start, end) of valid UTF-8. */
export function countCharacters(bytes: Uint8Array, start: number, end: number): number {
  let count = 0
  for (let at = start; at < end; at++) if ((bytes[at]! & 0xc0) !== 0x80) count++
  return count
}

/** Width of the white space at `at`, 0 when it is something else. */
function spaceWidth(bytes: Uint8Array, at: number, end: number): number {
  const second = bytes[at + 1]!
  if (bytes[at] === 0xc2) return at + 1 < end && (second === 0x85 || second === 0xa0) ? 2 : 0
  if (at + 2 >= end) return 0
  const point = ((bytes[at]! & 0xf) << 12) | ((second & 0x3f) << 6) | (bytes[at + 2]! & 0x3f)
  const space =
    point === 0x1680 ||
    (point >= 0x2000 && point <= 0x200a) ||
    point === 0x2028 ||
    point === 0x2029 ||
    point === 0x202f ||
    point === 0x205f ||
    point === 0x3000
  return space ? 3 : 0
}
