/**
 * Compiles src/text/kernels/assembly (AssemblyScript) and writes the module, as base64, to src/text/kernels/binary.ts, and
 * what the host must know of its structs and constants to src/text/kernels/layouts.ts.
 *
 *   node scripts/make-kernels.mjs            writes the files
 *   node scripts/make-kernels.mjs --check    exits 1 unless the files are what would be written
 */
import { readFileSync, readdirSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import asc from 'assemblyscript/asc'

const root = join(dirname(fileURLToPath(import.meta.url)), '..')
const sources = join(root, 'src/text/kernels/assembly')
const LINE = 110

const files = {
  'src/text/kernels/binary.ts': `/** Compiled from \`assembly/\` by scripts/make-kernels.mjs; base64. */
export const KERNELS =
${lines(await compile())}
`,
  'src/text/kernels/layouts.ts': layouts(),
}
for (const [name, text] of Object.entries(files)) {
  if (!process.argv.includes('--check')) writeFileSync(join(root, name), text)
  else if (readFileSync(join(root, name), 'utf8') !== text) {
    console.error(`${name} is not what its sources make: run node scripts/make-kernels.mjs`)
    process.exit(1)
  }
}

async function compile() {
  let binary = null
  const { error, stderr } = await asc.main(
    [
      ...['src/text/kernels/assembly/entry.ts', '--baseDir', root, '--outFile', 'kernels.wasm'],
      ...['-O3', '--noAssert', '--uncheckedBehavior', 'always', '--runtime', 'stub'],
      ...['--importMemory', '--sharedMemory', '--initialMemory', '1', '--maximumMemory', '65536'],
      ...['--enable', 'threads', '--enable', 'bulk-memory', '--enable', 'simd'],
    ],
    {
      writeFile: (name, contents) => {
        if (name.endsWith('.wasm')) binary = Buffer.from(contents)
      },
    },
  )
  if (error !== null || binary === null) throw new Error(`the kernels do not compile\n${stderr.toString()}`)
  return binary.toString('base64')
}

function lines(base64) {
  const parts = base64.match(new RegExp(`.{1,${LINE}}`, 'g')) ?? []
  return parts.map((part, i) => `  '${part}'${i + 1 < parts.length ? ' +' : ''}`).join('\n')
}

/** Fields of all classes, and exported constants that are plain numbers. */
function layouts() {
  const names = readdirSync(sources)
    .filter((name) => name.endsWith('.ts'))
    .sort()
  const text = names.map((name) => readFileSync(join(sources, name), 'utf8')).join('\n')
  const structs = [...text.matchAll(/^@unmanaged\nexport class (\w+) \{\n(.*?)^\}/gms)].map(
    ([, name, body]) => {
      const fields = [...body.matchAll(/^ {2}(\w+): \w+$/gm)].map(([, field]) => `    '${field}',`)
      return `  ${name}: [\n${fields.join('\n')}\n  ],`
    },
  )
  const constants = [...text.matchAll(/^export const (\w+): [uif]\d+ = ([\d.<xa-f ]+)$/gm)].map(
    ([, name, value]) => `  ${name}: ${value},`,
  )
  return `/** Made from \`assembly/\` by scripts/make-kernels.mjs. */

/** Fields of the structs the kernels read: 32 bits each, in this order. */
export const LAYOUTS = {
${structs.sort().join('\n')}
} as const

/** Numbers the kernels and their callers must agree on; what they mean is said there. */
export const CONSTANTS = {
${constants.sort().join('\n')}
} as const
`
}
