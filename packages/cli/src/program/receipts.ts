import { type Command, Option } from 'commander'
import { examples, helpText } from '../output/help.ts'
import { atStage } from './stage.ts'
import { count } from './values.ts'

const receiptsHelp = helpText(
  'LEDGER_TABLE says where receipts are, and LEDGER_KEY_SECRET_ID with which key subjects are pseudonyms, as the functions have them; with none of these it is the lapse dev that runs here; --stage has a deployed stage say it. A subject is made a pseudonym on this machine, and stands in no output. Receipts go after 60 days.',
)

const time = 'a day, a time, or so long ago: 2026-11-29, 2026-11-29T12:00:00Z, 24h, 7d'

export function addReceipts(program: Command): void {
  const receipts = program
    .command('receipts')
    .description('receipts: list, find, show, export, report; and the log that holds them')
    .addHelpText(
      'after',
      examples([
        ['lapse receipts find --subject -', 'what was done for a user'],
        ['lapse receipts show event-1', 'how one event stands'],
      ]),
    )
  addList(receipts)
  addFind(receipts)
  addShow(receipts)
  addExport(receipts)
  addReport(receipts)
  addProve(receipts)
  addKey(receipts)
  addVerify(receipts)
}

function addList(receipts: Command): void {
  inTime(receipts.command('list'), '24h')
    .description('receipts by time, newest first')
    .option('--workflow <name>', 'only of this workflow: user-deleted, secret-rotation and so on')
    .addOption(
      new Option('--result <result>', 'only with this result').choices([
        'done',
        'superseded',
        'moot',
      ]),
    )
    .option('--may-still-work', 'only those that name something that may still work')
    .option('--limit <n>', 'no more than so many', count)
    .option('--json', 'print one JSON document')
    .addHelpText('after', receiptsHelp)
    .addHelpText(
      'after',
      examples([
        ['lapse receipts list --from 7d --workflow user-deleted', 'of the last week'],
        ['lapse receipts list --may-still-work', 'of which something may still work'],
      ]),
    )
    .action(async (options) =>
      (await import('../commands/receipts-list.ts')).listReceiptsByTime(options),
    )
}

function addFind(receipts: Command): void {
  atStage(receipts.command('find'))
    .description('every receipt about somebody or something, newest first')
    .option('--subject <subject>', 'the OAuth2 subject; - reads it from standard input')
    .option('--client <id>', 'an OAuth 2.0 client')
    .option('--event <id>', "an event, by its publisher's id")
    .option('--issuer <issuer>', 'a trusted issuer')
    .option('--owner <owner>', 'an owner of clients, whose event named it')
    .option('--secret <name>', 'a rotated secret, by its name or its ARN')
    .option('--limit <n>', 'no more than so many', count)
    .option('--json', 'print one JSON document')
    .addHelpText('after', receiptsHelp)
    .addHelpText(
      'after',
      examples([
        ['lapse receipts find --subject -', 'of the user that standard input names'],
        ['lapse receipts find --client notes --stage production', 'of an app'],
      ]),
    )
    .action(async (options) => (await import('../commands/receipts-find.ts')).findReceipts(options))
}

function addShow(receipts: Command): void {
  atStage(receipts.command('show'))
    .description('how an event stands, in a sentence, and then all of its receipts')
    .argument('<id>', "an event's id, or a receipt's as list and find print it")
    .option('--json', 'print one JSON document')
    .addHelpText('after', receiptsHelp)
    .addHelpText('after', examples([['lapse receipts show event-1', 'both passes of an event']]))
    .action(async (id, options) =>
      (await import('../commands/receipts-show.ts')).showReceipts(id, options),
    )
}

function addExport(receipts: Command): void {
  inTime(receipts.command('export'), '30d')
    .description('every receipt of a time for another program, oldest first')
    .addOption(
      new Option(
        '--format <format>',
        'a JSON document a line, CSV (RFC 4180), or events of OCSF 1.8.0',
      ).choices(['ndjson', 'csv', 'ocsf']),
    )
    .option('--json', 'the same as --format ndjson, which it is where nothing is said')
    .addHelpText('after', receiptsHelp)
    .addHelpText(
      'after',
      examples([
        ['lapse receipts export --format csv --from 2026-11-01 > november.csv', 'for a table'],
        ['lapse receipts export --format ocsf --from 24h', 'for a SIEM'],
      ]),
    )
    .action(async (options) =>
      (await import('../commands/receipts-export.ts')).exportReceipts(options),
    )
}

