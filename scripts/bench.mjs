/**
 * Runs a benchmark written in TypeScript: node scripts/bench.mjs NAME [arguments]. Node 20 does not read TypeScript, so
 * bench/NAME.ts is bundled first (packages stay outside).
 */
import { spawnSync } from 'node:child_process'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { build } from 'esbuild'

const root = join(dirname(fileURLToPath(import.meta.url)), '..')
const [name, ...rest] = process.argv.slice(2)
if (name === undefined || !/^[\w-]+$/.test(name)) {
  console.error('usage: node scripts/bench.mjs NAME [arguments]')
  process.exit(2)
}
const outfile = join(root, 'dist', 'bench', `${name}.mjs`)
await build({
  entryPoints: [join(root, 'bench', `${name}.ts`)],
  outfile,
  bundle: true,
  platform: 'node',
  format: 'esm',
  target: 'node20',
  packages: 'external',
  logLevel: 'error',
})
const done = spawnSync(process.execPath, ['--expose-gc', outfile, ...rest], { stdio: 'inherit' })
process.exit(done.status ?? 1)
