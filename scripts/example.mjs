/**
 * Makes the committed example: the report of the sample corpus, without what differs from machine to machine
 * (`run.json` holds times and paths, `rows.bin` is a cache). `npm run example` builds first.
 */
import { spawnSync } from 'node:child_process'
import { cpSync, mkdirSync, mkdtempSync, readdirSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

const root = join(dirname(fileURLToPath(import.meta.url)), '..')
const target = join(root, 'reports', 'example')
const scratch = mkdtempSync(join(tmpdir(), 'assay-example-'))
try {
  const out = join(scratch, 'report')
  const main = join(root, 'dist', 'cli', 'main.js')
  const done = spawnSync(
    process.execPath,
    [main, 'run', join(root, 'pipelines', 'sample.yaml'), '--out', out],
    {
      cwd: root,
      stdio: ['ignore', 'ignore', 'inherit'],
    },
  )
  if (done.status !== 0) process.exit(done.status ?? 2)
  rmSync(target, { recursive: true, force: true })
  mkdirSync(target, { recursive: true })
  for (const name of readdirSync(out).sort()) {
    if (name !== 'run.json' && name !== 'rows.bin') cpSync(join(out, name), join(target, name))
  }
  console.log(`reports/example: ${readdirSync(target).join(', ')}`)
} finally {
  rmSync(scratch, { recursive: true, force: true })
}
