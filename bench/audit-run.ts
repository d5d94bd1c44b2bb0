/** One whole audit as a user runs it, in a process of its own, and what it cost. */
import { spawnSync } from 'node:child_process'
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'

export interface AuditCost {
  rows: number
  /** Wall time of the run; processor time of all its threads (0 where the system does not tell). Seconds. */
  seconds: number
  processor: number
  /** Wall time of the steps, and time inside each part of the scan summed over the workers. Milliseconds. */
  ms: Readonly<Record<string, number>>
  profile: Readonly<Record<string, number>>
  peakBytes: number
  findings: Readonly<Record<string, number>>
  /** What each stage measured, as `audit.json` has it. */
  metrics: Readonly<Record<string, unknown>>
}

/**
 * @param stages the pipeline's stages, as JSON (which is YAML).
 * @throws Error with the end of what the audit said, when it fails.
 */
export function runAudit(
  folder: string,
  { source, stages, workers }: { source: string; stages: unknown; workers: number },
): AuditCost {
  const pipeline = join(folder, 'bench.yaml')
  writeFileSync(
    pipeline,
    `name: bench\nsource: ${JSON.stringify(source)}\nstages: ${JSON.stringify(stages)}\n`,
  )
  const out = join(folder, 'out')
  const flags = ['--allow-outside', '--out', out, '--workers', String(workers)]
  const before = childProcessorSeconds()
  const start = performance.now()
  const done = spawnSync(process.execPath, ['dist/cli/main.js', 'run', pipeline, ...flags], {
    encoding: 'utf8',
  })
  const seconds = (performance.now() - start) / 1000
  if (done.status !== 0)
    throw new Error(`the audit ended with ${String(done.status)}: ${done.stderr.slice(-2000)}`)
  const run = JSON.parse(readFileSync(join(out, 'run.json'), 'utf8')) as {
    ms: Record<string, number>
    profile: { ms: Record<string, number>; rows: number }
    peakRssBytes: number
  }
  const audit = JSON.parse(readFileSync(join(out, 'audit.json'), 'utf8')) as {
    stages: Record<string, { findings: Record<string, number>; metrics: unknown }>
  }
  const findings = Object.assign({}, ...Object.values(audit.stages).map((stage) => stage.findings)) as Record<
    string,
    number
  >
  return {
    ...{ rows: run.profile.rows, seconds, processor: childProcessorSeconds() - before },
    ...{ ms: run.ms, profile: run.profile.ms, peakBytes: run.peakRssBytes, findings },
    metrics: Object.fromEntries(Object.entries(audit.stages).map(([name, stage]) => [name, stage.metrics])),
  }
}

/** Processor time of the processes this one has waited for, where the system tells (Linux, 100 ticks a second); else 0. */
function childProcessorSeconds(): number {
  try {
    const fields = readFileSync('/proc/self/stat', 'utf8').split(') ').at(-1)?.split(' ') ?? []
    return (Number(fields[13]) + Number(fields[14])) / 100
  } catch {
    return 0
  }
}
