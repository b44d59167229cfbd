import type { Command } from 'commander'
import { type Examples, examples, helpText } from '../output/help.ts'
import { atStage } from './stage.ts'

const explained: Examples = [
  ['lapse subjects explain event.json', 'whose event it is at the lapse dev that runs here'],
  ['lapse subjects explain - --stage production', 'of standard input, at a stage'],
]

export function addSubjects(program: Command): void {
  const subjects = program
    .command('subjects')
    .description('find out which OAuth2 subjects an event is about; nothing is changed')
    .addHelpText('after', examples(explained))
  atStage(subjects.command('explain'))
    .description("what an event's subjects are, and which setting and members say so")
    .argument('<file>', 'the event as JSON; - reads standard input')
    .option('--json', 'print one JSON document')
    .addHelpText(
      'after',
      helpText(
        'USER_DELETED_SUBJECT_FIELD, IDENTITY_DELETED_SUBJECT_FIELD and SUBJECT_TEMPLATES say how subjects are called, as the functions have them. Without them it is as the lapse dev has it that runs here, or as nothing is set; --stage has a deployed stage say it. Where SUBJECT_TEMPLATES has users looked up, the identity provider at ORY_IDENTITIES_URL is asked; without it, what would be asked is shown. The exit code is 1 where no subject is found.',
      ),
    )
    .addHelpText('after', examples(explained))
    .action(async (file, options) =>
      (await import('../commands/subjects-explain.ts')).explainSubjects(file, options),
    )
}
