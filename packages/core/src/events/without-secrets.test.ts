import { createHash, generateKeyPairSync } from 'node:crypto'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { holdsPrivateKey, holdsRedaction, withoutSecrets } from './without-secrets.ts'

const canary = 'canaryCanary0canary'
const pem = `-----BEGIN EC PRIVATE KEY-----\n${canary}\n-----END EC PRIVATE KEY-----`
const jwt = `eyJhbGciOiJFUzI1NiJ9.${canary}.${canary}`

/** A secret of each kind, as members of an object. */
const leaks: readonly (readonly [string, object])[] = [
  ['a private EC key', { jwk: { kty: 'EC', crv: 'P-256', d: canary } }],
  ['a private key without a type', { jwk: { d: canary } }],
  ['a private key in a set', { jwks: { keys: [{ kid: 'a' }, { d: canary }] } }],
  ['an RSA key', { any: { kty: 'RSA', p: canary, q: canary, oth: [{ r: canary }] } }],
  ['a symmetric key', { any: { k: canary, kty: 'oct' } }],
  ['a long key anywhere', { any: { d: canary.repeat(3) } }],
  ['a private key by its name', { private_key: { any: canary } }],
  ['a private JWK', { private_jwk: [canary] }],
  ['PEM', { note: `a key: ${pem}.` }],
  ['PEM that breaks off', { note: `-----BEGIN PRIVATE KEY-----\n${canary}` }],
  ['a client secret', { client_secret: canary }],
  ['a client secret in camel case', { clientSecret: canary }],
  ['a list of secrets', { secrets: [canary, { any: canary }] }],
  ['a password', { user: { password: canary } }],
  ['a password of digits', { pwd: 123456123456, note: canary.slice(0, 0) }],
  ['a hashed password', { credentials: { password: { config: { hashed_password: canary } } } }],
  ['an access token', { access_token: canary }],
  ['a refresh token', { 'refresh-token': canary }],
  ['an id token', { idToken: canary }],
  ['a token of Ory', { note: `it is ory_at_${canary}.${canary}` }],
  ['a refresh token of Ory', { note: `ory_rt_${canary}` }],
  ['an API key of Ory', { list: [`ory_pat_${canary}`] }],
  ['a JWT', { note: `saw ${jwt}` }],
  ['a header', { headers: { Authorization: `Bearer ${canary}` } }],
  ['a header in a text', { note: `Authorization: Bearer ${canary}` }],
  ['a form', { note: `grant_type=password&password=${canary}&client_secret=${canary}` }],
  ['a URL', { url: `https://a.example/?access_token=${canary}#x` }],
  ['an element', { note: `<req><client_secret>${canary}</client_secret></req>` }],
  ['a password in a URL', { dsn: `postgres://lapse:${canary}@db.example:5432/a` }],
  ['a named value', { list: [{ name: 'client_secret', value: canary }] }],
  ['a short key beside its curve', { any: { d: canary, crv: 'P-256', x: 'x' } }],
  ['a short header', { note: `Authorization: Basic ${btoa(`a:${canary}`)} ${canary}` }],
  ['PEM in lines', { pem: pem.split('\n') }],
  ['a form within a form', { note: `a=b&body=${encodeURIComponent(`client_secret=${canary}`)}` }],
]

const wrappings: readonly (readonly [string, (json: string) => string])[] = [
  ['as it is', (json) => json],
  ['spaced', (json) => JSON.stringify(JSON.parse(json), null, 3)],
  ['within SNS', (json) => JSON.stringify({ Type: 'Notification', Message: json })],
  ['wrapped three times', (json) => JSON.stringify([JSON.stringify({ a: JSON.stringify(json) })])],
  [
    'behind base64',
    (json) => JSON.stringify({ data_base64: Buffer.from(json).toString('base64') }),
  ],
  ['with escapes', (json) => json.replaceAll('a', '\\u0061')],
  ['beside what SQS refuses', (json) => `{"odd":"\\uffff","data":${json}}`],
  ['hidden by a second member', (json) => `{"data":${json},"data":{}}`],
  ['where it breaks off', (json) => `{"data":${json}`],
  ['where a brace breaks off', (json) => json.slice(0, -1)],
  ['where it is not quite JSON', (json) => `{data: ${json},}`],
  ['after something else', (json) => `an event: ${json}`],
  ['nested deeply', (json) => `${'['.repeat(5000)}${json}${']'.repeat(5000)}`],
  ['beside a text that does not end', (json) => `${json},"`],
]

