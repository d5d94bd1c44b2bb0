import { spawn, spawnSync } from 'node:child_process'
import type { ChildProcess } from 'node:child_process'
import { createHash } from 'node:crypto'
import { readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { packageRoot } from '../../src/core/package.ts'

export interface CliResult {
  code: number | null
  signal: NodeJS.Signals | null
  stdout: string
  stderr: string
}

export interface CliOptions {
  cwd: string
  env?: Readonly<Record<string, string>>
  /** Sees the process while it runs, e.g. to stop it. */
  during?(child: ChildProcess): void | Promise<void>
}

export const MAIN = join(packageRoot, 'dist', 'cli', 'main.js')

/**
 * Builds `dist/` when the sources are newer: the command line and the workers are tested as they are shipped.
 * Test files run side by side; one of them builds, the others wait.
 */
export function ensureBuilt(): void {
  const lock = join(
    tmpdir(),
    `assay-building-${createHash('sha256').update(packageRoot).digest('hex').slice(0, 12)}`,
  )
  while (!take(lock)) Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 100)
  try {
    const built = spawnSync(process.execPath, [join(packageRoot, 'scripts', 'ensure.mjs')], {
      encoding: 'utf8',
    })
    if (built.status !== 0) throw new Error(`the build failed:\n${built.stdout}${built.stderr}`)
  } finally {
    rmSync(lock, { force: true })
  }
}

function take(lock: string): boolean {
  try {
    writeFileSync(lock, String(process.pid), { flag: 'wx' })
    return true
  } catch {
    if (!ownerLives(lock)) rmSync(lock, { force: true })
    return false
  }
}

function ownerLives(lock: string): boolean {
  try {
    process.kill(Number(readFileSync(lock, 'utf8')) || process.pid, 0)
    return true
  } catch {
    return false
  }
}

/** Runs the built command line in a process of its own. */
export async function assay(args: readonly string[], options: CliOptions): Promise<CliResult> {
  return command([process.execPath, MAIN, ...args], options)
}

export async function command(argv: readonly string[], options: CliOptions): Promise<CliResult> {
  const [file = '', ...args] = argv
  const child = spawn(file, args, {
    cwd: options.cwd,
    env: { ...process.env, ...options.env },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  let stdout = ''
  let stderr = ''
  child.stdout.setEncoding('utf8').on('data', (piece: string) => (stdout += piece))
  child.stderr.setEncoding('utf8').on('data', (piece: string) => (stderr += piece))
  const closed = new Promise<CliResult>((done, fail) => {
    child.on('error', fail)
    child.on('close', (code, signal) => done({ code, signal, stdout, stderr }))
  })
  await options.during?.(child)
  return closed
}
