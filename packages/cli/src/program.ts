import { readFileSync } from 'node:fs'
import { Command, InvalidArgumentError, Option } from 'commander'
import { help, helpText, helpWidth } from './output/help.ts'
import { columns } from './output/layout.ts'
import { refuseRepeatedOptions } from './repeated-options.ts'

const examples = [
  'Examples:',
  ...columns([
    ['lapse demo', 'the whole story, played once'],
    ['lapse dev', 'everything on this machine, until Ctrl-C'],
    ['lapse example user.deleted | lapse send', 'an event to the queue of lapse dev'],
    ['lapse send event.json --lane incident', 'the same, before all that waits'],
    ['lapse plan user-deleted --subject alice', 'what would be done, in order; nothing is changed'],
    ['lapse plan key-rotated event.json', 'what a worker would say of this event'],
    ['lapse dead-letters list', 'what is on the DLQs, and why'],
    ['lapse run user-deleted --from users.csv', 'every user of a file'],
    ['lapse rotate --status', 'how every secret stands'],
    ['lapse rotate app/notes', 'a secret, rotated by hand'],
    ['lapse receipts verify alice.tlog-proof --key <vkey>', 'whether the log holds this receipt'],
    ['lapse ory --profile v26.2', 'an OAuth2 server for your own tests'],
  ]),
  '',
  'Exit codes: 0 done, 1 not done, 2 the command line or a setting is wrong.',
]

/** The command line. Each command loads its own modules, and only once it runs. */
export function lapse(): Command {
  const program = new Command('lapse')
    .description("When a user goes, their grants lapse: keeps Ory's OAuth2 server in step.")
    .version(ownVersion(), '--version', 'show the version')
    .helpOption('-h, --help', 'show this help')
    .exitOverride()
    .configureHelp(help)
    // The one line about what is wrong is main's; help that was not asked for is shown all the same.
    .configureOutput({
      outputError: () => undefined,
      writeErr: (text) => process.stdout.write(text),
      getOutHelpWidth: helpWidth,
      getErrHelpWidth: helpWidth,
    })
    .addHelpText('after', helpText(...examples))
  addDev(program)
  addDemo(program)
  addExample(program)
  addSend(program)
  addPlan(program)
  addDeadLetters(program)
  addRun(program)
  addRotate(program)
  addReceipts(program)
  addOry(program)
  refuseRepeatedOptions(program)
  return program
}

const detachText = 'stay up when the npm or npx that started it ends'

function addDev(program: Command): void {
  program
    .command('dev')
    .description('start everything on this machine and stay up')
    .option('--free-ports', 'take any free ports, not 4444, 4445 and 4566 to 4569')
    .option(
      '--seed',
      "with the demo's users, apps, sessions, issuer and secrets, for events to end",
    )
    .option(
      '--json',
      'print one line of JSON when all is ready; what happens then is on standard error',
    )
    .option('--detach', detachText)
    .action(async (options) => (await import('./commands/dev.ts')).dev(options))
}

function addDemo(program: Command): void {
  program
    .command('demo')
    .description('play the whole story once: users with tokens, events, receipts')
    .option('--json', 'print one JSON document instead of the story')
    .action(async (options) => (await import('./commands/demo.ts')).demo(options))
}

function addExample(program: Command): void {
  const example = program
    .command('example')
    .description('print an event with an id, a time and a key of now, ready for lapse send')
    .addHelpText('after', helpText('What it names by itself is what lapse dev --seed has made.'))
  example
    .command('user.deleted')
    .description('a user is gone')
    .option('--subject <subject>', 'the OAuth2 subject, as accepted at login', 'alice')
    .action(async (options) => (await import('./commands/example.ts')).printUserDeleted(options))
  example
    .command('app.offboarded')
    .description('an app, or every app of an owner, is offboarded')
    .option('--client-id <id>', 'one OAuth 2.0 client (default: "mail")')
    .option('--owner <owner>', 'every client of an owner instead')
    .addOption(
      new Option('--mode <mode>', 'what happens to it')
        .choices(['delete', 'suspend', 'restore'])
        .default('suspend'),
    )
    .option('--issuer <url>', 'a trusted issuer that goes with it, with --mode delete')
    .action(async (options) => (await import('./commands/example.ts')).printAppOffboarded(options))
  example
    .command('key.rotated')
    .description('a trusted issuer signs with a new key')
    .option('--issuer <url>', 'the issuer', 'https://partner.example')
    .option('--subject <subject>', 'for whom it may speak', 'partner-service')
    .action(async (options) => (await import('./commands/example.ts')).printKeyRotated(options))
}

function addSend(program: Command): void {
  program
    .command('send')
    .description(
      "put an event on the queue of its type: lapse dev's, or the one <TYPE>_QUEUE_URL names",
    )
    .argument('[file]', 'the event as JSON; - or none reads standard input')
    .option(
      '--lane <lane>',
      'who goes first: incident, deletion or hygiene; an incident has a queue',
    )
    .action(async (file, options) => (await import('./commands/send.ts')).send(file, options))
}

