import { isUtf8 } from 'node:buffer'

const decoder = new TextDecoder('utf-8', { ignoreBOM: true })
const encoder = new TextEncoder()

/** The bytes themselves when they are valid UTF-8, else with every ill-formed part as U+FFFD, as WHATWG decodes. */
export function validUtf8(bytes: Uint8Array): { bytes: Uint8Array; damaged: boolean } {
  if (isUtf8(bytes)) return { bytes, damaged: false }
  return { bytes: encoder.encode(decoder.decode(bytes)), damaged: true }
}

/** Matches only lone surrogates: with the `u` flag a pair is one code point. */
const LONE_SURROGATE = /[\ud800-\udfff]/u

export function hasLoneSurrogate(text: string): boolean {
  return LONE_SURROGATE.test(text)
}

/** Undeclared bytes as text: themselves when valid UTF-8, else marked base64. */
export function binaryText(bytes: Uint8Array): Uint8Array {
  return isUtf8(bytes)
    ? bytes
    : encoder.encode(`base64:${Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).toString('base64')}`)
}

export function hexText(bytes: Uint8Array): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).toString('hex')
}
