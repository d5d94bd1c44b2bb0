import type { Batch } from '../core/batch.ts'
import { ROLES, TURN_FLAG, UNREADABLE } from '../core/example.ts'
import type { ExampleColumns } from '../core/example.ts'
import { finding } from '../core/finding-id.ts'
import type { Finding, Severity } from '../core/finding.ts'
import type { ReduceContext, Scanner, SliceTally, Stage, StageResult } from '../core/stage.ts'
import type { Tally } from '../core/tally.ts'
import { exampleIdAt } from '../io/lookup.ts'
import { NOTHING_ABSENT, absentText, noteAbsent } from './absent-columns.ts'
import type { AbsentColumns } from './absent-columns.ts'
import { RoleCounts, rolesEvidence, rolesText, unknownRolesOf } from './unknown-roles.ts'
import { unreadColumns } from './unread-columns.ts'
import { UnreadRows } from './unread-fields.ts'
import type { PackedUnread } from './unread-fields.ts'

export const INTAKE_STAGE = 'input'

/** Rows of one shard and one kind that get a finding of their own; the rest is counted in one finding. */
const LISTED = 1000

const UNKNOWN_ROLE = 'input/unknown-role'

interface Kind {
  rule: string
  severity: Severity
  message: string
}

const UNREADABLE_MESSAGE: Readonly<Record<(typeof UNREADABLE)[number], string>> = {
  readable: '',
  'null-conversation': 'The row has no conversation: the value is null',
  'wrong-type': 'The row has a value of a type no turn can be read from',
  'no-turns': 'The row has an empty list of turns',
  'invalid-json': 'The line is not a JSON object',
  'decode-failure': 'The row could not be decoded by either reader',
  'nested-too-deeply': 'The line holds lists and objects inside each other, more than 200 deep',
  'absent-column': 'The row does not have the column its conversation is read from',
}

const ABSENT_COLUMN = 'input/absent-column'

const FLAG_KINDS: readonly (Kind & { bit: number })[] = [
  {
    bit: TURN_FLAG.unknownRole,
    rule: UNKNOWN_ROLE,
    severity: 'medium',
    message: 'A turn has a role of an unknown name',
  },
  {
    bit: TURN_FLAG.invalidUtf8,
    rule: 'input/invalid-utf8',
    severity: 'medium',
    message: 'A turn holds bytes that are not UTF-8',
  },
  {
    bit: TURN_FLAG.nullContent,
    rule: 'input/null-content',
    severity: 'medium',
    message: 'The content of a turn is null',
  },
  {
    bit: TURN_FLAG.partsOmitted,
    rule: 'input/parts-omitted',
    severity: 'info',
    message: 'A turn has parts that are not text; they were left out',
  },
  {
    bit: TURN_FLAG.repeatedName,
    rule: 'input/repeated-name',
    severity: 'medium',
    message: 'An object of the row has several members of one name; the last of them was read',
  },
  {
    bit: TURN_FLAG.wrongContent,
    rule: 'input/wrong-content',
    severity: 'medium',
    message:
      'The content of a turn is neither text nor parts nor null: what stands there was read as it is written',
  },
]

/** Everything that can be said of a row while taking it in; the index is a number stored in tallies: add at the end. */
const KINDS: readonly Kind[] = [
  ...UNREADABLE.slice(1).map((reason) => ({
    rule: `input/${reason}`,
    severity: 'high' as const,
    message: UNREADABLE_MESSAGE[reason],
  })),
  ...FLAG_KINDS,
]

/** Counters of a slice; `unreadable` is indexed like `UNREADABLE`, `turns` and `textBytes` like `ROLES`. */
export interface IntakeTally {
  rows: number
  unreadable: Float64Array
  turns: Float64Array
  textBytes: Float64Array
  /** Rows per kind, all of them. */
  counts: Float64Array
  /** The first rows of each kind, ascending. */
  kind: Uint8Array
  row: Float64Array
  /** Declared ids of these rows. */
  ids: (string | null)[]
  /** Of the first rows that lack the columns of the conversation. */
  absent: AbsentColumns
  roles: UnknownRoles
  /** Fields of turns nobody reads. */
  unread: PackedUnread
}

/** Columns a row lacks, and those it has that look like a conversation. */
interface AbsentOfRow {
  readFrom: readonly string[]
  seen: readonly string[]
}

type PackedRoles = ReturnType<RoleCounts['packed']>

/** Names of unknown roles: of the slice, and of its first rows that have one, ascending. */
interface UnknownRoles extends PackedRoles {
  rows: [row: number, roles: PackedRoles][]
}

/**
 * The engine's own stage: counts what comes in, so that rows in = audited + unreadable can be checked, and names
 * the rows that are strange before any audit looks at them.
 * @param columns of each shard, to tell what of it is not read.
 */
