import { expect, test } from 'vitest'
import { checkSettings } from '../../infra/check-settings.ts'
import type { Settings } from '../../infra/settings.ts'
import { blocksOf } from '../docs/blocks.ts'
import { acme, calendar, mail, network } from './settings.ts'

const sources = network.webhookSources

const revoking = {
  webhookSources: ['global-token-revocation'],
  revocationIssuers: [acme],
} satisfies Partial<Settings>

test('takes settings that make sense as they are', () => {
  expect(checkSettings(network, sources)).toBe(network)
})

test('takes the rotated client of docs/deploy.md', () => {
  const [line] = blocksOf('deploy.md').filter(({ language }) => language === 'ts')
  const client = new Function(`return ${line?.code}`)() as typeof mail
  const settings = { ...network, rotatedClients: [client] }

  expect(Object.keys(client)).toEqual(Object.keys(mail))
  expect(checkSettings(settings, sources)).toBe(settings)
})

test.each(['PT1H', 'P1DT12H', 'P2W', '1h30m', '90s'])('takes %s as an overlap', (overlap) => {
  const settings = { ...network, rotatedClients: [{ ...mail, overlap }] }

  expect(checkSettings(settings, sources)).toBe(settings)
})

function many(name: string, count: number): readonly string[] {
  return Array.from({ length: count }, (_, index) => `${name}-${index}`)
}

test('takes five hundred rotated clients', () => {
  const rotatedClients = many('Client', 500).map((clientId) => ({
    ...mail,
    name: clientId.replace('-', ''),
    clientId,
  }))
  const settings = { ...network, rotatedClients }

  expect(checkSettings(settings, sources)).toBe(settings)
})

