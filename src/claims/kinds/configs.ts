import { z } from 'zod'
import type { Part } from '../kind.ts'
import { defineKind } from '../kind.ts'
import { compose, unanswered } from '../verdict.ts'
import { cardConfigs } from './coverage.ts'
import type { CardConfig } from './coverage.ts'

/** Configurations a reader is told to load by name. Loaders read the root card alone. */
export const configs = defineKind({
  name: 'configs',
  title: 'Configurations that can be loaded by name',
  keys: { names: z.array(z.string().min(1)).min(1).describe('Names of the configurations') },
  // The cards and the listing tell; no file is opened.
  touched: () => [],
  judge(body, { measured }) {
    if (measured.card === null) {
      return unanswered('not-verifiable', 'the source carries no card that could document configurations', {
        stated: body.names,
      })
    }
    const documented = cardConfigs(measured.card)
    const parts = body.names.map((name) => resolve(name, documented))
    return compose(parts, { stated: body.names, measured: documented.map((config) => ({ ...config })) })
  },
})

function resolve(name: string, documented: readonly CardConfig[]): Part {
  const all = documented.filter((config) => config.name === name)
  const root = all.find((config) => config.card === 'README.md')
  if (root !== undefined && root.files > 0) {
    return { name, verdict: 'verified', because: `resolves to ${root.files} files`, measured: root.files }
  }
  const elsewhere = all.find((config) => config.files > 0)
  const because =
    root !== undefined
      ? 'README.md documents it and its patterns match no file'
      : elsewhere !== undefined
        ? `only ${elsewhere.card} documents it; loaders read README.md alone`
        : all.length > 0
          ? `${all[0]!.card} documents it and its patterns match no file`
          : 'no card documents it'
  return { name, verdict: 'contradicted', because, measured: 0, stands: true }
}
