import { finding } from '../core/finding-id.ts'
import type { Finding, FindingDraft } from '../core/finding.ts'
import type { JsonObject } from '../core/json.ts'
import { columnsTold } from '../core/plan.ts'
import type { SchemaField, ShardInfo } from '../core/plan.ts'
import type { OpenedSource } from '../core/source.ts'
import type { Mapped } from './map.ts'

/** What is wrong with the files themselves, before anything is said of their rows. In a fixed order. */
export function* integrityFindings(source: OpenedSource, mapped: Mapped): Generator<Finding> {
  const { shards } = mapped.plan
  yield* mismatches(mapped)
  yield* lostSlices(mapped)
  yield* sameBytes(mapped)
  yield* inTwoComponents(source)
  yield* schemaDrift(shards)
  yield* componentsDiffer(shards)
  for (const shard of shards) {
    if (shard.rows === 0)
      yield of(shard, { what: 'empty-shard', severity: 'low', message: 'The file has no rows' })
  }
  for (const path of [...source.unassigned].sort()) {
    const message = 'The data file belongs to no component: it was not audited'
    yield finding({ ...draft('unassigned-file', 'medium', message), place: { kind: 'shard', name: path } })
  }
  for (const config of source.configs) {
    if (config.paths.length > 0) continue
    const message = `The config "${config.name}" documented in ${config.card} resolves to no file`
    const place = { kind: 'source' as const, name: config.name }
    const evidence = { card: config.card, patterns: config.patterns }
    yield finding({ ...draft('config-empty', 'high', message), place, evidence, key: config.card })
  }
  yield* configsOffCard(source)
}

function* mismatches(mapped: Mapped): Generator<Finding> {
  for (const [index, shard] of mapped.plan.shards.entries()) {
    const recomputed = mapped.obtained[index]?.sha256
    if (shard.sha256 === null || recomputed === undefined || shard.sha256 === recomputed) continue
    const message = 'The file is not the one its repository declares: the sha256 differs'
    const evidence = { declared: shard.sha256, recomputed }
    yield of(shard, { what: 'sha256-mismatch', severity: 'critical', message, evidence })
  }
}

function* lostSlices(mapped: Mapped): Generator<Finding> {
  for (const { slice, failure } of mapped.lost) {
    const shard = mapped.plan.shards[slice.shard]!
    const part = shard.rowGroups === null ? 'bytes' : 'rowGroups'
    const evidence = {
      [part]: [slice.start, slice.end],
      firstRow: slice.firstRow,
      rows: slice.rows,
      code: failure.code,
    }
    const lost = slice.rows === null ? 'Part of the file' : `${slice.rows} rows`
    const message = `${lost} could not be read: ${failure.message}`
    const key = `${slice.start}`
    yield of(shard, { what: 'unreadable-part', severity: 'critical', message, evidence, key })
  }
}

function* sameBytes(mapped: Mapped): Generator<Finding> {
  const byHash = new Map<string, ShardInfo>()
  for (const [index, shard] of mapped.plan.shards.entries()) {
    const sha256 = mapped.obtained[index]?.sha256
    if (sha256 === undefined) continue
    const earlier = byHash.get(sha256)
    if (earlier === undefined) byHash.set(sha256, shard)
    else if (earlier.path !== shard.path) {
      const message = `The file has the same bytes as ${earlier.path}`
      const evidence = { other: earlier.path, sha256 }
      yield of(shard, { what: 'same-file-twice', severity: 'high', message, evidence })
    }
  }
}

function* inTwoComponents(source: OpenedSource): Generator<Finding> {
  for (const { path, components } of source.overlaps) {
    const message = `The file belongs to ${components.length} components: ${components.join(', ')}; it is counted once`
    const place = { kind: 'shard' as const, name: path }
    yield finding({ ...draft('file-in-two-components', 'high', message), place, evidence: { components } })
  }
}

