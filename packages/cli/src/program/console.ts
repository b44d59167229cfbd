import type { Command } from 'commander'
import { examples, helpText } from '../output/help.ts'
import { detachText } from './detach.ts'
import { atStage } from './stage.ts'
import { port } from './values.ts'

export function addConsole(program: Command): void {
  atStage(program.command('console'))
    .description('pages of what is happening, what happened and what to do, on this machine alone')
    .option('--allow-actions', 'offer what changes something: redrive, close, drop, rotate')
    .option('--port <port>', 'where to listen on 127.0.0.1; any free port if 4570 is taken', port)
    .option('--json', 'print one line of JSON when it is ready')
    .option('--detach', detachText)
    .addHelpText(
      'after',
      helpText(
        'It shows what the commands print with --json, read with your own rights on AWS, and is deployed nowhere. Without --allow-actions it changes nothing. lapse dev serves the same pages by itself, at the address that it prints.',
      ),
    )
    .addHelpText(
      'after',
      examples([
        ['lapse console --stage production', 'of a deployed stage, read only'],
        ['lapse console --stage production --allow-actions', 'with what changes something'],
      ]),
    )
    .action(async (options) => (await import('../commands/console.ts')).showConsole(options))
}