test.each<readonly [string, Partial<Settings>, string | RegExp]>([
  [
    'a source that is not there',
    { webhookSources: ['githib'] },
    'webhookSources: there is no githib, only clerk, cloudevents, github, global-token-revocation, ory-actions, polis, standard; take some of these',
  ],
  [
    'lanes of a source that is switched off',
    { webhookSources: ['standard'], webhookLanes: { polis: 'hygiene' } },
    'webhookLanes: polis is none of webhookSources; add it there, or take it out',
  ],
  [
    'a template that makes everybody the same user',
    { subjectTemplates: { hr: 'employee.id' } },
    "subjectTemplates: that of hr names no member in braces; write it like hr|{employee.id}, { external_id: '{employee.id}' }, { credentials_identifier: '{employee.mail}' }, or a list of such",
  ],
  [
    'a lookup by what there is not',
    { subjectTemplates: { hr: { mail: '{employee.mail}' } as never } },
    "subjectTemplates: that of hr names no member in braces; write it like hr|{employee.id}, { external_id: '{employee.id}' }, { credentials_identifier: '{employee.mail}' }, or a list of such",
  ],
  [
    'a list of templates one of which names nothing',
    { subjectTemplates: { hr: ['{id}', 'id'] } },
    "subjectTemplates: that of hr names no member in braces; write it like hr|{employee.id}, { external_id: '{employee.id}' }, { credentials_identifier: '{employee.mail}' }, or a list of such",
  ],
  [
    'a lookup where nobody is to be asked',
    { subjectTemplates: { hr: ['{id}', { external_id: '{id}' }] } },
    'subjectTemplates: that of hr looks at the identity provider; set oryIdentitiesUrl',
  ],
  [
    'more templates than there is room for',
    { subjectTemplates: { hr: `{id}${'x'.repeat(500)}` } },
    'subjectTemplates: they take 513 bytes, and there is room for 500; map fewer sources',
  ],
  [
    'a share of users that is none',
    { unknownSubjectsPercent: 0 },
    'unknownSubjectsPercent: 0 is not a percentage above 0 and up to 100; write one, like 90',
  ],
  [
    'a source of sign-outs that nobody may use',
    { webhookSources: ['global-token-revocation'], revocationIssuers: [] },
    'revocationIssuers: they and global-token-revocation in webhookSources go together; set both, or neither',
  ],
  [
    'issuers of sign-outs that are switched off',
    { ...revoking, webhookSources: ['standard'] },
    'revocationIssuers: they and global-token-revocation in webhookSources go together; set both, or neither',
  ],
  [
    'keys that anybody on the way could exchange',
    { ...revoking, revocationIssuers: [{ ...acme, jwksUri: 'http://acme.okta.com/keys' }] },
    'revocationIssuers: jwksUri of https://acme.okta.com is not a URL with https; write it like https://acme.okta.com/oauth2/v1/keys',
  ],
  [
    'an issuer that may speak for nobody',
    { ...revoking, revocationIssuers: [{ ...acme, emailDomains: [] }] },
    'revocationIssuers: https://acme.okta.com may speak for nobody; give it subjectIssuers, emailDomains or opaqueIds',
  ],
  [
    'an address for a domain',
    { ...revoking, revocationIssuers: [{ ...acme, emailDomains: ['@acme.example'] }] },
    'revocationIssuers: @acme.example is not a domain; write it like acme.example',
  ],
  [
    'more issuers than there is room for',
    { ...revoking, revocationIssuers: Array.from({ length: 20 }, () => acme) },
    /^revocationIssuers: they take \d+ bytes, and a function has room for 1500; name fewer$/,
  ],
  [
    'a URL of the door without https',
    { ...revoking, revocationUrl: 'logout.example.com' },
    'revocationUrl: logout.example.com is not a URL with https; write the whole of it',
  ],
  [
    'a lane that there is not',
    { webhookLanes: { standard: ['incident', 'urgent' as never] } },
    'webhookLanes of standard: urgent is not a lane; there are incident, deletion, hygiene',
  ],
  [
    'a lane for publishers that there is not',
    { publisherLanes: ['urgent' as never] },
    'publisherLanes: urgent is not a lane; there are incident, deletion, hygiene',
  ],
  [
    'two secrets for one client',
    { rotatedClients: [mail, { ...calendar, clientId: 'mail' }] },
    'rotatedClients: Mail is there twice, by its name or by its clientId; keep one of them',
  ],
  [
    'two clients of one name',
    { rotatedClients: [mail, { ...calendar, name: 'Mail' }] },
    'rotatedClients: Mail is there twice, by its name or by its clientId; keep one of them',
  ],
  [
    'a name that is none',
    { rotatedClients: [{ ...mail, name: 'the mail' }] },
    'rotatedClients: the mail is not a name; write it like Mail, in 64 letters at most',
  ],
  [
    'a name longer than names may be',
    { rotatedClients: [{ ...mail, name: `M${'a'.repeat(64)}` }] },
    /^rotatedClients: Ma+ is not a name; write it like Mail, in 64 letters at most$/,
  ],
  ...['x'.repeat(257), '', 'mail*', 'a\nb'].map(
    (clientId) =>
      [
        `${JSON.stringify(clientId)} as the id of a client that is rotated`,
        { rotatedClients: [{ ...mail, clientId }] },
        'rotatedClients: the clientId of Mail is not a tag for AWS: 1 to 256 letters, digits, blanks and _.:/=+-@',
      ] as const,
  ),
  ...[0, 1001, 1.5].map(
    (everyDays) =>
      [
        `a rotation every ${everyDays} days`,
        { rotatedClients: [{ ...mail, everyDays }] },
        `rotatedClients: everyDays of Mail is ${everyDays}; AWS rotates every 1 to 1000 days`,
      ] as const,
  ),
  ...['', ' ', 'object..user_id', 'object.'].map(
    (text) =>
      [
        `'${text}' as subjectField`,
        { subjectField: text },
        `subjectField: '${text}' is not the name of a member, nor a path to one; write it like subject or object.user_id`,
      ] as const,
  ),
  ...['1 hour', 'PT1H', '', '1d', '-1h'].flatMap((text) =>
    (['loginConsentTtl', 'accessTokenLifespan'] as const).map(
      (name) =>
        [
          `${JSON.stringify(text)} as ${name}`,
          { [name]: text },
          `${name}: ${text} is not a duration; write it like 30m or 1h30m`,
        ] as const,
    ),
  ),
  ...['soon', 'PT', 'P1M', 'PT0S', '0h', ''].map(
    (overlap) =>
      [
        `${JSON.stringify(overlap)} as an overlap`,
        { rotatedClients: [{ ...mail, overlap }] },
        `rotatedClients: overlap of Mail is ${overlap}, which is not a duration; write it like PT1H or 1h`,
      ] as const,
  ),
  ...[0, -1, 1.5].map(
    (webhookConcurrency) =>
      [
        `${webhookConcurrency} webhooks at the same time`,
        { webhookConcurrency },
        `webhookConcurrency: ${webhookConcurrency} is not a whole number from 1 up; write one, or 'unreserved'`,
      ] as const,
  ),
  [
    'more protected ids than functions can be told',
    { protectedClientIds: many('client', 200), protectedOwners: ['us'] },
    /^protectedClientIds: with the others .* takes \d+ bytes, and functions have room for 2000; protect fewer/,
  ],
  [
    'more publishers than a policy can name',
    { publishers: many('arn:aws:iam::210987654321:role/accounts', 300) },
    /^publishers: 300 ARNs take \d+ characters, and the policy of an event bus has room for 9000; let them share roles$/,
  ],
  [
    'more subnets than a function takes',
    { vpc: { privateSubnets: many('subnet', 17), securityGroups: [] } },
    'vpc: 17 subnets; a function takes 16 at most',
  ],
  [
    'more security groups than a function takes',
    { vpc: { privateSubnets: [], securityGroups: many('sg', 6) } },
    'vpc: 6 security groups; a function takes 5 at most',
  ],
  [
    'an address that is none',
    { alarmEmails: ['a@example.com', 'oncall'] },
    'ALARM_EMAILS: oncall is not an address; write addresses with commas between them',
  ],
])('refuses %s in one line', (_what, change, problem) => {
  expect(() => checkSettings({ ...network, ...change }, sources)).toThrow(problem)
})
