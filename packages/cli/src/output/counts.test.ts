import { expect, test } from 'vitest'
import { countsText } from './counts.ts'

test.each([
  [{ grants: 1, grants_on_keys_to_retire: 1 }, '1 grant, 1 grant on keys to retire'],
  [{ grants: 2, trusted_issuers: 1 }, '2 grants, 1 trusted issuer'],
  [{ clients: 1, suspended_clients: 1, secrets: 0 }, '1 client, 1 suspended client'],
  [{ identities: 1, issued_api_keys: 1 }, '1 identity, 1 issued API key'],
  [{ identities: 2, imported_api_keys: 2 }, '2 identities, 2 imported API keys'],
])('says %o in the singular where there is one', (counts, told) => {
  expect(countsText(counts)).toBe(told)
})
