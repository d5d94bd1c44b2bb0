import type { JsonBytes } from './json-bytes.ts'

/** What a byte of a JSON string means: 0 = itself. */
const QUOTE = 1
const BACKSLASH = 2
const CONTROL = 3
const IN_STRING = new Uint8Array(256)
IN_STRING.fill(CONTROL, 0, 32)
IN_STRING[0x22] = QUOTE
IN_STRING[0x5c] = BACKSLASH

/** Escapes that canonical JSON writes the same way; `\u…` and `\/` it may not. */
const SAME_ESCAPE = new Uint8Array(256)
for (const letter of '"\\bfnrt') SAME_ESCAPE[letter.charCodeAt(0)] = 1

const MAX_DEPTH = 50
/** Digits every number has exactly. */
const MAX_DIGITS = 15

/** A member of an object: its name in the source, and where it was written. */
interface Member {
  nameStart: number
  nameEnd: number
  start: number
  end: number
  /** A null of the outermost object: left out in the end. */
  left: boolean
}

/**
 * Canonical JSON of a line straight from its bytes: names sorted, no blanks, members of the outermost object that are null
 * left out. Most lines hold strings and small numbers written the one way canonical JSON has for them; where one
 * holds anything else, the answer is no and the values must be written from what a parser made of them.
 */
export class RawJson {
  readonly #out: JsonBytes
  #bytes: Uint8Array = new Uint8Array(0)
  #at = 0
  #scratch = new Uint8Array(1 << 16)

  constructor(out: JsonBytes) {
    this.#out = out
  }

  /**
   * Writes the object that starts at or behind `start`.
   * @param bytes valid UTF-8 that a JSON parser has accepted.
   * @returns false, and nothing written, when it takes a parser.
   */
  object(bytes: Uint8Array, start: number): boolean {
    const before = this.#out.length
    this.#bytes = bytes
    this.#at = start
    this.#skipBlanks()
    if (bytes[this.#at] === 0x7b && this.#object(0)) return true
    this.#out.length = before
    return false
  }

  #skipBlanks(): void {
    const bytes = this.#bytes
    let at = this.#at
    for (let c = bytes[at]; c === 0x20 || c === 10 || c === 13 || c === 9; c = bytes[++at]);
    this.#at = at
  }

  #value(depth: number): boolean {
    if (depth > MAX_DEPTH) return false
    switch (this.#bytes[this.#at] as number) {
      case 0x22:
        return this.#string()
      case 0x7b:
        return this.#object(depth)
      case 0x5b:
        return this.#list(depth)
      case 0x74:
      case 0x6e:
        return this.#copy(this.#at, this.#at + 4)
      case 0x66:
        return this.#copy(this.#at, this.#at + 5)
      default:
        return this.#number()
    }
  }