export function intakeStage(columns: readonly ExampleColumns[] = []): Stage<never> {
  const stage: Stage<null> = {
    name: INTAKE_STAGE,
    version: 5,
    options: {},
    prepare({ plan, notChecked }) {
      const unread = unreadColumns(plan, columns)
      if (unread !== null) notChecked(unread)
      return Promise.resolve(null)
    },
    scanner: () => new IntakeScanner(),
    reduce,
  }
  return stage as unknown as Stage<never>
}

class IntakeScanner implements Scanner {
  private rows = 0
  private readonly unreadable = new Float64Array(UNREADABLE.length)
  private readonly turns = new Float64Array(ROLES.length)
  private readonly textBytes = new Float64Array(ROLES.length)
  private readonly counts = new Float64Array(KINDS.length)
  private readonly kind: number[] = []
  private readonly row: number[] = []
  private readonly absent: AbsentColumns = structuredClone(NOTHING_ABSENT)
  private readonly ids = new Map<number, string | null>()
  private readonly roles = new RoleCounts()
  private readonly rolesOfRows: UnknownRoles['rows'] = []
  private readonly unread = new UnreadRows()

  scan(batch: Batch): void {
    this.rows += batch.length
    for (let i = 0; i < batch.length; i++) {
      const reason = batch.unreadable[i] ?? 0
      this.unreadable[reason]!++
      if (reason > 0) this.name(reason - 1, batch, i)
    }
    this.countTurns(batch)
    this.findFlags(batch)
    unknownRolesOf(batch, (row, labels) => this.countRoles(batch.firstRow + row, labels))
    this.unread.scan(batch)
  }

  tally(): Tally {
    // By row, then kind: the order of naming depends on where batches end.
    const order = this.row.map((_, index) => index)
    order.sort((a, b) => this.row[a]! - this.row[b]! || this.kind[a]! - this.kind[b]!)
    return {
      rows: this.rows,
      unreadable: this.unreadable,
      turns: this.turns,
      textBytes: this.textBytes,
      counts: this.counts,
      kind: Uint8Array.from(order, (index) => this.kind[index]!),
      row: Float64Array.from(order, (index) => this.row[index]!),
      ids: order.map((index) => this.ids.get(this.row[index]!) ?? null),
      absent: this.absent,
      roles: { ...this.roles.packed(), rows: this.rolesOfRows },
      unread: this.unread.packed(),
    }
  }

  private countRoles(row: number, labels: readonly string[]): void {
    const mine = new RoleCounts()
    for (const label of labels) {
      mine.add(label)
      this.roles.add(label)
    }
    if (this.rolesOfRows.length < LISTED) this.rolesOfRows.push([row, mine.packed()])
  }

  private countTurns(batch: Batch): void {
    const turns = batch.turnStart[batch.length] ?? 0
    for (let turn = batch.turnStart[0] ?? 0; turn < turns; turn++) {
      const role = batch.role[turn]!
      this.turns[role]!++
      this.textBytes[role]! += batch.textStart[turn + 1]! - batch.textStart[turn]!
    }
  }

  private findFlags(batch: Batch): void {
    for (let i = 0; i < batch.length; i++) {
      let flags = 0
      for (let turn = batch.turnStart[i]!; turn < batch.turnStart[i + 1]!; turn++)
        flags |= batch.turnFlags[turn]!
      if (flags === 0) continue
      FLAG_KINDS.forEach(({ bit }, index) => {
        if ((flags & bit) !== 0) this.name(UNREADABLE.length - 1 + index, batch, i)
      })
    }
  }

  private name(kind: number, batch: Batch, i: number): void {
    const count = this.counts[kind]!++
    if (count >= LISTED) return
    const row = batch.firstRow + i
    this.kind.push(kind)
    this.row.push(row)
    if (KINDS[kind]!.rule === ABSENT_COLUMN) noteAbsent(this.absent, batch, i)
    if (!this.ids.has(row)) this.ids.set(row, exampleIdAt(batch, i))
  }
}

export function readIntake(tally: Tally): IntakeTally {
  return tally as unknown as IntakeTally
}