const planHelp = helpText(
  'ORY_ADMIN_URL says where Ory is; ORY_API_KEY is needed for Ory Network only. LEDGER_TABLE and LEDGER_KEY_SECRET_ID say where the ledger is, and PROTECTED_* what is protected, as the functions have them. With none of these it is the lapse dev that runs here.',
)

function addPlan(program: Command): void {
  const plan = program
    .command('plan')
    .description(
      'ask what a worker would ask, and print what it would say and do; nothing is changed',
    )
  plan
    .command('user-deleted')
    .description('what would be done if this user were deleted')
    .argument('[file]', 'an event as JSON, instead of a subject; - reads standard input')
    .option('--subject <subject>', 'the OAuth2 subject, as accepted at login')
    .option('--json', 'print one JSON document')
    .addHelpText('after', planHelp)
    .action(async (file, options) =>
      (await import('./commands/plan-user-deleted.ts')).planUserDeleted(file, options),
    )
  plan
    .command('app-offboarded')
    .description('what would be done if this app, or every app of an owner, were offboarded')
    .argument('[file]', 'an event as JSON, instead of the options; - reads standard input')
    .option('--client-id <id>', 'one OAuth 2.0 client')
    .option('--owner <owner>', 'every client of an owner')
    .addOption(
      new Option('--mode <mode>', 'what happens to it').choices(['delete', 'suspend', 'restore']),
    )
    .option('--json', 'print one JSON document')
    .addHelpText('after', planHelp)
    .action(async (file, options) =>
      (await import('./commands/plan-app-offboarded.ts')).planAppOffboarded(file, options),
    )
  plan
    .command('key-rotated')
    .description("what would be done if this trusted issuer's key were rotated")
    .argument('<file>', 'the event as JSON; - reads standard input')
    .option('--json', 'print one JSON document')
    .addHelpText('after', planHelp)
    .action(async (file, options) =>
      (await import('./commands/plan-key-rotated.ts')).planKeyRotated(file, options),
    )
}

const deadLettersHelp = helpText(
  'The DLQs are those that <TYPE>_DLQ_URL names, and messages go back to <TYPE>_QUEUE_URL, as the functions have them; with none of these they are those of the lapse dev that runs here. plan asks Ory and the ledger, as lapse plan does. Nothing shows a subject but show --body.',
)

function addDeadLetters(program: Command): void {
  const deadLetters = program
    .command('dead-letters')
    .description('what is on the DLQs: look, plan again, send back, drop')
    .addHelpText('after', deadLettersHelp)
  onDlqs(deadLetters.command('list'))
    .description('what is there, by queue, reason and event')
    .action(async (options) =>
      (await import('./commands/dead-letters-list.ts')).listDeadLetters(options),
    )
  onDlqs(deadLetters.command('show'))
    .description('one message, or each that is meant')
    .argument('[message-id]', 'its id on the DLQ')
    .option('--body', 'print the body as well, which may hold a subject')
    .action(async (messageId, options) =>
      (await import('./commands/dead-letters-show.ts')).showDeadLetters(messageId, options),
    )
  onDlqs(deadLetters.command('plan'))
    .description('what a redrive would come to: moot, same, changed or refused; nothing is changed')
    .argument('[message-id]', 'its id on the DLQ')
    .action(async (messageId, options) =>
      (await import('./commands/dead-letters-plan.ts')).planDeadLetters(messageId, options),
    )
  onDlqs(deadLetters.command('redrive'))
    .description('send messages back to their queue, each deleted once the queue has its copy')
    .argument('[message-id]', 'its id on the DLQ')
    .option('--rate <n>', 'so many messages a minute', count)
    .option('--dry-run', 'send nothing, and say what would be sent')
    .option('--again', 'also what was redriven twice before')
    .action(async (messageId, options) =>
      (await import('./commands/dead-letters-redrive.ts')).redriveDeadLetters(messageId, options),
    )
  onDlqs(deadLetters.command('drop'))
    .description("delete messages of one DLQ for good, once the queue's name is typed out")
    .argument('[message-id]', 'its id on the DLQ')
    .action(async (messageId, options) =>
      (await import('./commands/dead-letters-drop.ts')).dropDeadLetters(messageId, options),
    )
}

function onDlqs(command: Command): Command {
  return command
    .option('--queue <name>', 'of this queue only: user-deleted, user-deleted-incident and so on')
    .option('--queue-url <url>', "any DLQ by its URL: a topic's, a rule's, a function's")
    .option('--reason <reason>', 'only with this reason, or what stands before its colon')
    .option('--json', 'print one JSON document')
}