  #copy(from: number, to: number): boolean {
    this.#out.range(this.#bytes, from, to)
    this.#at = to
    return true
  }

  #string(): boolean {
    const end = this.#stringEnd()
    return end > 0 && this.#copy(this.#at, end)
  }

  /** Where the string that starts here ends; −1 when it is not written as canonical JSON writes it. */
  #stringEnd(): number {
    const bytes = this.#bytes
    for (let i = this.#at + 1; ; i++) {
      const meaning = IN_STRING[bytes[i] as number]
      if (meaning === 0) continue
      if (meaning === QUOTE) return i + 1
      if (meaning !== BACKSLASH || SAME_ESCAPE[bytes[++i] as number] !== 1) return -1
    }
  }

  #number(): boolean {
    const bytes = this.#bytes
    const from = this.#at
    const first = bytes[from] === 0x2d ? from + 1 : from
    let at = first
    while (isDigit(bytes[at])) at++
    const next = bytes[at]
    const whole = next !== 0x2e && next !== 0x65 && next !== 0x45
    // Zero is exact too, but −0 is written 0.
    if (!whole || at === first || at - first > MAX_DIGITS || (bytes[first] === 0x30 && first > from))
      return false
    return this.#copy(from, at)
  }

  #list(depth: number): boolean {
    this.#out.byte(0x5b)
    this.#at++
    for (let members = 0; ; members++) {
      this.#skipBlanks()
      if (this.#bytes[this.#at] === 0x2c) this.#at++
      this.#skipBlanks()
      if (this.#bytes[this.#at] === 0x5d) break
      if (members > 0) this.#out.byte(0x2c)
      if (!this.#value(depth + 1)) return false
    }
    this.#at++
    this.#out.byte(0x5d)
    return true
  }

  #object(depth: number): boolean {
    const members: Member[] = []
    const from = this.#out.length
    this.#out.byte(0x7b)
    this.#at++
    let sorted = true
    for (;;) {
      this.#skipBlanks()
      if (this.#bytes[this.#at] === 0x2c) this.#at++
      this.#skipBlanks()
      if (this.#bytes[this.#at] === 0x7d) break
      if (members.length > 0) this.#out.byte(0x2c)
      const member = this.#member(depth)
      if (member === null) return false
      const last = members.at(-1)
      sorted &&= !member.left && (last === undefined || this.#compareNames(last, member) < 0)
      members.push(member)
    }
    this.#at++
    this.#out.byte(0x7d)
    return sorted || this.#sortMembers(members, from)
  }

  /** Writes a name and its value; null when it takes a parser. */
  #member(depth: number): Member | null {
    const start = this.#out.length
    const nameStart = this.#at
    const nameEnd = this.#stringEnd()
    // Names are sorted by UTF-16 code units: bytes order alike in ASCII.
    if (nameEnd < 0) return null
    for (let i = nameStart; i < nameEnd; i++) {
      const c = this.#bytes[i] as number
      if (c >= 0x80 || c === 0x5c) return null
    }
    this.#copy(nameStart, nameEnd)
    this.#skipBlanks()
    this.#at++
    this.#skipBlanks()
    this.#out.byte(0x3a)
    const isNull = this.#bytes[this.#at] === 0x6e
    if (!this.#value(depth + 1)) return null
    return { nameStart, nameEnd, start, end: this.#out.length, left: depth === 0 && isNull }
  }

  /** By bytes; of two names that begin alike the shorter one comes first. */
  #compareNames(a: Member, b: Member): number {
    const bytes = this.#bytes
    const [aLength, bLength] = [a.nameEnd - a.nameStart - 1, b.nameEnd - b.nameStart - 1]
    const shorter = Math.min(aLength, bLength)
    for (let i = 1; i < shorter; i++) {
      const difference = (bytes[a.nameStart + i] as number) - (bytes[b.nameStart + i] as number)
      if (difference !== 0) return difference
    }
    return aLength - bLength
  }

  /** Writes the members again in the order of their names; false when two have the same. */
  #sortMembers(members: Member[], from: number): boolean {
    sortFew(members, (a, b) => this.#compareNames(a, b))
    for (let i = 1; i < members.length; i++)
      if (this.#compareNames(members[i - 1] as Member, members[i] as Member) === 0) return false
    const length = this.#out.length - from
    if (this.#scratch.length < length) this.#scratch = new Uint8Array(2 * length)
    const written = this.#scratch
    written.set(this.#out.bytes.subarray(from, from + length))
    this.#out.length = from + 1
    for (const { start, end, left } of members) {
      if (left) continue
      if (this.#out.length > from + 1) this.#out.byte(0x2c)
      this.#out.range(written, start - from, end - from)
    }
    this.#out.byte(0x7d)
    return true
  }
}

/** Objects have few members as a rule: insertion sort. */
function sortFew(members: Member[], compare: (a: Member, b: Member) => number): void {
  if (members.length > 32) members.sort(compare)
  for (let i = 1; i < members.length; i++) {
    const member = members[i] as Member
    let at = i
    for (; at > 0 && compare(members[at - 1] as Member, member) > 0; at--)
      members[at] = members[at - 1] as Member
    members[at] = member
  }
}

function isDigit(byte: number | undefined): boolean {
  return byte !== undefined && byte >= 0x30 && byte <= 0x39
}
