import * as v from 'valibot'
import { publicJwk } from './public-jwk.ts'
import { problemWithKey } from './public-key.ts'
import { problemWithChain } from './x5c.ts'

/** A public key that Ory can verify with, and that nobody can sign for who does not hold the private one. */
export const usableJwk = v.pipe(
  publicJwk,
  v.description('a public key as in RFC 7517, of the kty RSA, EC or OKP'),
  v.rawCheck(({ dataset, addIssue }) => {
    const problem = dataset.typed
      ? (problemWithKey(dataset.value) ?? problemWithChain(dataset.value))
      : undefined
    if (problem !== undefined) addIssue({ message: problem })
  }),
)