const everywhere = leaks.flatMap(([what, data]) =>
  wrappings.map(([how, wrap]) => [what, how, wrap(JSON.stringify(data))] as const),
)

/** With what is behind base64 beside it. */
const readable = (text: string) =>
  text.replace(/"data_base64":"([^"]*)"/, (_whole, base64) =>
    Buffer.from(base64, 'base64').toString(),
  )

const spelled = /canarycanary|123456123456/i

test.each(everywhere)('leaves nothing of %s, %s', (_what, _how, text) => {
  const clean = withoutSecrets(text)

  expect(readable(clean)).not.toMatch(spelled)
  expect(clean.replaceAll('\\u0061', 'a')).not.toMatch(spelled)
  expect(holdsRedaction(readable(clean))).toBe(true)
  expect(withoutSecrets(clean)).toBe(clean)
})

test.each([
  ['single quotes', `{'client_secret': '${canary}', 'a': 1}`],
  ['PEM alone', pem],
  ['a form', `client_id=mail&client_secret=${canary}`],
  ['an assignment', `client_secret = "${canary}"`],
  ['YAML', `client_secret: ${canary}\nclient_id: mail`],
  ['a hash of Ruby', `{"client_secret" => "${canary}", :token=>"${canary}"}`],
  ['a hash in single quotes', `{'client_secret' => '${canary}'}`],
  ['a text of YAML on its own lines', `password: |\n  ${canary}\n  ${canary}\nclient_id: mail`],
  ['a command line', `curl -u mail:${canary} --user=mail:${canary} https://a.example`],
  ['a URL without a scheme', `//mail:${canary}@a.example/`],
  ['a JSON text', JSON.stringify(JSON.stringify({ password: canary }))],
  ['blanks before the colon', `{"password"${' '.repeat(200)}:${' '.repeat(200)}"${canary}"}`],
  ['a long key in single quotes', `{'d': '${canary.repeat(3)}'}`],
])('leaves nothing of a secret in what is not JSON: %s', (_what, text) => {
  expect(withoutSecrets(text)).not.toContain(canary)
})

test.each([
  ['an element', `<a><Password>${canary}</Password></a>`],
  ['an element with a namespace', `<ns:client_secret xml:lang="en">${canary}</ns:client_secret>`],
  ['what looks like a tag in it', `<password><![CDATA[a<b>${canary}]]></password>`],
  ['elements in it', `<credentials><user>a</user><x>${canary}</x></credentials>`],
  ['one of its own name in it', `<secret><secret>a</secret>${canary}</secret>`],
  ['commas and quotation marks', `<password>a,"b'${canary}</password>`],
  ['no end', `<password>${canary}`],
  ['escaped tags', `&lt;password&gt;${canary}&lt;/password&gt;`],
  ['an attribute', `<user name="a" password="${canary}"/>`],
  ['an attribute that names it', `<entry key="client_secret">${canary}</entry>`],
  ['an attribute that names another', `<add key="ClientSecret" value="${canary}"/>`],
  ['an element that names it', `<name>client_secret</name><value>${canary}</value>`],
  ['the keys of a list', `<key>client_secret</key>\n  <string>${canary}</string>`],
  ['JSON in it', `<data>{&quot;client_secret&quot;:&quot;${canary}&quot;}</data>`],
  ['a private key', `<RSAKeyValue><D>${canary.repeat(3)}</D></RSAKeyValue>`],
])('leaves nothing of a secret in XML with %s', (_what, xml) => {
  for (const text of [xml, JSON.stringify({ body: xml }), JSON.stringify(JSON.stringify([xml]))]) {
    const clean = withoutSecrets(text)
    expect(clean).not.toContain(canary)
    expect(withoutSecrets(clean)).toBe(clean)
  }
})

