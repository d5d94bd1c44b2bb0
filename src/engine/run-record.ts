import { hostname } from 'node:os'
import type { JsonObject } from '../core/json.ts'
import { TOOL } from '../core/package.ts'
import type { Mapped } from './map.ts'
import type { Opened } from './open.ts'
import type { Session } from './session.ts'

export const RUN_SCHEMA = 'assay/run/1'

/** `run.json`: everything that may differ between two runs of the same audit. */
export function runRecord(input: {
  session: Session
  opened: Opened
  mapped: Mapped
  files: Readonly<Record<string, string>>
}): JsonObject {
  const { session, mapped, files } = input
  const { settings, loaded, startedAt } = session
  const finishedAt = new Date()
  return {
    schema: RUN_SCHEMA,
    tool: TOOL.version,
    startedAt: startedAt.toISOString(),
    finishedAt: finishedAt.toISOString(),
    ms: { ...rounded(session.ms), total: finishedAt.getTime() - startedAt.getTime() },
    profile: { ...mapped.profile, ms: rounded(mapped.profile.ms) } as unknown as JsonObject,
    peakRssBytes: peakRssBytes(),
    host: { name: hostname(), platform: process.platform, arch: process.arch, node: process.versions.node },
    argv: process.argv.slice(2).map(withoutSecrets),
    cwd: process.cwd(),
    folder: loaded.folder,
    pipeline: JSON.parse(JSON.stringify(loaded.pipeline)) as JsonObject,
    options: {
      out: settings.out,
      workers: settings.workers,
      memoryBytes: settings.memoryBytes,
      limit: settings.limit,
      offline: settings.offline,
      resume: settings.resume,
      keepGoing: settings.keepGoing,
      evidence: settings.evidence,
      baseline: settings.baseline,
      selfTest: settings.selfTest,
      allowOutside: settings.allowOutside,
      useToken: settings.useToken,
      trustAgainst: settings.trustAgainst,
      cacheDir: settings.cacheDir ?? null,
    },
    slices: mapped.slices.length,
    locations: Object.fromEntries(
      mapped.plan.shards.map(({ component, path, location }) => [`${component}/${path}`, { ...location }]),
    ) as JsonObject,
    files,
  }
}

/** Most memory the process held at once: all threads are in it. */
export function peakRssBytes(): number {
  return process.resourceUsage().maxRSS * 1024
}

/** Passwords in addresses and Hub tokens do not belong in a file people share. */
export function withoutSecrets(text: string): string {
  return text.replace(/\/\/[^/@\s]*:[^/@\s]*@/g, '//***@').replace(/\bhf_[A-Za-z0-9]{8,}\b/g, 'hf_***')
}

function rounded(ms: Readonly<Record<string, number>>): Record<string, number> {
  return Object.fromEntries(Object.entries(ms).map(([name, value]) => [name, Math.round(value)]))
}
