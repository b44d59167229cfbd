import { ConfigError, RefusedError } from '../errors.ts'
import type { SecretDescription } from '../ports/index.ts'
import type { RotationServices } from './services.ts'

/**
 * Why a secret is not there: `gone`, or never made; `being-deleted`, and can be restored meanwhile;
 * `malformed`, which no secret is called; `denied`, where AWS says neither that it is there nor that
 * it is not.
 */
export type Absence = 'gone' | 'being-deleted' | 'malformed' | 'denied'

/** A secret that was looked for by its name or ARN. */
export type Found =
  | { readonly secret: SecretDescription; readonly absence?: never }
  | { readonly secret?: never; readonly absence: Absence }

/** Looks for a secret. A name that is wrong is often answered with AccessDenied, as AWS does it. */
export async function findSecret(
  secretId: string,
  { secrets }: Pick<RotationServices, 'secrets'>,
): Promise<Found> {
  try {
    const secret = await secrets.describe(secretId)
    if (secret === undefined) return { absence: 'gone' }
    return secret.deletedAt === undefined ? { secret } : { absence: 'being-deleted' }
  } catch (error) {
    if (error instanceof ConfigError && error.denied) return { absence: 'denied' }
    if (error instanceof RefusedError && error.reason === 'malformed-secret-id')
      return { absence: 'malformed' }
    throw error
  }
}

const texts: Readonly<Record<Absence, string>> = {
  gone: '',
  'being-deleted': ' any more: it waits for its deletion',
  malformed: ': no secret can be called that',
  denied: ', or this role may not see it: AWS answered AccessDenied',
}

/** What is said of a secret that is not there. */
export function absenceText(secretId: string, absence: Absence): string {
  return `there is no secret ${secretId}${texts[absence]}`
}