test.each([
  ['in a URL', `https://user:${canary}@host.example/path`],
  ['in a URL without a user', `redis://:${canary}@host.example`],
  ['in a URL with an @', `https://user:p@${canary}@host.example`],
  ['in a URL that is encoded', encodeURIComponent(`https://user:${canary}@host.example`)],
  ['in a form, with what ends it elsewhere', `client_secret=a,b;{c}${canary}&client_id=mail`],
  ['in a form, and short', 'client_id=mail&password=abc&pwd=abc'],
  ['in a form, its name encoded', `a=b&client%5Fsecret=${canary}`],
  ['in a nested form', `user[password]=${canary}&user%5Btoken%5D=${canary}`],
  ['in JSON within a form', `payload=${encodeURIComponent(JSON.stringify({ token: canary }))}`],
  ['in a fragment', `https://a.example/#access_token=${canary}`],
  ['in a short header', 'Authorization: Basic Y2FuYXJ5Q2FuYXJ5OmE='],
  ['in a header of another kind', `authorization: DPoP ${canary}`],
  ['in a header of a proxy', `Proxy-Authorization: Token ${canary}`],
  ['in cookies', `Cookie: a=b; session=${canary}`],
  ['in short credentials', 'sent Basic YWJjOmE='],
  ['in a form of one field', 'password=abc'],
])('leaves nothing of a secret %s', (_where, text) => {
  for (const one of [text, JSON.stringify({ note: text }), JSON.stringify([`{"a":"${text}`])]) {
    const clean = withoutSecrets(one)
    expect(clean).not.toContain(canary)
    expect(clean).not.toMatch(/Y2FuYXJ5|YWJj|abc/)
    expect(withoutSecrets(clean)).toBe(clean)
    expect(holdsRedaction(clean)).toBe(true)
  }
})

test.each([
  ['under name and value', { name: 'client_secret', value: canary }],
  ['the other way round', { value: canary, key: 'client_secret' }],
  ['under field and value', { field: 'Password', value: canary }],
  ['in capitals', { Name: 'ClientSecret', Value: { StringValue: canary } }],
  ['as a list', { name: 'tokens', values: ['a', canary] }],
  ['as a number', { name: 'pwd', value: 123456123456 }],
  ['under longer names', { parameterKey: 'ClientSecret', parameter_value: canary }],
  ['in a patch', { op: 'replace', path: '/client_secret', value: canary }],
  ['in a change', { property: 'password', old_value: canary, newValue: canary }],
])('goes by the name that stands beside a value, %s', (_how, object) => {
  const list = [{ name: 'client_id', value: 'mail' }, object, { name: 'mode', value: 'delete' }]
  const clean = withoutSecrets(JSON.stringify({ list }))

  expect(clean).not.toMatch(spelled)
  expect(JSON.parse(clean).list[0]).toEqual(list[0])
  expect(JSON.parse(clean).list[2]).toEqual(list[2])
  expect(withoutSecrets(clean)).toBe(clean)
})

test.each([
  ['in no brackets', `"crv":"P-256","d":"${canary}"`],
  ['after a bracket too many', '"crv":"P-256"},"d":"canaryCanary"'],
  ['where brackets are missing', `"jwk":{"crv":"P-256"},"d":"${canary}"}]`],
  ['where a quotation mark is too many', `x"{"kty":"EC","d":"${canary}"}`],
  ['in single quotes', `{'kty': 'EC', 'd': '${canary}'}`],
  ['in YAML', `kty: EC\ncrv: P-256\nd: ${canary}`],
  ['under another name', JSON.stringify({ new_jwk: { d: 'canaryCanary' } })],
])('knows a short private key that stands %s', (_where, text) => {
  expect(withoutSecrets(text)).not.toMatch(spelled)
})

const lines = pem.replace(canary, `Proc-Type: 4,ENCRYPTED\n${canary}\n${canary.repeat(3)}\nab==`)