/** Clients read configs from the card at the root; those only another card documents do not load as documented. */
function* configsOffCard(source: OpenedSource): Generator<Finding> {
  const elsewhere = source.configs.filter(({ card }) => card !== 'README.md')
  const first = elsewhere[0]
  if (first === undefined || elsewhere.length < source.configs.length) return
  const message = `The configs are documented in ${first.card} only: a client that reads README.md does not find them`
  const place = { kind: 'source' as const, name: first.card }
  const evidence = { card: first.card, configs: elsewhere.map(({ name }) => name) }
  yield finding({ ...draft('configs-off-root-card', 'medium', message), place, evidence })
}

/** A component's shards should have one schema: the one most of them have. */
function* schemaDrift(shards: readonly ShardInfo[]): Generator<Finding> {
  for (const [component, mine] of byComponent(shards)) {
    const usual = usualOf(mine)
    for (const shard of mine) {
      if (signature(shard) === signature(usual)) continue
      const evidence = difference(usual.schema ?? [], shard.schema ?? [])
      const message = `The columns differ from those of the other files of ${component}, such as ${usual.path}`
      const compared = { comparedWith: usual.path, ...evidence }
      yield of(shard, { what: 'schema-drift', severity: 'medium', message, evidence: compared })
    }
  }
}

/** Components may well differ on purpose, but a reader of all of them has to know. */
function* componentsDiffer(shards: readonly ShardInfo[]): Generator<Finding> {
  const usual = [...byComponent(shards)].map(([, mine]) => usualOf(mine))
  if (usual.length < 2) return
  const measure = usualOf(usual)
  for (const shard of usual) {
    if (signature(shard) === signature(measure)) continue
    const message = `The columns of ${shard.component} differ from those of other components, such as ${measure.component}`
    const evidence = {
      ...{ file: shard.path, comparedWith: measure.path },
      ...difference(measure.schema ?? [], shard.schema ?? []),
    }
    const place = { kind: 'component' as const, name: shard.component }
    yield finding({ ...draft('component-schema-drift', 'low', message), place, evidence })
  }
}

/** Files that say what their columns are, by component. */
function byComponent(shards: readonly ShardInfo[]): Map<string, ShardInfo[]> {
  const groups = new Map<string, ShardInfo[]>()
  for (const shard of shards) {
    if (columnsTold(shard) === null) continue
    groups.set(shard.component, [...(groups.get(shard.component) ?? []), shard])
  }
  return groups
}

/** The first file of those with the schema that most have. */
function usualOf(shards: readonly ShardInfo[]): ShardInfo {
  const votes = new Map<string, number>()
  for (const shard of shards) votes.set(signature(shard), (votes.get(signature(shard)) ?? 0) + 1)
  const most = Math.max(...votes.values())
  return shards.find((shard) => votes.get(signature(shard)) === most)!
}

function signature(shard: ShardInfo): string {
  const fields = (shard.schema ?? []).map(({ name, type }) => JSON.stringify([name, type]))
  return fields.sort().join()
}

function difference(usual: readonly SchemaField[], here: readonly SchemaField[]): JsonObject {
  const types = (fields: readonly SchemaField[]): Map<string, string> =>
    new Map(fields.map((f) => [f.name, f.type]))
  const [before, now] = [types(usual), types(here)]
  return {
    missing: [...before.keys()].filter((name) => !now.has(name)).sort(),
    added: [...now.keys()].filter((name) => !before.has(name)).sort(),
    changed: [...now]
      .filter(([name, type]) => before.has(name) && before.get(name) !== type)
      .map(([name, type]) => ({ column: name, usual: before.get(name) ?? null, here: type }))
      .sort((a, b) => (a.column < b.column ? -1 : 1)),
  }
}

function draft(what: string, severity: Finding['severity'], message: string): Omit<FindingDraft, 'place'> {
  return { rule: `integrity/${what}`, severity, message, evidence: {} }
}

interface ShardFinding {
  what: string
  severity: Finding['severity']
  message: string
  evidence?: JsonObject
  key?: string
}

function of(shard: ShardInfo, { what, severity, message, evidence = {}, key = '' }: ShardFinding): Finding {
  return finding({
    ...draft(what, severity, message),
    place: { kind: 'shard', name: shard.path },
    evidence: { component: shard.component, ...evidence },
    key: `${shard.component} ${key}`,
  })
}