const runHelp = helpText(
  'A line of .ndjson is a subject as a text, or an object that has it in the column; a .csv has a header. The first 20 go, then their receipts are shown and you are asked; from then on at most 1,000 are without a receipt at a time. Run it again after an interruption: it goes on from there. USER_DELETED_QUEUE_URL, LEDGER_TABLE, LEDGER_KEY_SECRET_ID and ORY_ADMIN_URL say where, as the function user-deleted has them; with none of these it is the lapse dev that runs here.',
)

function addRun(program: Command): void {
  program
    .command('run')
    .description('an event for each line of a file, as fast as they are processed')
    .command('user-deleted')
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
    .addHelpText('after', runHelp)
    .action(async (options) =>
      (await import('./commands/run-user-deleted.ts')).runUserDeleted(options),
    )
}

function addRotate(program: Command): void {
  program
    .command('rotate')
    .description("rotate a client's secret by hand, or see how every secret stands")
    .argument('[secret]', "the secret's name or ARN, as ROTATED_SECRETS has it")
    .option('--status', 'a verdict on every secret, what to do next, and how it stands')
    .option('--rollback', 'give AWSCURRENT back to the version before, while the overlap lasts')
    .option('--repair', 'set a credential right that Ory does not accept any more')
    .option('--new-key', 'with --repair: a client that authenticates by a key gets a new one')
    .option('--json', 'with --status: print one JSON document')
    .addHelpText(
      'after',
      helpText(
        'It goes by the settings of the functions, or by those of the lapse dev that runs here.',
      ),
    )
    .action(async (secret, options) =>
      (await import('./commands/rotate.ts')).rotate(secret, options),
    )
}

function addReceipts(program: Command): void {
  program
    .command('receipts')
    .description('receipts, and the log that holds them')
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
    .action(async (files, options) =>
      (await import('./commands/receipts-verify.ts')).verifyReceipts(files, options),
    )
}

function addOry(program: Command): void {
  program
    .command('ory')
    .description("run an emulated Ory OAuth2 server, a stand-in for Hydra in anyone's tests")
    .option('--admin-port <port>', 'port of the admin side; 0 takes any free one', port, 4445)
    .option('--public-port <port>', 'port of the public side; 0 takes any free one', port, 4444)
    .option(
      '--control-port <port>',
      'open a third port for tests: seed, reset, clock, faults and the requests seen',
      port,
    )
    .option(
      '--seed <file>',
      'JSON with the clients, users and issuers that are there from the start',
    )
    .addOption(
      new Option('--profile <profile>', 'which server to behave like; network is Ory Network')
        .choices(['head', 'v26.2', 'network'])
        .default('head'),
    )
    .addOption(
      new Option('--access-token-strategy <strategy>', 'kind of access tokens')
        .choices(['opaque', 'jwt'])
        .default('opaque'),
    )
    .option('--issuer <url>', "iss of every token (default: the public side's URL)", url)
    .option('--login-url <url>', 'where your login app is', url)
    .option('--consent-url <url>', 'where your consent app is', url)
    .option('--logout-url <url>', 'where your logout app is', url)
    .option('--error-url <url>', 'where errors are shown', url)
    .option('--login-consent-ttl <duration>', 'how long a login or consent may take', '30m')
    .option(
      '--access-token-lifespan <duration>',
      'how long access tokens last, such as 90s or 1h30m',
      '1h',
    )
    .option('--id-token-lifespan <duration>', 'how long ID tokens last', '1h')
    .option('--refresh-token-lifespan <duration>', 'how long refresh tokens last', '720h')
    .option('--auth-code-lifespan <duration>', 'how long a code may be exchanged', '10m')
    .option(
      '--network <api-key>',
      'with any profile: as Ory Network, everything on the public port, this key for /admin, rate limits',
    )
    .option(
      '--allowed-host <name...>',
      'names it is asked under besides 127.0.0.1 and localhost',
      host,
    )
    .option('--json', 'print one line of JSON when it is ready')
    .option('--detach', detachText)
    .action(async (options) => (await import('./commands/ory.ts')).ory(options))
}

function port(text: string): number {
  const number = /^\d{1,5}$/.test(text) ? Number(text) : Number.NaN
  if (number <= 65_535) return number
  throw new InvalidArgumentError('Give a port from 0 to 65535')
}

function count(text: string): number {
  if (/^[1-9]\d{0,8}$/.test(text)) return Number(text)
  throw new InvalidArgumentError('Give a number from 1 on')
}

function url(text: string): string {
  if (URL.canParse(text) && /^https?:\/\//i.test(text)) return text
  throw new InvalidArgumentError('Give a URL that begins with http:// or https://')
}

/** Commander gives every value by itself, and what came of those before. */
function host(text: string, before: readonly string[] = []): readonly string[] {
  if (/^[\w.-]+$|^\[[\da-f:]+\]$/i.test(text)) return [...before, text]
  throw new InvalidArgumentError('Give a host name without a scheme and a port')
}

function ownVersion(): string {
  const manifest = readFileSync(new URL('../package.json', import.meta.url), 'utf8')
  return (JSON.parse(manifest) as { version: string }).version
}