test.each([
  ['as it is', lines],
  ['in one text', JSON.stringify({ pem: lines })],
  ['with line ends that are escaped twice', JSON.stringify({ pem: lines.replaceAll('\n', '\\n') })],
  ['in a list', JSON.stringify({ pem: lines.split('\n'), a: 'b' })],
  ['in a list, spread', JSON.stringify({ pem: lines.split('\n'), a: 'b' }, null, 2)],
  [
    'in a sum',
    lines
      .split('\n')
      .map((line) => JSON.stringify(`${line}\n`))
      .join(' +\n  '),
  ],
  ['in a list in a text', JSON.stringify(JSON.stringify(lines.split('\n')))],
  ['with its first line broken', lines.replace('PRIVATE KEY', 'PRIVATE\\nKEY')],
  ['in a form', lines.replaceAll(' ', '+')],
  ['of SSH', lines.replaceAll('-----', '----').replaceAll('----BEGIN', '---- BEGIN')],
])('leaves nothing of PEM %s', (_how, text) => {
  const clean = withoutSecrets(text)

  expect(clean).not.toMatch(/canary|ab==/)
  expect(withoutSecrets(clean)).toBe(clean)
  if (text.startsWith('{')) expect(() => JSON.parse(clean)).not.toThrow()
  if (text.includes('"a"')) expect(JSON.parse(clean).a).toBe('b')
})

test.each([
  ['P-256', 'pkcs8'],
  ['P-256', 'sec1'],
  ['P-384', 'sec1'],
  ['P-521', 'pkcs8'],
  ['P-521', 'sec1'],
] as const)('knows a private key of %s that has lost its frame: %s', (namedCurve, type) => {
  const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve })
  const base64Of = (der: Buffer) => `a key: ${der.toString('base64')}`
  const open = base64Of(publicKey.export({ format: 'der', type: 'spki' }))

  expect(withoutSecrets(base64Of(privateKey.export({ format: 'der', type })))).toBe(
    'a key: [a private key was here]',
  )
  expect(withoutSecrets(open)).toBe(open)
})

test('knows what was taken out of what is encoded', () => {
  const form = `payload=${encodeURIComponent(JSON.stringify({ private_key: canary }))}`
  const clean = withoutSecrets(form)

  expect([clean, withoutSecrets(base64(`{"token":"${canary}"}`))].map(holdsRedaction)).toEqual([
    true,
    true,
  ])
  expect(holdsPrivateKey(clean)).toBe(true)
  expect(holdsRedaction('payload=%7B%22a%22%3A1%7D')).toBe(false)
})

test('leaves all else as it is, character by character', () => {
  const text = `{ "a" : "\\u0062\\/", "client_secret" :\t"${canary}" , "jwk":{"d":"${canary}","kty":"EC", "x":"y"}, "n": 1.50 }`

  expect(withoutSecrets(text)).toBe(
    '{ "a" : "\\u0062\\/", "client_secret" :\t"[a secret was here]" , "jwk":{"d":"[a private key was here]","kty":"EC", "x":"y"}, "n": 1.50 }',
  )
})

test('keeps what is not a secret byte for byte', () => {
  const event = {
    data: { client_id: 'mail', secret_ids: ['app/mail'], mode: 'delete', d: 4, k: 'short' },
    password: null,
    has_password: true,
    password_enabled: 'true',
    type: 'password',
    token: '',
    jwk: { kty: 'EC', x: 'x'.repeat(43), y: 'y' },
    arn: 'arn:aws:secretsmanager:eu-west-1:000000000000:secret:app/mail-secret-AbCdEf',
    note: 'a token, a password, Basic English and the Bearer of news: https://a.example/?b=c',
  }
  for (const space of [0, 2]) {
    const text = JSON.stringify(event, null, space)
    expect(withoutSecrets(text)).toBe(text)
  }
  fc.assert(
    fc.property(fc.oneof(fc.string(), fc.json({ maxDepth: 2 })), (text) => {
      fc.pre(!/pwd|[ps]\w*key/i.test(text))
      expect(withoutSecrets(text)).toBe(text)
    }),
  )
})

