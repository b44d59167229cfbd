import type { RotatedClient } from './rotated-clients.ts'
import type { Settings, SubjectRule } from './settings.ts'

/**
 * Refuses what would only be noticed once it is deployed.
 * @param sources the webhook sources that there are
 * @throws Error, in one line that says what to do
 */
export function checkSettings(settings: Settings, sources: readonly string[]): Settings {
  checkSources(settings.webhookSources, sources)
  checkLanes(settings)
  checkRevocation(settings)
  checkConcurrency(settings)
  checkDurations(settings)
  checkSubjectField(settings)
  checkTemplates(settings)
  checkPromise(settings)
  checkUnknown(settings)
  checkTwice(settings.rotatedClients)
  for (const client of settings.rotatedClients) checkClient(client)
  checkAddresses(settings.alarmEmails)
  checkLock(settings)
  checkRoom(settings)
  return settings
}

/** A source that is not there would be answered 404 by a door that rings no alarm. */
function checkSources(chosen: readonly string[], known: readonly string[]): void {
  const unknown = chosen.find((source) => !known.includes(source))
  if (unknown === undefined) return
  throw new Error(
    `webhookSources: there is no ${unknown}, only ${known.toSorted().join(', ')}; take some of these`,
  )
}

/** As Ory writes it; the functions read no other, and would only say so once they are called. */
const goDuration = /^(?:\d+(?:\.\d+)?(?:h|m|s|ms))+$/

/** ISO 8601, without months and years. */
const isoDuration = /^P(?=\d|T\d)(?:\d+W)?(?:\d+D)?(?:T(?=\d)(?:\d+H)?(?:\d+M)?(?:\d+S)?)?$/

function checkDurations(settings: Settings): void {
  for (const name of ['loginConsentTtl', 'accessTokenLifespan'] as const)
    if (!goDuration.test(settings[name]))
      throw new Error(`${name}: ${settings[name]} is not a duration; write it like 30m or 1h30m`)
}

/** Empty between its full stops it leads nowhere: every message would wait for us. */
function checkSubjectField({ subjectField }: Settings): void {
  if (subjectField.split('.').every((name) => name.trim() !== '')) return
  throw new Error(
    `subjectField: '${subjectField}' is not the name of a member, nor a path to one; write it like subject or object.user_id`,
  )
}

/** In bytes: the parameter that says where a stage is has 4,096, of which the rest takes some 3,000. */
const roomForTemplates = 500

/** Without a member every event would be about the same user. */
function checkTemplates({ subjectTemplates = {}, oryIdentitiesUrl }: Settings): void {
  for (const [source, mapping] of Object.entries(subjectTemplates)) {
    const rules: readonly SubjectRule[] = [mapping].flat()
    if (rules.length === 0 || !rules.every(isRule))
      throw new Error(
        `subjectTemplates: that of ${source} names no member in braces; write it like hr|{employee.id}, { external_id: '{employee.id}' }, { credentials_identifier: '{employee.mail}' }, or a list of such`,
      )
    if (oryIdentitiesUrl === undefined && rules.some((rule) => typeof rule !== 'string'))
      throw new Error(
        `subjectTemplates: that of ${source} looks at the identity provider; set oryIdentitiesUrl`,
      )
  }
  const bytes = sizeOf(subjectTemplates)
  if (bytes > roomForTemplates)
    throw new Error(
      `subjectTemplates: they take ${bytes} bytes, and there is room for ${roomForTemplates}; map fewer sources`,
    )
}

function isRule(rule: SubjectRule): boolean {
  const lookups = ['external_id', 'credentials_identifier']
  const [[name, template] = [], ...others] =
    typeof rule === 'string' ? [[lookups[0], rule]] : Object.entries(rule)
  const isKnown = others.length === 0 && lookups.includes(String(name))
  return isKnown && /^(?:[^{}]*\{[^{}.\s][^{}]*\})+[^{}]*$/.test(String(template))
}

