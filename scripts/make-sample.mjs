/** Writes `data/sample/` and its two files beside it (or FOLDER and beside it): `node scripts/make-sample.mjs [FOLDER]`. */
import { build } from 'esbuild'
import { spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { dirname, join, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'

const root = join(dirname(fileURLToPath(import.meta.url)), '..')
// Inside the repository, so that the bundle finds the packages it leaves out.
const folder = mkdtempSync(join(root, 'scripts', '.make-sample-'))
try {
  const outfile = join(folder, 'make.mjs')
  const entryPoints = [join(root, 'scripts/sample/make.ts')]
  await build({ entryPoints, outfile, bundle: true, platform: 'node', format: 'esm', packages: 'external' })
  const out = resolve(process.argv[2] ?? join(root, 'data/sample'))
  const done = spawnSync(process.execPath, [outfile, out], { stdio: 'inherit' })
  process.exitCode = done.status ?? 2
} finally {
  rmSync(folder, { recursive: true })
}