/** Ids as the world makes them. */
const id = fc.oneof(
  fc.uuid(),
  fc.emailAddress(),
  fc.webUrl({ withQueryParameters: true, withFragments: true }),
  fc.stringMatching(/^(?:auth0|google-oauth2|oidc)\|[a-z0-9]{6,24}$/),
  fc.stringMatching(/^[\w-]{43}$/),
  fc.stringMatching(/^[A-Za-z0-9+/]{22}==$/),
  fc.stringMatching(/^[a-z]{2,8}:[a-z]{2,8}:[\w.-]{1,20}@[a-z]{2,9}$/),
  fc.stringMatching(/^https:\/\/[a-z]{3,9}:[1-9]\d{2,3}\/[a-z]{1,9}@[a-z]{1,9}$/),
  fc.stringMatching(/^(?:ssh:\/\/git|https:\/\/alice)@[a-z]{3,9}\/[\w-]{1,9}$/),
  fc.stringMatching(/^[a-z%0-9]{1,20}%[0-9a-f]{2}$/),
  fc.constantFrom('client_secret_basic', 'refresh_token', 'private_key_jwt', 'urn:ietf:params'),
)
const publicKey = fc.integer().map((seed) => {
  const half = (name: string) => createHash('sha256').update(`${name}${seed}`).digest('base64url')
  return { kty: 'EC', crv: 'P-256', kid: half('kid'), x: half('x'), y: half('y'), use: 'sig' }
})

test('leaves ids, subjects, key ids, thumbprints and public keys byte for byte', () => {
  const event = fc.record({
    id,
    source: id,
    subject: id,
    data: fc.record({
      subject: id,
      client_id: id,
      owner: id,
      issuers: fc.array(id, { maxLength: 3 }),
      secret_ids: fc.array(id, { maxLength: 3 }),
      grant_types: fc.constant(['authorization_code', 'refresh_token', 'password']),
      tags: fc.array(fc.record({ Key: fc.constant('lapse:client_id'), Value: id })),
      jwk: publicKey,
      jwks: fc.record({ keys: fc.array(publicKey, { maxLength: 2 }) }),
      kid: id,
      'x5t#S256': id,
      note: id.map(
        (text) => `<subject>${text}</subject> client_id=${encodeURIComponent(text)}&a=1`,
      ),
    }),
  })
  fc.assert(
    fc.property(event, fc.constantFrom(undefined, 2), fc.boolean(), (made, space, isWrapped) => {
      const inner = JSON.stringify(made, null, space)
      // A publisher's URL may spell a secret's name by chance.
      fc.pre(!/(?:secret|token|key|pwd|pass\w*)\w*=/i.test(inner))
      const text = isWrapped ? JSON.stringify({ Message: inner }) : inner
      expect(withoutSecrets(text)).toBe(text)
    }),
  )
})

test('finds a secret wherever it is planted, and nothing the second time', () => {
  const secretName = fc.constantFrom('client_secret', 'password', 'access_token', 'private_key')
  const planted = fc.letrec((tie) => ({
    value: fc.oneof(
      { maxDepth: 5 },
      fc.string(),
      fc.array(tie('value'), { maxLength: 3 }),
      fc.dictionary(fc.string(), tie('value'), { maxKeys: 3 }),
      secretName.map((name) => ({ [name]: canary })),
      tie('value').map((value) => JSON.stringify(value) ?? ''),
    ),
  })).value
  fc.assert(
    fc.property(planted, fc.nat(), (value, cut) => {
      const text = JSON.stringify(value)
      for (const one of [text, text.slice(0, cut % (text.length + 1))]) {
        const clean = withoutSecrets(one)
        // What is cut within its name or itself is not the secret any more.
        if (one === text) expect(clean).not.toContain(canary)
        if (one === text) expect(() => JSON.parse(clean)).not.toThrow()
        expect(withoutSecrets(clean)).toBe(clean)
      }
    }),
    { numRuns: 300 },
  )
})

test('goes by the name of what a text stands under', () => {
  expect(withoutSecrets(canary, 'x-api-key')).toBe('[a secret was here]')
  expect(withoutSecrets(canary, 'publisher')).toBe(canary)
})

test('knows a private key, and that there was one', () => {
  const [[, leaked] = ['', {}]] = leaks
  const text = JSON.stringify(leaked)

  expect([text, withoutSecrets(text)].map(holdsPrivateKey)).toEqual([true, true])
  expect(holdsPrivateKey(JSON.stringify({ client_secret: canary }))).toBe(false)
})

