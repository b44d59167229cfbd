import { type Command, Option } from 'commander'
import { examples } from '../output/help.ts'
import { detachText } from './detach.ts'
import { host, port, url } from './values.ts'

export function addOry(program: Command): void {
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
    .addHelpText(
      'after',
      examples([
        ['lapse ory --profile v26.2', 'as that version, until Ctrl-C'],
        ['lapse ory --admin-port 0 --public-port 0 --json', 'on any free ports, for a program'],
      ]),
    )
    .action(async (options) => (await import('../commands/ory.ts')).ory(options))
}
