import { finding } from '../../src/core/finding-id.ts'
import type { Finding } from '../../src/core/finding.ts'
import type { JsonObject, JsonValue } from '../../src/core/json.ts'
import type { AuditRecord } from '../../src/core/record.ts'
import { ATTACKS, HUGE } from './hostile.ts'
import { sampleFindings } from './record-findings.ts'
import { sampleRecord } from './record.ts'

/** Strings that a format compares or that a schema fixes; everything else may come from a corpus. */
const FIXED = new Set([
  'schema',
  'verdict',
  'severity',
  'kind',
  'sha256',
  'id',
  'verified',
  'file',
  'declared',
  'recomputed',
])

/** The sample record with an attack appended to every free text and every key that a corpus or a file can name. */
export function hostileRecord(): AuditRecord {
  let turn = 0
  const next = (): string => ATTACKS[turn++ % ATTACKS.length] ?? ''
  const poison = (value: JsonValue, key: string): JsonValue => {
    if (typeof value === 'string') return FIXED.has(key) ? value : `${value}${next()}`
    if (value === null || typeof value !== 'object') return value
    if (Array.isArray(value)) return (value as readonly JsonValue[]).map((member) => poison(member, key))
    return Object.fromEntries(Object.entries(value).map(([name, member]) => [name, poison(member, name)]))
  }
  const record = poison(sampleRecord() as unknown as JsonValue, '') as unknown as AuditRecord
  const components = Object.fromEntries(
    Object.entries(record.components).map(([name, figures], index) => [
      `${name}${ATTACKS[index] ?? ''}`,
      figures,
    ]),
  )
  const first = record.claims[0]
  return {
    ...record,
    components: {
      ...components,
      [ATTACKS[0] ?? '']: Object.values(record.components)[0],
    } as AuditRecord['components'],
    claims:
      first === undefined
        ? []
        : [
            { ...first, id: ATTACKS[0] ?? '', because: HUGE, measured: { [ATTACKS[1] ?? '']: 1 } },
            ...record.claims,
          ],
    notChecked: [
      ...record.notChecked,
      ...ATTACKS.map((attack) => ({ what: attack, why: attack, needs: attack })),
    ],
    failures: ATTACKS.map((attack) => ({
      component: attack,
      path: attack,
      rows: 1,
      code: 'SHARD_FAILED',
      message: attack,
    })),
    extra: {
      [ATTACKS[0] ?? '']: HUGE,
      control: {
        [ATTACKS[1] ?? '']: ATTACKS[2] ?? '',
        stages: { contamination: ATTACKS[0] ?? '', duplicates: hostileControl() },
      },
      baseline: { changed: ATTACKS },
    },
  }
}

/** Kinds, levels and notes are names a report of somebody else's may hold. */
function hostileControl(): JsonObject {
  const figures = { planted: 2, found: 1, otherLevel: -1, passedOver: HUGE }
  return {
    ...{ planted: 2, found: 1, notes: ATTACKS },
    byKind: Object.fromEntries(ATTACKS.map((attack) => [attack, { ...figures, level: attack }])),
    untouched: { pairs: Object.fromEntries(ATTACKS.map((attack) => [attack, attack])) },
  }
}

/** The sample's findings and, for every attack, a row, a pair and a benchmark hit made of it. */
export function hostileFindings(): readonly Finding[] {
  MADE ??= [...make()]
  return MADE
}

let MADE: readonly Finding[] | undefined

function* make(): Generator<Finding> {
  yield* sampleFindings()
  for (const [index, attack] of [...ATTACKS, HUGE].entries()) {
    // The huge text stands where text stands; names of that size would only make the test slow.
    const name = attack === HUGE ? 'huge' : attack
    const row = { component: name, path: name, row: index, exampleId: name }
    const texts = ['a', 'b'].map((label) => ({
      label,
      role: name,
      text: `${label} ${attack}`,
      sha256: name,
      turn: 0,
      start: 0,
      end: 9,
    }))
    const common = {
      message: attack,
      evidence: { texts, [name]: attack, nested: { deep: [name, { [name]: 1 }] } },
    }
    yield finding({ ...common, rule: 'quality/attack', severity: 'medium', place: { kind: 'row', ...row } })
    yield finding({
      ...common,
      rule: 'duplicates/attack',
      severity: 'critical',
      place: { kind: 'pair', a: row, b: { ...row, row: index + 1000 } },
    })
    yield finding({
      ...common,
      rule: 'contamination/attack',
      severity: 'high',
      place: { kind: 'row', ...row },
      benchmark: name,
      item: name,
      method: name,
      score: index === 0 ? -1 : 2,
      key: 'hit',
    })
    yield finding({
      ...common,
      rule: 'source/attack',
      severity: 'info',
      place: { kind: 'source', name },
    })
  }
}