test.each([
  ['brackets', '['.repeat(1_000_000)],
  ['objects', '{"d":'.repeat(200_000)],
  ['quotation marks', '"'.repeat(1_000_000)],
  ['escaped quotation marks', '"\\'.repeat(500_000)],
  ['backslashes', `"${'\\'.repeat(1_000_000)}`],
  ['one word', 'a'.repeat(1_000_000)],
  ['beginnings of JWTs', 'eyJ'.repeat(333_000)],
  ['beginnings of PEM', '-----BEGIN PRIVATE KEY-----'.repeat(37_000)],
  ['blanks', `"a"${' '.repeat(1_000_000)}`],
  ['pairs', 'a = '.repeat(250_000)],
  ['dots', 'eyJaaaaaa.aaaa.'.repeat(66_000)],
  ['tags', '<password>'.repeat(100_000)],
  ['tags that differ', Array.from({ length: 60_000 }, (_, n) => `<a${n}password>`).join('')],
  ['beginnings of PEM in texts', '-----BEGIN PRIVATE KEY-----","'.repeat(33_000)],
  ['lines of PEM', `-----BEGIN PRIVATE KEY-----${`","${'A'.repeat(20)}`.repeat(43_000)}`],
  ['colons in a URL', `http://${'a:'.repeat(500_000)}`],
  ['headers', 'authorization: '.repeat(66_000)],
  ['fields', 'password=b&'.repeat(90_000)],
  ['percent signs', '%25'.repeat(333_000)],
  ['strings with blanks', '"a"      '.repeat(111_000)],
])(
  'comes to an end with a megabyte of %s, which a search that went back would not',
  (_what, text) => {
    expect(withoutSecrets(text).length).toBeGreaterThan(0)
  },
)

const keyOf43 = 'd'.repeat(43)

test.each([
  ['before the JSON', `x"{"client_secret":"CANARY1234"}`],
  ['before a private key', `x"{"jwk":{"kty":"EC","d":"${keyOf43}"}}`],
  ['within the JSON', `{"note":"5" pipe","password":"CANARY1234"}`],
  ['before wrapped JSON', JSON.stringify({ note: '5" pipe {"client_secret":"CANARY1234"}' })],
  [
    'before JSON that is wrapped twice',
    JSON.stringify(JSON.stringify({ a: '"', token: 'CANARY1234' })),
  ],
])('finds a secret behind a quotation mark too many: %s', (_where, text) => {
  expect(withoutSecrets(text)).not.toMatch(/CANARY|d{43}/)
})

test.each([
  'AWS_SECRET_ACCESS_KEY',
  'secretKey',
  'secret_value',
  'client_secret_old',
  'password_hash',
  'signing_key',
  'passcode',
  'private_key_pem',
  'pkcs8',
])('takes out what is called %s', (name) => {
  expect(withoutSecrets(JSON.stringify({ [name]: 'CANARY1234' }))).not.toContain('CANARY')
})

test('leaves the ids of secrets as they are', () => {
  const text = JSON.stringify({ secret_ids: ['app/mail'], secret_id: 'app/mail', token_count: '3' })
  expect(withoutSecrets(text)).toBe(text)
})

const base64 = (text: string) => Buffer.from(text).toString('base64')
const hiddenBy = (text: string) => Buffer.from(text.trim(), 'base64').toString()

test('finds a secret in what is base64 as a whole, whatever it is called', () => {
  const secret = base64('{"client_secret":"CANARY1234"}')
  expect(hiddenBy(withoutSecrets(secret))).not.toContain('CANARY')
  const { payload } = JSON.parse(withoutSecrets(JSON.stringify({ payload: secret })))
  expect(hiddenBy(payload)).not.toContain('CANARY')
  const within = withoutSecrets(`a message: ${secret} was sent`)
  expect(hiddenBy(within.split(' ')[2] ?? '')).toBe('{"client_secret":"[a secret was here]"}')
  expect([withoutSecrets(within), holdsRedaction(within)]).toEqual([within, true])
  const other = JSON.stringify({ payload: base64('{"subject":"alice"}') })
  expect(withoutSecrets(other)).toBe(other)
})

