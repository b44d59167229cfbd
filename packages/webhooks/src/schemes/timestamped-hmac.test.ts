import { expect, test } from 'vitest'
import { signPolis } from '../testing/sign.ts'
import { signedRequest } from '../testing/signed-request.ts'
import { timestampedHmac } from './timestamped-hmac.ts'

const headers = ['ory-polis-signature', 'boxyhq-signature']
const { verify, replayable } = timestampedHmac({ headers })

// printf '%s' "1767323045000.$BODY" | openssl dgst -sha256 -hmac polis-secret
// printf 'polis\n1767323045000\n%s' "$BODY" | openssl dgst -sha256
const body =
  '{"event":"user.deleted","tenant":"acme","product":"crm","directory_id":"d-1","data":{"id":"alice","active":true}}'
const t = '1767323045000'
const s = 'e00ce01792e62ae25a4bfd5b6ac059afd07ac9b46582ca08b23cccf561425ef8'
const id = 'b98ec51ad77ba34e08799e51b22ba1bae161d37ae5d86c36ebb70afb03a0f67a'
const secrets = ['polis-secret']

const verified = (sent: Record<string, string>) =>
  verify(signedRequest(body, sent, { source: 'polis' }), secrets)

test.each(headers)('verifies what openssl signed, in %s', (name) => {
  expect(verified({ [name]: `t=${t},s=${s}` })).toEqual({ id, at: Number(t) })
})

test('takes one good header among two', () => {
  const good = `t=${t},s=${s}`
  const bad = `t=${t},s=${s.replaceAll('e', 'f')}`

  expect(verified({ 'ory-polis-signature': bad, 'boxyhq-signature': good })).toBeDefined()
  expect(verified({ 'ory-polis-signature': good, 'boxyhq-signature': bad })).toBeDefined()
  expect(verified({ 'ory-polis-signature': bad, 'boxyhq-signature': bad })).toBeUndefined()
  expect(verified({ 'x-signature': good })).toBeUndefined()
})

test.each([
  ['nothing', ''],
  ['no time', `s=${s}`],
  ['no signature', `t=${t},s=`],
  ['the other order', `s=${s},t=${t}`],
  ['a blank', `t=${t}, s=${s}`],
  ['other digits', `t=${t},s=${s.toUpperCase()}`],
  ['half a signature', `t=${t},s=${s.slice(0, 32)}`],
  ['another spelling of the time', `t=0${t},s=${s}`],
  ['another time', `t=1767323045001,s=${s}`],
])('refuses %s', (_name, value) => {
  expect(verified({ 'ory-polis-signature': value })).toBeUndefined()
})

test('takes either of two secrets', () => {
  const request = signedRequest(body, signPolis(body, { secret: 'new' }), { source: 'polis' })

  expect(verify(request, ['polis-secret', 'new'])).toBeDefined()
  expect(verify(request, ['new', 'polis-secret'])).toBeDefined()
  expect(verify(request, ['polis-secret'])).toBeUndefined()
})

test.each([
  ['five minutes old', '1767322745000', true],
  ['older', '1767322744999', false],
  ['five minutes ahead', '1767323345000', true],
  ['further ahead', '1767323345001', false],
])('looks at the time of a request that is %s', (_name, timestamp, isTaken) => {
  const request = signedRequest(body, signPolis(body, { timestamp }))

  expect(verify(request, ['whsec_C2FVsBQIhrscChlQIMV+b5sSYspob7oD']) !== undefined).toBe(isTaken)
})

test('makes another id of another source, time or body', () => {
  const idOf = (source: string, timestamp: string, content: string) => {
    const sent = signPolis(content, { secret: 'polis-secret', timestamp })
    return verify(signedRequest(content, sent, { source }), secrets)?.id
  }
  const ids = [
    idOf('polis', t, body),
    idOf('other', t, body),
    idOf('polis', '1767323045001', body),
    idOf('polis', t, `${body} `),
  ]

  expect(new Set(ids).size).toBe(4)
  expect(ids).not.toContain(undefined)
})

test('cannot be replayed', () => {
  expect(replayable).toBe(false)
})
