import type { Command } from 'commander'

/** `assay help [COMMAND]`; a command there is none of is told of as where it is called. */
export function registerHelp(program: Command): void {
  program
    .helpCommand(false)
    .command('help')
    .summary('help on a command')
    .description('Shows what a command does and which options it takes.')
    .argument('[command]', 'name of a command')
    .action(async (name?: string) => {
      if (name === undefined) return program.help()
      const command = program.commands.find((one) => one.name() === name || one.aliases().includes(name))
      if (command !== undefined) return command.help()
      await program.parseAsync([name], { from: 'user' })
    })
}
