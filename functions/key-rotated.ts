import { parseKeyRotated, withoutPrivateKeys } from '@lapse/core/events'
import { keyRotated } from '@lapse/core/workflows'
import { keyRotatedSettings, worksOff } from './services.ts'

/** Queue `key-rotated`: one message, one new key of a trusted issuer. */
export const handler = worksOff('key-rotated', {
  parse: parseKeyRotated,
  redact: withoutPrivateKeys,
  workflow: () => keyRotated(keyRotatedSettings()),
})