async function* reduce(
  tallies: AsyncIterable<SliceTally>,
  _index: null,
  context: ReduceContext,
): AsyncGenerator<Finding, StageResult, undefined> {
  const totals = new Map<string, number>()
  const roles = new RoleCounts()
  const unread = new Map<string, UnreadRows>()
  let here = new SeenRows(context, -1)
  for await (const slice of tallies) {
    if (slice.shard !== here.shard) {
      yield* here.unlisted()
      here = new SeenRows(context, slice.shard)
    }
    const tally = readIntake(slice.tally)
    yield* here.listed(tally)
    roles.addPacked(tally.roles)
    const fields = unread.get(slice.component) ?? new UnreadRows()
    unread.set(slice.component, fields)
    fields.addPacked(tally.unread)
    for (const [index, { rule }] of KINDS.entries())
      totals.set(rule, (totals.get(rule) ?? 0) + tally.counts[index]!)
  }
  yield* here.unlisted()
  for (const [component, fields] of unread) {
    const entry = fields.notChecked(component, context.evidence)
    if (entry !== null) context.notChecked(entry)
  }
  const rows = Object.fromEntries([...totals].filter(([, rows]) => rows > 0))
  const { turns, all } = shown(roles, context)
  return { metrics: { rows, ...(turns.size > 0 ? { unknownRoles: rolesEvidence(turns, all) } : {}) } }
}

/** Names are text of the corpus: a report of hashes does not show them. */
function shown(roles: RoleCounts, { evidence }: ReduceContext): ReturnType<RoleCounts['kept']> {
  return evidence === 'hash' ? new RoleCounts().kept() : roles.kept()
}

/** Strange rows of one shard, slice by slice. */
class SeenRows {
  readonly shard: number
  private readonly context: ReduceContext
  private readonly rows = KINDS.map(() => 0)
  private readonly roles = new RoleCounts()
  /** Of the rows listed that lack the columns of the conversation. */
  private readonly columns = { readFrom: [] as readonly string[], seen: new Set<string>() }

  constructor(context: ReduceContext, shard: number) {
    this.context = context
    this.shard = shard
  }

  /** A finding for each of the first rows of each kind. */
  *listed(tally: IntakeTally): Generator<Finding> {
    const rolesOfRow = new Map(tally.roles.rows)
    const { readFrom, rows: absent } = tally.absent
    const columnsOfRow = new Map(absent)
    const listed = KINDS.map(() => 0)
    for (let i = 0; i < tally.kind.length; i++) {
      const kind = tally.kind[i]!
      if (this.rows[kind]! + listed[kind]!++ >= LISTED) continue
      const row = tally.row[i]!
      const roles = KINDS[kind]!.rule === UNKNOWN_ROLE ? rolesOfRow.get(row) : undefined
      const isAbsent = KINDS[kind]!.rule === ABSENT_COLUMN
      const columns = isAbsent ? { readFrom, seen: columnsOfRow.get(row) ?? [] } : null
      for (const name of columns?.seen ?? []) this.columns.seen.add(name)
      if (isAbsent) this.columns.readFrom = readFrom
      yield this.rowFinding({ kind, row, id: tally.ids[i] ?? null, columns }, roles)
    }
    this.roles.addPacked(tally.roles)
    for (const kind of KINDS.keys()) this.rows[kind]! += tally.counts[kind]!
  }

  /** One finding per kind that counts what was too much to list. */
  *unlisted(): Generator<Finding> {
    for (const [index, kind] of KINDS.entries()) {
      const rows = this.rows[index]!
      if (rows <= LISTED) continue
      const { component, path } = this.context.plan.shards[this.shard]!
      const named = shown(kind.rule === UNKNOWN_ROLE ? this.roles : new RoleCounts(), this.context)
      const message = `${kind.message}: ${rows} rows of the shard, the first ${LISTED} listed`
      yield finding({
        rule: kind.rule,
        severity: kind.severity,
        place: { kind: 'shard', name: `${component}/${path}` },
        message: `${message}${rolesText(named.turns)}${kind.rule === ABSENT_COLUMN ? this.absentText() : ''}`,
        evidence: { rows, listed: LISTED, ...rolesEvidence(named.turns, named.all) },
      })
    }
  }

  private absentText(): string {
    return absentText(this.columns.readFrom, [...this.columns.seen].sort())
  }

  private rowFinding(
    at: { kind: number; row: number; id: string | null; columns: AbsentOfRow | null },
    roles: PackedRoles | undefined,
  ): Finding {
    const { component, path } = this.context.plan.shards[this.shard]!
    const { rule, severity, message } = KINDS[at.kind]!
    const absent = at.columns === null ? '' : absentText(at.columns.readFrom, at.columns.seen)
    const counts = new RoleCounts()
    if (roles !== undefined) counts.addPacked(roles)
    const { turns, all } = shown(counts, this.context)
    return finding({
      ...{ rule, severity, message: `${message}${rolesText(turns)}${absent}` },
      place: { kind: 'row', component, path, row: at.row, ...(at.id === null ? {} : { exampleId: at.id }) },
      evidence: {
        ...rolesEvidence(turns, all),
        ...(at.columns === null ? {} : { readFrom: [...at.columns.readFrom], columns: [...at.columns.seen] }),
      },
    })
  }
}
