import { type Command, Option } from 'commander'
import { type Examples, examples, helpText } from '../output/help.ts'
import { atStage } from './stage.ts'
import { count } from './values.ts'

const runHelp = helpText(
  'A line of .ndjson is a subject as a text, or an object that has it in the column; a .csv has a header. The first 20 go, then their receipts are shown and you are asked; from then on at most 1,000 are without a receipt at a time. Run it again after an interruption: it goes on from there. USER_DELETED_QUEUE_URL, LEDGER_TABLE, LEDGER_KEY_SECRET_ID and ORY_ADMIN_URL say where, as the function user-deleted has them; with none of these it is the lapse dev that runs here; --stage has a deployed stage say all of it.',
)

const files: Examples = [
  ['lapse run user-deleted --from users.csv --shadow', 'what it would come to; nothing is sent'],
  ['lapse run user-deleted --from users.csv', 'asks after the first 20'],
]

export function addRun(program: Command): void {
  const run = program
    .command('run')
    .description('an event for each line of a file, as fast as they are processed')
    .addHelpText('after', examples(files))
  atStage(run.command('user-deleted'))
    .description('every user of a file is gone')
    .requiredOption('--from <file>', 'the users, .ndjson or .csv, a line each')
    .option('--column <name>', 'the column that holds the OAuth2 subject', 'sub')
    .addOption(
      new Option('--lane <lane>', 'who goes first where Ory limits calls')
        .choices(['incident', 'deletion', 'hygiene'])
        .default('hygiene'),
    )
    .option('--max <n>', 'send no more than so many of them', count)
    .option('--shadow', 'plan each of them, and print counts and a hash; nothing is sent')
    .option('--yes', 'do not ask')
    .option('--approve <hash>', 'do not ask, if the hash is what --shadow prints')
    .option('--json', 'print one JSON document; what is asked is on standard error')
    .addHelpText('after', runHelp)
    .addHelpText('after', examples(files))
    .action(async (options) =>
      (await import('../commands/run-user-deleted.ts')).runUserDeleted(options),
    )
}
