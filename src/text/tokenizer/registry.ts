import { AuditError } from '../../core/error.ts'

/** An entry of data/tokenizers.yaml: a name, and what it stands for. */
export interface RegistryEntry {
  name: string
  /** `hf:…`; absent for built-in ranks. */
  tokenizer?: string
  [field: string]: string | undefined
}

/**
 * Reads data/tokenizers.yaml. The file keeps to a flat form (`name:` at the margin, `  field: value` below it, plain
 * scalars, comments) so that the kernels need no YAML library; a test reads it with one and compares.
 * @throws AuditError INTERNAL naming a line that is not of this form.
 */
export function readRegistry(text: string): RegistryEntry[] {
  const entries: RegistryEntry[] = []
  text.split(/\r?\n/).forEach((line, i) => {
    if (line.trim() === '' || line.trimStart().startsWith('#')) return
    const name = /^([\w.-]+):$/.exec(line)
    const field = /^ {2}(\w+): (\S.*)$/.exec(line)
    const entry = entries.at(-1)
    if (name?.[1] !== undefined) entries.push({ name: name[1] })
    else if (field?.[1] !== undefined && field[2] !== undefined && entry !== undefined)
      entry[field[1]] = field[2]
    else
      throw new AuditError('INTERNAL', {
        what: 'unexpected line',
        where: `data/tokenizers.yaml:${i + 1}`,
        got: line,
      })
  })
  return entries
}
