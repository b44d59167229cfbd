import { OryApiError, OryResponseError } from '../../errors.ts'
import { rememberChosenSecret } from '../rotate-endpoint.ts'
import type { ChosenSecret } from '../row.ts'
import type { RotationServices } from '../services.ts'
import type { RotationSite } from '../site.ts'

/** What came of a rotation at Ory. */
interface Rotated {
  readonly client_secret: string
  /** Absent where no secret was sent along. */
  readonly chosenSecret?: ChosenSecret
}

/**
 * Rotates the client's secret, to `wanted` if the server takes it.
 * @throws OryResponseError where the answer holds no secret
 */
export async function rotateSecret(
  site: RotationSite,
  wanted: string | undefined,
): Promise<Rotated> {
  if (wanted === undefined) return { client_secret: await answeredSecret(site) }
  try {
    const client_secret = await answeredSecret(site, wanted)
    return { client_secret, chosenSecret: client_secret === wanted ? 'taken' : 'ignored' }
  } catch (error) {
    if (!isRefusal(error)) throw error
    return { client_secret: await answeredSecret(site), chosenSecret: 'refused' }
  }
}

/** Rotates the client's secret to this one, or to one that is in nobody's hands. */
export async function rotateToSecret(site: RotationSite, wanted: string): Promise<ChosenSecret> {
  try {
    return (await answeredSecret(site, wanted)) === wanted ? 'taken' : 'ignored'
  } catch (error) {
    if (isRefusal(error)) return 'refused'
    throw error
  }
}

/** Keeps what a server did with the secret it was sent, if it was sent one. */
export async function rememberAnswer(
  { chosenSecret }: Pick<Rotated, 'chosenSecret'>,
  services: RotationServices,
): Promise<void> {
  if (chosenSecret !== undefined) await rememberChosenSecret(chosenSecret, services)
}

async function answeredSecret(
  { services, current, signal }: RotationSite,
  wanted?: string,
): Promise<string> {
  const { client_id: id } = current.credential
  const body = wanted === undefined ? {} : { body: { client_secret: wanted } }
  const { client_secret } = await services.ory.rotateOAuth2ClientSecret({ id, ...body }, { signal })
  if (client_secret) return client_secret
  throw new OryResponseError('rotateOAuth2ClientSecret', 200, 'it holds no client_secret')
}

/** Nothing was done then: a body that a server cannot read, or will not. */
function isRefusal(error: unknown): boolean {
  return error instanceof OryApiError && [400, 415, 422].includes(error.status)
}
