import type { Port, Route } from '../../packages/ory-emulator/src/http.ts'
import type { Release } from '../../packages/ory-emulator/src/ory.ts'
import { accountRoutes, routesOf } from '../../packages/ory-emulator/src/routes.ts'
import { type Coverages, nameOf, namesIn } from './coverage.ts'

const releases: readonly Release[] = ['head', 'v26.2']

export const supportedFile = new URL('../../packages/ory-emulator/SUPPORTED.md', import.meta.url)

/** SUPPORTED.md, from the emulator's own routes and what they were compared with. */
export function supported(coverages: Coverages): string {
  const lines = [
    '# What the emulator answers, and what it was compared with',
    '',
    'Written by `npm run supported` from the route tables and from `test/supported/coverage.json`; a test says when it is',
    'not current. What there is not stands in the README, under *What it does not do*.',
    '',
    '- The **contract suite** ([test/contract](../../test/contract/README.md)) runs against the live server and against the',
    '  emulator, and says the same of both: status, body, and what the call has done.',
    '- The **fuzzer** ([test/live](../../test/live/README.md)) sends the same seeded requests to both and compares every answer,',
    '  but for the differences it lists.',
    '',
    ...comparisons(coverages),
    '',
    'Profile `network` has the routes of `head`; nobody compared it with a live project. What `accounts` plays besides',
    'OAuth2 is Kratos and Talos, and of Kratos alone there was a live one to compare with:',
    '',
    ...accountsTable(),
    ...ports.flatMap((port) => ['', ...tableOf(port, coverages)]),
  ]
  return `${lines.join('\n')}\n`
}

/** By operation; a case of the suite is for each. */
const comparedWithKratos = [
  'getIdentity',
  'getIdentityByExternalID',
  'listIdentities',
  'listIdentitySessions',
  'deleteIdentitySessions',
]

/** What no OAuth2 server has. */
function accountsTable(): readonly string[] {
  // The port puts `/admin` in front of a path that lacks it: both are routes, and one is Ory's.
  const own = accountRoutes.filter(({ path }) => !path.startsWith('/admin/v2alpha1'))
  const rows = own.map(({ method, path, operation }) => [
    `\`${method} ${path}\``,
    operation,
    comparedWithKratos.includes(operation)
      ? 'Ory Kratos v26.2.0 and master (b86338da), 2026-11-29: contract suite, accounts/identities'
      : 'nothing; written from specification and source',
  ])
  return table(['route', 'operation', 'compared with'], rows)
}

const ports: readonly Port[] = ['admin', 'public']

function comparisons(coverages: Coverages): readonly string[] {
  const rows = releases.map((release) => {
    const coverage = coverages[release]
    if (coverage === undefined) return [`\`${release}\``, 'nothing yet', '', '', '']
    const { server, on, contract, fuzzer } = coverage
    return [
      `\`${release}\``,
      server,
      on,
      `${contract.cases} cases in ${contract.files} files`,
      `${fuzzer.exchanges} requests (${fuzzer.rounds} rounds of seed ${fuzzer.seed})`,
    ]
  })
  return table(['profile', 'compared with', 'on', 'contract suite', 'fuzzer'], rows)
}

/** A route may be there in one profile and not in another. */
function tableOf(port: Port, coverages: Coverages): readonly string[] {
  const profiles = new Map<string, Release[]>()
  const routes = new Map<string, Route>()
  for (const release of releases) {
    for (const route of routesOf(release).filter((each) => each.port === port)) {
      routes.set(nameOf(route), route)
      profiles.set(nameOf(route), [...(profiles.get(nameOf(route)) ?? []), release])
    }
  }
  const ordered = [...routes].sort(([, a], [, b]) => (placeOf(a) < placeOf(b) ? -1 : 1))
  const rows = ordered.map(([name, { method, path, operation }]) => [
    `\`${method} ${path}\``,
    operation,
    profiles.get(name)?.join(', ') ?? '',
    shortened(among(name, 'contract', coverages)),
    shortened(among(name, 'fuzzer', coverages)),
  ])
  return [
    `## The ${port} port`,
    '',
    ...table(['route', 'operation', 'profiles', 'contract suite', 'fuzzer'], rows),
  ]
}

/** By path first. */
function placeOf({ path, method }: Route): string {
  return `${path} ${method}`
}

function among(name: string, kind: 'contract' | 'fuzzer', coverages: Coverages): readonly string[] {
  return [
    ...new Set(
      releases.flatMap((release) => namesIn(coverages[release]?.routes[name]?.[kind] ?? '')),
    ),
  ]
}

const shown = 3

function shortened(names: readonly string[]): string {
  if (names.length === 0) return '–'
  const rest = names.length - shown
  return `${names.slice(0, shown).join(', ')}${rest > 0 ? `, and ${rest} more` : ''}`
}

function table(head: readonly string[], rows: readonly (readonly string[])[]): readonly string[] {
  return [head, head.map(() => '---'), ...rows].map((cells) => `| ${cells.join(' | ')} |`)
}
