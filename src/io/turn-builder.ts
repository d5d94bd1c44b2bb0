import { hash } from 'node:crypto'
import { ROLE_CODE, TURN_FLAG, UNREADABLE } from '../core/example.ts'
import type { UnreadableReason } from '../core/example.ts'
import type { NamedRole } from './roles.ts'

const encoder = new TextEncoder()

/** Unread values of one turn that are named; what a hostile turn has beyond is one value more. */
const MOST_UNREAD = 32
const MORE_UNREAD = '(more)'

/** The conversation part of a batch, once built. */
export interface BuiltTurns {
  turnStart: Int32Array
  role: Uint8Array
  turnFlags: Uint8Array
  textStart: Int32Array
  bytes: Uint8Array
  unreadable: Uint8Array
  unknownRoles: { turn: number[]; label: string[] }
  unread?: Unread
}

interface Unread {
  turn: number[]
  field: string[]
  sha256: string[]
}

/** Code of an unreadable row's reason. */
export function reasonCode(reason: UnreadableReason): number {
  return UNREADABLE.indexOf(reason)
}

/**
 * Collects rows, turns and text into typed arrays. Pieces that follow each other in one source are copied as one,
 * so that a batch of whole Arrow columns costs a single copy.
 */
export class TurnBuilder {
  private readonly turnStart: Int32Array
  private readonly unreadable: Uint8Array
  private row = 0
  private role: Uint8Array
  private flags: Uint8Array
  private textStart: Int32Array
  private turns = 0
  private readonly unknownRoles: BuiltTurns['unknownRoles'] = { turn: [], label: [] }
  private readonly unreadFields: Unread = { turn: [], field: [], sha256: [] }
  private bytes: Uint8Array
  private length = 0
  private source: Uint8Array | null = null
  private runStart = 0
  private runEnd = 0

  constructor(rows: number, turns: number, bytes: number) {
    this.turnStart = new Int32Array(rows + 1)
    this.unreadable = new Uint8Array(rows)
    this.role = new Uint8Array(turns)
    this.flags = new Uint8Array(turns)
    this.textStart = new Int32Array(turns + 1)
    this.bytes = new Uint8Array(bytes)
  }

  /** Bytes of text so far. */
  get size(): number {
    return this.length + this.runEnd - this.runStart
  }

  /** Turns of the row being built. */
  get rowTurns(): number {
    return this.turns - this.turnStart[this.row]!
  }

  /** Bytes of text of the turn being built. */
  get turnSize(): number {
    return this.size - this.textStart[this.turns - 1]!
  }

  beginTurn(role: number, flags: number): void {
    if (this.turns === this.role.length) this.growTurns()
    this.role[this.turns] = role
    this.flags[this.turns] = flags
    this.turns++
  }

  /** Begins a turn of the role a name stands for. */
  beginNamedTurn({ code, label }: NamedRole, flags = 0): void {
    if (code === ROLE_CODE.unknown) {
      this.unknownRoles.turn.push(this.turns)
      this.unknownRoles.label.push(label)
      flags |= TURN_FLAG.unknownRole
    }
    this.beginTurn(code, flags)
  }

  flag(bits: number): void {
    this.flags[this.turns - 1]! |= bits
  }

  /** Notes a value of the turn being built that nobody reads. */
  unread(field: string, sha256: string): void {
    const { turn, field: fields, sha256: hashes } = this.unreadFields
    const last = turn.length - 1
    if (turn[last - MOST_UNREAD] === this.turns - 1) {
      fields[last] = MORE_UNREAD
      hashes[last] = hash('sha256', `${hashes[last]!} ${field} ${sha256}`)
      return
    }
    turn.push(this.turns - 1)
    fields.push(field)
    hashes.push(sha256)
  }

  piece(source: Uint8Array, start: number, end: number): void {
    if (source === this.source && start === this.runEnd) {
      this.runEnd = end
      return
    }
    this.flush()
    this.source = source
    this.runStart = start
    this.runEnd = end
  }

  /** Lone surrogates become U+FFFD. */
  text(text: string): void {
    this.flush()
    this.reserve(text.length * 3)
    this.length += encoder.encodeInto(text, this.bytes.subarray(this.length)).written
  }

  endTurn(): void {
    this.textStart[this.turns] = this.size
  }

  /** Drops the turns of the row being built: it turned out to be unreadable. */
  dropRow(): void {
    this.flush()
    this.turns = this.turnStart[this.row]!
    this.length = this.textStart[this.turns]!
    const { turn, label } = this.unknownRoles
    while (turn.length > 0 && turn.at(-1)! >= this.turns) turn.pop()
    label.length = turn.length
    const unread = this.unreadFields
    while (unread.turn.length > 0 && unread.turn.at(-1)! >= this.turns) unread.turn.pop()
    unread.field.length = unread.sha256.length = unread.turn.length
  }

  endRow(reason: number): void {
    this.unreadable[this.row] = reason
    this.row++
    this.turnStart[this.row] = this.turns
  }

  /** Flags the first turn of the row that ended last; a row without turns is unreadable as it is. */
  flagLastRow(bits: number): void {
    const first = this.turnStart[this.row - 1]!
    if (first < this.turns) this.flags[first]! |= bits
  }

  build(): BuiltTurns {
    this.flush()
    return {
      turnStart: this.turnStart.slice(0, this.row + 1),
      role: this.role.subarray(0, this.turns),
      turnFlags: this.flags.subarray(0, this.turns),
      textStart: this.textStart.subarray(0, this.turns + 1),
      bytes: this.bytes.subarray(0, this.length),
      unreadable: this.unreadable.subarray(0, this.row),
      unknownRoles: this.unknownRoles,
      ...(this.unreadFields.turn.length > 0 ? { unread: this.unreadFields } : {}),
    }
  }

  private flush(): void {
    const { source } = this
    if (source === null) return
    const count = this.runEnd - this.runStart
    this.reserve(count)
    this.bytes.set(source.subarray(this.runStart, this.runEnd), this.length)
    this.length += count
    this.source = null
    this.runStart = this.runEnd = 0
  }

  private reserve(more: number): void {
    if (this.length + more <= this.bytes.length) return
    const grown = new Uint8Array(Math.max(this.bytes.length * 2, this.length + more))
    grown.set(this.bytes.subarray(0, this.length))
    this.bytes = grown
  }

  private growTurns(): void {
    const size = Math.max(64, this.role.length * 2)
    this.role = grow(this.role, new Uint8Array(size))
    this.flags = grow(this.flags, new Uint8Array(size))
    this.textStart = grow(this.textStart, new Int32Array(size + 1))
  }
}

function grow<T extends Uint8Array | Int32Array>(from: T, to: T): T {
  to.set(from)
  return to
}
