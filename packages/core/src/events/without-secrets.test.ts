import fc from 'fast-check'
import { expect, test } from 'vitest'
import { holdsRedaction } from './secret-words.ts'
import { holdsPrivateKey, withoutSecrets } from './without-secrets.ts'

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
  ['a JSON text', JSON.stringify(JSON.stringify({ password: canary }))],
  ['blanks before the colon', `{"password"${' '.repeat(200)}:${' '.repeat(200)}"${canary}"}`],
  ['a long key in single quotes', `{'d': '${canary.repeat(3)}'}`],
])('leaves nothing of a secret in what is not JSON: %s', (_what, text) => {
  expect(withoutSecrets(text)).not.toContain(canary)
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
  const other = JSON.stringify({ payload: base64('{"subject":"alice"}') })
  expect(withoutSecrets(other)).toBe(other)
})

test('takes a JWK for one although a bracket of another kind closes it', () => {
  expect(withoutSecrets('{"jwk":{"kty":"EC"],"d":"CANARYshort"}}')).not.toContain('CANARY')
})