/** An alarm on nothing at all, or on no time at all, would promise nothing. */
function checkPromise({ observedWithinMinutes: given = 5 }: Settings): void {
  if (Number.isFinite(given) && given > 0) return
  throw new Error(`observedWithinMinutes: ${given} is not a number above 0; write one, like 5`)
}

/** Where none may be unknown, every user who never signed in to an app would set it off. */
function checkUnknown({ unknownSubjectsPercent: given = 90 }: Settings): void {
  if (given > 0 && given <= 100) return
  throw new Error(
    `unknownSubjectsPercent: ${given} is not a percentage above 0 and up to 100; write one, like 90`,
  )
}

/** With none reserved the door would take nothing at all. */
function checkConcurrency({ webhookConcurrency: given }: Settings): void {
  if (given === 'unreserved' || (Number.isInteger(given) && given > 0)) return
  throw new Error(
    `webhookConcurrency: ${given} is not a whole number from 1 up; write one, or 'unreserved'`,
  )
}

/** What is not in the types where settings are written by a program. */
const lanes: readonly string[] = ['incident', 'deletion', 'hygiene']

/** A lane that there is not would keep every message waiting. */
function checkLanes({ publisherLanes = [], webhookLanes = {}, webhookSources }: Settings): void {
  const stray = Object.keys(webhookLanes).find((source) => !webhookSources.includes(source))
  if (stray !== undefined)
    throw new Error(
      `webhookLanes: ${stray} is none of webhookSources; add it there, or take it out`,
    )
  const named = [
    ['publisherLanes', publisherLanes] as const,
    ...Object.entries(webhookLanes).map(([of, lane]) => [`webhookLanes of ${of}`, lane] as const),
  ]
  for (const [name, claimed] of named) {
    const wrong = [claimed].flat().find((lane) => !lanes.includes(lane))
    if (wrong !== undefined)
      throw new Error(`${name}: ${wrong} is not a lane; there are ${lanes.join(', ')}`)
  }
}

/** In bytes, of the 4,096 that Lambda has for all that a function is told. */
const roomForIssuers = 1500

/** What only the door would notice, once somebody is to be signed out. */
function checkRevocation({ revocationIssuers, revocationUrl, webhookSources }: Settings): void {
  const isOn = webhookSources.includes('global-token-revocation')
  if (isOn !== (revocationIssuers !== undefined && revocationIssuers.length > 0))
    throw new Error(
      'revocationIssuers: they and global-token-revocation in webhookSources go together; set both, or neither',
    )
  if (revocationUrl !== undefined && !isHttps(revocationUrl))
    throw new Error(
      `revocationUrl: ${revocationUrl} is not a URL with https; write the whole of it`,
    )
  const issuers = revocationIssuers ?? []
  for (const { issuer, jwksUri, subjectIssuers = [], emailDomains = [], opaqueIds } of issuers) {
    if (!isHttps(jwksUri))
      throw new Error(
        `revocationIssuers: jwksUri of ${issuer} is not a URL with https; write it like https://acme.okta.com/oauth2/v1/keys`,
      )
    if (subjectIssuers.length + emailDomains.length === 0 && opaqueIds !== true)
      throw new Error(
        `revocationIssuers: ${issuer} may speak for nobody; give it subjectIssuers, emailDomains or opaqueIds`,
      )
    const wrong = emailDomains.find((domain) => !/^[^\s@]+$/.test(domain))
    if (wrong !== undefined)
      throw new Error(`revocationIssuers: ${wrong} is not a domain; write it like acme.example`)
  }
  const bytes = sizeOf(issuers)
  if (bytes > roomForIssuers)
    throw new Error(
      `revocationIssuers: they take ${bytes} bytes, and a function has room for ${roomForIssuers}; name fewer`,
    )
}

function isHttps(url: string): boolean {
  return url.startsWith('https://') && URL.canParse(url)
}

