import type { JsonObject } from '../../core/json.ts'
import type { Measured, Part } from '../kind.ts'
import { isObject } from '../../core/json.ts'
import { at, numberAt } from '../measure.ts'

/** A configuration as `describeCard` records it. */
export interface CardConfig {
  name: string
  card: string
  files: number
}

/** Configurations the cards document. */
export function cardConfigs(card: JsonObject | null): CardConfig[] {
  const configs = at(card, 'configs')
  if (!Array.isArray(configs)) return []
  return configs.filter(isObject).map((config) => ({
    name: String(at(config, 'name')),
    card: String(at(config, 'card')),
    files: numberAt(config, 'files') ?? 0,
  }))
}

/** Each data file in exactly one component, none left out, and every documented configuration resolves. */
export function coverageParts(measured: Measured): Part[] {
  return [
    onceEach(measured),
    nothingLeftOut(measured),
    ...configsResolve(measured),
    ...defaultCovers(measured),
  ]
}

function onceEach(measured: Measured): Part {
  const overlaps = at(measured.card, 'overlaps')
  const shared = Array.isArray(overlaps) ? overlaps.filter(isObject) : []
  const name = 'each file in one component'
  const files = measured.inputs.length
  if (shared.length === 0) {
    return { name, verdict: 'verified', because: `${files} files, each in one component`, measured: files }
  }
  const list = shared
    .slice(0, 5)
    .map((one) => `${String(at(one, 'path'))} is in ${namesAt(one, 'components')}`)
  return { name, verdict: 'contradicted', because: list.join('; '), measured: shared.length, stands: true }
}

function namesAt(value: JsonObject, key: string): string {
  const list = at(value, key)
  return Array.isArray(list) ? list.map(String).join(' and ') : ''
}

function nothingLeftOut(measured: Measured): Part {
  const count = numberAt(measured.card, 'unassigned', 'count') ?? 0
  const first = at(measured.card, 'unassigned', 'first')
  const name = 'no data file left out'
  if (count === 0) return { name, verdict: 'verified', because: 'every data file belongs to a component' }
  const paths = Array.isArray(first) ? first.slice(0, 5).join(', ') : ''
  return {
    name,
    verdict: 'contradicted',
    because: `${count} data files belong to no component: ${paths}`,
    measured: count,
    stands: true,
  }
}

function configsResolve(measured: Measured): Part[] {
  const configs = cardConfigs(measured.card)
  if (configs.length === 0) return []
  const empty = configs.filter((config) => config.files === 0)
  const name = 'documented configurations resolve'
  if (empty.length === 0) {
    return [{ name, verdict: 'verified', because: `${configs.length} configurations resolve to files` }]
  }
  const list = empty.map((config) => `"${config.name}" of ${config.card} resolves to no file`)
  return [{ name, verdict: 'contradicted', because: list.join('; '), measured: empty.length, stands: true }]
}

/** Where a card documents a default configuration, it has to resolve to every data file. */
function defaultCovers(measured: Measured): Part[] {
  const usual = cardConfigs(measured.card).find((config) => config.name === 'default')
  if (usual === undefined || usual.files === 0) return []
  const files = new Set(measured.inputs.map(({ path }) => path)).size
  const name = 'the default configuration covers every file'
  const because = `"default" of ${usual.card} resolves to ${usual.files} files, the components have ${files}`
  if (usual.files === files) return [{ name, verdict: 'verified', because, measured: usual.files }]
  return [{ name, verdict: 'contradicted', because, measured: usual.files, stands: true }]
}