/** What a user may be called who would rather not be deleted. */
const hostile = fc
  .array(
    fc.oneof(
      fc.string({ maxLength: 5 }),
      fc.constantFrom(
        '<password>',
        '</password>',
        '<token>',
        '</token>',
        "<a name='password' value=",
        '>',
        '-----BEGIN PRIVATE KEY-----',
        '-----END PRIVATE KEY-----',
        'password":',
        "password':",
        'password&quot;:&quot;',
        'cookie: a=',
        '//a:',
        '@',
        'token=',
        '&',
        '%22',
        '\\',
        '"',
      ),
    ),
    { maxLength: 4 },
  )
  .map((parts) => parts.join(''))

test('takes nothing from beside the text that a secret stands in, whatever the texts around it are', () => {
  fc.assert(
    fc.property(
      fc.tuple(hostile, hostile, hostile, hostile),
      fc.constantFrom(0, 2),
      fc.boolean(),
      ([first, list, last, name], space, isWrapped) => {
        const data = {
          first,
          list: [list, { list }],
          subject: 'alice',
          [`a_${name}`]: { last },
          end: true,
        }
        const json = JSON.stringify({ specversion: '1.0', data, id: 'e-1' }, null, space)
        const clean = withoutSecrets(isWrapped ? JSON.stringify({ Message: json }) : json)
        const event = JSON.parse(isWrapped ? JSON.parse(clean).Message : clean)

        expect(event).toMatchObject({ id: 'e-1', data: { subject: 'alice', end: true } })
        expect(Object.values(event.data)).toHaveLength(5)
      },
    ),
  )
})

test.each([
  ['elements', { first: '<token>', subject: 'alice', last: '</token>' }],
  ['an attribute', { first: "<a name='token' value=", subject: 'alice', last: '>' }],
  ['PEM', { first: '-----BEGIN PRIVATE KEY-----', organization_external: 'x', subject: 'alice' }],
  ['a member', { first: 'password":', subject: 'alice' }],
])('leaves a user to be found who is called as the beginning of %s', (_what, data) => {
  expect(JSON.parse(withoutSecrets(JSON.stringify({ data }))).data).toMatchObject({
    subject: 'alice',
  })
})

test('takes a JWK for one although a bracket of another kind closes it', () => {
  expect(withoutSecrets('{"jwk":{"kty":"EC"],"d":"CANARYshort"}}')).not.toContain('CANARY')
})

test.each(['token=abc@x.com', 'reset_token=ann.lee@mail.example.com', 'token=bob7@x.example'])(
  'takes %s, an e-mail address, for no secret wherever it is a text by itself',
  (subject) => {
    const body = JSON.stringify({ data: { subject, list: [subject] } })

    expect(withoutSecrets(body)).toBe(body)
    expect(holdsRedaction(body)).toBe(false)
    expect(withoutSecrets(JSON.stringify({ Message: body }))).toBe(
      JSON.stringify({ Message: body }),
    )
  },
)

test.each([
  'password=abc@x.com',
  'client_secret=abc@x.com',
  'token=abc@localhost',
  'token=Abc@x.com',
  'token=a1b2c3@x.com',
  'token=abc12345@x.com',
  'token=abcdefghijklmnopqrstuvwxyz@x.com',
  'token=abc@x.com&a=1',
  'a=1&token=abc@x.com',
])('takes %s for a secret all the same', (text) => {
  const clean = withoutSecrets(JSON.stringify({ note: text }))
  const [, secret = ''] = /(?:password|secret|token)=([^&]+)/.exec(text) ?? []

  expect(holdsRedaction(clean)).toBe(true)
  expect(clean).not.toContain(secret)
})

test('what a member is called goes before what it looks like', () => {
  expect(withoutSecrets('{"access_token":"token=abc@x.com"}')).not.toContain('abc')
})

test('no token of sixteen random bytes or more passes for an address', () => {
  const token = fc
    .uint8Array({ minLength: 16, maxLength: 64 })
    .chain((bytes) =>
      fc
        .constantFrom('hex', 'base64', 'base64url')
        .map((encoding) => Buffer.from(bytes).toString(encoding as BufferEncoding)),
    )
  fc.assert(
    fc.property(token, (secret) => {
      const text = JSON.stringify({ note: `token=${secret}@x.com` })
      expect(withoutSecrets(text)).not.toContain(secret)
    }),
    { seed: 1 },
  )
})