/** Two secrets for one client would end each other's credentials. */
function checkTwice(clients: readonly RotatedClient[]): void {
  for (const of of [({ name }: RotatedClient) => name, ({ clientId }: RotatedClient) => clientId]) {
    const known = new Map<string, RotatedClient>()
    for (const client of clients) {
      const other = known.get(of(client))
      if (other !== undefined)
        throw new Error(
          `rotatedClients: ${other.name} is there twice, by its name or by its clientId; keep one of them`,
        )
      known.set(of(client), client)
    }
  }
}

/** What a secret's name, its tags and its rotation have room for at AWS. */
function checkClient({ name, clientId, everyDays, overlap }: RotatedClient): void {
  if (!/^[A-Z][A-Za-z0-9]{0,63}$/.test(name))
    throw new Error(
      `rotatedClients: ${name} is not a name; write it like Mail, in 64 letters at most`,
    )
  // A tag holds it, and nothing else that AWS takes could.
  if (!/^[\p{L}\p{N}\p{Zs}_.:/=+\-@]{1,256}$/u.test(clientId))
    throw new Error(
      `rotatedClients: the clientId of ${name} is not a tag for AWS: 1 to 256 letters, digits, blanks and _.:/=+-@`,
    )
  if (!Number.isInteger(everyDays) || everyDays < 1 || everyDays > 1000)
    throw new Error(
      `rotatedClients: everyDays of ${name} is ${everyDays}; AWS rotates every 1 to 1000 days`,
    )
  if (!/[1-9]/.test(overlap) || !(isoDuration.test(overlap) || goDuration.test(overlap)))
    throw new Error(
      `rotatedClients: overlap of ${name} is ${overlap}, which is not a duration; write it like PT1H or 1h`,
    )
}

/** In bytes. Lambda has 4,096 for all that a function is told, of which the rest takes some 2,000. */
const roomForProtected = 2000

/** In characters. The policy of an event bus has 10,240, those of key and topic more. */
const roomForPublishers = 9000

/** What AWS would refuse halfway through a deployment. */
function checkRoom({ publishers, vpc, ...settings }: Settings): void {
  const guarded = ['protectedClientIds', 'protectedOwners', 'protectedIssuers'] as const
  const sizes = guarded.map((name) => ({ name, bytes: sizeOf(settings[name]) }))
  const bytes = sizes.reduce((sum, size) => sum + size.bytes, 0)
  const [largest] = sizes.toSorted((one, other) => other.bytes - one.bytes)
  if (bytes > roomForProtected)
    throw new Error(
      `${largest?.name}: with the others that are protected it takes ${bytes} bytes, and functions have room for ${roomForProtected}; protect fewer, or a whole owner in place of its clients`,
    )
  if (sizeOf(publishers) > roomForPublishers)
    throw new Error(
      `publishers: ${publishers.length} ARNs take ${sizeOf(publishers)} characters, and the policy of an event bus has room for ${roomForPublishers}; let them share roles`,
    )
  if (vpc !== undefined && vpc.privateSubnets.length > 16)
    throw new Error(`vpc: ${vpc.privateSubnets.length} subnets; a function takes 16 at most`)
  if (vpc !== undefined && vpc.securityGroups.length > 5)
    throw new Error(`vpc: ${vpc.securityGroups.length} security groups; a function takes 5 at most`)
}

function sizeOf(value: object): number {
  return Buffer.byteLength(JSON.stringify(value))
}

function checkLock({ receiptsLock: given = 'governance' }: Settings): void {
  if (given === 'governance' || given === 'compliance') return
  throw new Error(
    `receiptsLock: ${String(given)} is not a mode of a lock; write governance or compliance`,
  )
}

function checkAddresses(addresses: readonly string[]): void {
  const wrong = addresses.find((address) => !/^[^@]+@[^@]+$/.test(address))
  if (wrong === undefined) return
  throw new Error(
    `ALARM_EMAILS: ${wrong} is not an address; write addresses with commas between them`,
  )
}
