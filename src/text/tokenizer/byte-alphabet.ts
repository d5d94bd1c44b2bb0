/**
 * The byte alphabet of byte-level BPE: printable Latin-1 stands for itself, the other bytes for U+0100 onwards in
 * order (the bytes-to-unicode table of GPT-2).
 */
const BYTE_OF = new Map<number, number>()
let other = 0x100
for (let byte = 0; byte < 256; byte++) {
  const printable = (byte >= 0x21 && byte <= 0x7e) || (byte >= 0xa1 && byte !== 0xad)
  BYTE_OF.set(printable ? byte : other++, byte)
}

/** The bytes a vocabulary entry stands for, or null when a character is not of the alphabet. */
export function bytesOfEntry(entry: string): Uint8Array | null {
  const bytes = new Uint8Array(entry.length)
  for (let i = 0; i < entry.length; i++) {
    const byte = BYTE_OF.get(entry.charCodeAt(i))
    if (byte === undefined) return null
    bytes[i] = byte
  }
  return bytes
}
