import { emulatedKey } from '@lapse/ory-emulator'
import { expect, test } from 'vitest'
import { UsageError } from '../errors.ts'
import { type OryCommandOptions, startOptions } from './start-options.ts'

const defaults: OryCommandOptions = {
  adminPort: 4445,
  publicPort: 4444,
  profile: 'head',
  accessTokenStrategy: 'opaque',
  loginConsentTtl: '30m',
  accessTokenLifespan: '1h',
  idTokenLifespan: '1h',
  refreshTokenLifespan: '720h',
  authCodeLifespan: '10m',
}

test('leaves to the emulator what was not asked for', () => {
  const { urls, network } = startOptions(defaults)

  expect(urls).toEqual({})
  expect(network).toBeUndefined()
})

test('says every switch in the emulator’s words', () => {
  expect(
    startOptions({
      adminPort: 1,
      publicPort: 2,
      profile: 'v26.2',
      accessTokenStrategy: 'jwt',
      issuer: 'https://issuer',
      loginUrl: 'https://login',
      consentUrl: 'https://consent',
      logoutUrl: 'https://logout',
      errorUrl: 'https://error',
      loginConsentTtl: '1s',
      accessTokenLifespan: '2s',
      idTokenLifespan: '3s',
      refreshTokenLifespan: '4s',
      authCodeLifespan: '5s',
      network: 'ory_pat_key',
      allowedHost: ['ory.example'],
    }),
  ).toEqual({
    adminPort: 1,
    publicPort: 2,
    profile: 'v26.2',
    accessTokenStrategy: 'jwt',
    urls: {
      issuer: 'https://issuer',
      login: 'https://login',
      consent: 'https://consent',
      logout: 'https://logout',
      error: 'https://error',
    },
    ttl: {
      loginConsentRequest: '1s',
      accessToken: '2s',
      idToken: '3s',
      refreshToken: '4s',
      authCode: '5s',
    },
    network: { apiKey: 'ory_pat_key' },
    allowedHosts: ['ory.example'],
  })
})

test('has a key of its own for Ory Network, unless one is given', () => {
  const { profile, network } = startOptions({ ...defaults, profile: 'network' })

  expect({ profile, network }).toEqual({ profile: 'network', network: { apiKey: emulatedKey } })
  expect(startOptions({ ...defaults, profile: 'network', network: 'ory_pat_mine' })).toMatchObject({
    network: { apiKey: 'ory_pat_mine' },
  })
})

test.each(['5', '', '-1m', '0', '1 hour', '1d'])('refuses %j as a duration', (text) => {
  expect(() => startOptions({ ...defaults, authCodeLifespan: text })).toThrow(UsageError)
  expect(() => startOptions({ ...defaults, authCodeLifespan: text })).toThrow(
    '--auth-code-lifespan is not a duration',
  )
})

test.each([
  [{ publicPort: 4445 }, '--admin-port and --public-port are the same; give each'],
  [{ controlPort: 4444 }, '--public-port and --control-port are the same; give each'],
  [{ network: '' }, '--network is empty; give it the API key'],
])('refuses %o, which cannot be meant', (change, problem) => {
  expect(() => startOptions({ ...defaults, ...change })).toThrow(UsageError)
  expect(() => startOptions({ ...defaults, ...change })).toThrow(problem)
})

test('takes free ports for each side, and any admin port where Ory Network has one side', () => {
  const free = { adminPort: 0, publicPort: 0, controlPort: 0 }

  expect(startOptions({ ...defaults, ...free })).toMatchObject(free)
  expect(startOptions({ ...defaults, adminPort: 4444, profile: 'network' }).network).toBeDefined()
})