function addReport(receipts: Command): void {
  inTime(receipts.command('report'), '30d')
    .description('a page for people: how many, how fast, what is open, what may still work')
    .addOption(
      new Option('--format <format>', 'Markdown, where nothing is said').choices([
        'html',
        'markdown',
      ]),
    )
    .option('--json', 'print one JSON document')
    .addHelpText('after', receiptsHelp)
    .addHelpText(
      'after',
      examples([
        [
          'lapse receipts report --from 2026-11-01 --to 2026-11-30 --format html > november.html',
          'of a month',
        ],
      ]),
    )
    .action(async (options) =>
      (await import('../commands/receipts-report.ts')).reportReceipts(options),
    )
}

const logHelp = helpText(
  'RECEIPTS_LOG_BUCKET, RECEIPTS_LOG_ORIGIN and RECEIPTS_LOG_KEY_ID say where the log is, and LEDGER_TABLE where receipts are, as the function seal has them; with none of these it is the lapse dev that runs here; --stage has a deployed stage say it.',
)

function addProve(receipts: Command): void {
  atStage(receipts.command('prove'))
    .description('a proof that the log holds the receipts of an event, to be verified anywhere')
    .argument('<id>', "an event's id, or a receipt's as list and find print it")
    .option('--out <file>', 'write the proof there; with several receipts, one file for each')
    .option('--json', 'print one JSON document')
    .addHelpText('after', logHelp)
    .addHelpText(
      'after',
      examples([
        ['lapse receipts prove event-1 --out event-1.tlog-proof', 'a file to hand on'],
        ['lapse receipts prove event-1 --out event-1.tlog-proof --stage production', 'of a stage'],
      ]),
    )
    .action(async (id, options) =>
      (await import('../commands/receipts-prove.ts')).proveReceipts(id, options),
    )
}

function addKey(receipts: Command): void {
  atStage(receipts.command('key'))
    .description("the log's public key, which whoever verifies has to have from you")
    .option('--json', 'print one JSON document')
    .addHelpText('after', logHelp)
    .addHelpText(
      'after',
      examples([['lapse receipts key --stage production', 'to be given to auditors']]),
    )
    .action(async (options) => (await import('../commands/receipts-key.ts')).showLogKey(options))
}

function addVerify(receipts: Command): void {
  receipts
    .command('verify')
    .description('verify proofs of receipts, or whole logs, offline')
    .argument('<file...>', 'a .tlog-proof, or a log with its receipts; - reads standard input')
    .requiredOption('--key <vkey>', "the log's public key: <name>+<id>+<base64>")
    .option('--checkpoint <file>', 'a checkpoint of the log that you trust')
    .option('--max-age <duration>', 'how old the newest checkpoint may be, such as 15m, 1h or 7d')
    .option('--json', 'print one JSON document')
    .addHelpText(
      'after',
      helpText(
        'Each file ends in a verdict: valid or valid-as-of (exit code 0), altered, missing, reordered, truncated-tail, forked, unknown-key, not-yet-sealed or expired (1).',
      ),
    )
    .addHelpText(
      'after',
      examples([
        ['lapse receipts verify alice.tlog-proof --key <vkey>', 'whether the log holds it'],
        ['lapse receipts verify log.json --key <vkey> --checkpoint trusted', 'a whole log'],
      ]),
    )
    .action(async (files, options) =>
      (await import('../commands/receipts-verify.ts')).verifyReceipts(files, options),
    )
}

function inTime(command: Command, usual: string): Command {
  return atStage(command)
    .option('--from <time>', `${time}; ${usual} where nothing is said`)
    .option('--to <time>', 'the same, to its end; now where nothing is said')
}
