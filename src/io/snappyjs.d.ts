/** The part of snappyjs that is used; the package brings no types. */
declare module 'snappyjs' {
  export function compress(bytes: Uint8Array): Uint8Array
}
