import { randomBytes } from 'node:crypto'
import type { OAuth2Client } from '@lapse/core/ory'
import type { Credential } from '@lapse/core/rotation'
import { authorizeInBrowser } from '@lapse/ory-emulator'
import { offboard } from './app-story.ts'
import { fetchToken, isGranted } from './credential.ts'
import { resetLines } from './reset-lines.ts'
import type { ResetStory } from './reset-report.ts'
import type { Scene } from './scene.ts'
import { secretsManagerAt } from './secrets-manager.ts'
import type { IssuedToken } from './sign-in.ts'
import type { Stage } from './stage.ts'
import { areActive, tokenReports } from './token-report.ts'

const client_id = 'photos'
const secretId = 'lapse-demo/photos'
const redirect_uri = `http://127.0.0.1/${client_id}/callback`
const scope = 'openid offline read'

/** An app whose secret may have been stolen is reset. */
export async function playResetStory(scene: Scene): Promise<ResetStory> {
  const { stage, tell } = scene
  const { ory, rotation } = stage
  const at = { ory, tokenEndpoint: rotation.settings.tokenEndpoint }
  const credential = await registerPhotos(stage)
  const registered = await ory.getOAuth2Client({ id: client_id })
  const tokens = [...(await tokensOfAUser(stage, credential)), await ownToken(credential, at)]
  const activeBefore = await areActive(ory, tokens)

  const data = { client_id, mode: 'reset', secret_ids: [secretId] } as const
  const { event, receipt } = await offboard(scene, data)

  const activeAfter = await areActive(ory, tokens)
  const story: ResetStory = {
    receipts: [receipt],
    tokens: tokenReports(tokens, activeBefore, activeAfter),
    changed: membersChanged(registered, await ory.getOAuth2Client({ id: client_id })),
    granted: {
      oldSecret: await isGranted(credential, at),
      newSecret: await isGranted(await kept(stage), at),
    },
  }
  tell(resetLines(event, story))
  return story
}

type PhotosCredential = Credential & { readonly client_secret: string }

/** Registers the app, and keeps its secret in Secrets Manager. Gives what it authenticates with. */
async function registerPhotos({ ory, local }: Stage): Promise<PhotosCredential> {
  const credential = { client_id, client_secret: randomBytes(24).toString('base64url') }
  await ory.createOAuth2Client({
    body: {
      ...credential,
      client_name: 'Photos',
      redirect_uris: [redirect_uri],
      grant_types: ['authorization_code', 'refresh_token', 'client_credentials'],
      response_types: ['code'],
      scope,
      metadata: { team: 'photos', since: 2024 },
    },
  })
  await secretsManagerAt(local.endpoints.secretsManager)('CreateSecret', {
    Name: secretId,
    SecretString: JSON.stringify(credential),
    Tags: [{ Key: 'lapse:client_id', Value: client_id }],
  })
  return credential
}

/** What Secrets Manager holds at AWSCURRENT. */
async function kept({ rotation }: Stage): Promise<Credential> {
  const value = await rotation.secrets.value(secretId, { stage: 'AWSCURRENT' })
  return JSON.parse(value ?? '') as Credential
}

async function tokensOfAUser(
  { local }: Stage,
  { client_secret }: PhotosCredential,
): Promise<readonly IssuedToken[]> {
  const { oryAdmin: adminUrl, oryPublic: publicUrl } = local.endpoints
  const subject = 'gina'
  const { tokens } = await authorizeInBrowser({
    adminUrl,
    publicUrl,
    client: { client_id, client_secret, redirect_uri },
    subject,
    scope,
  })
  const { access_token, refresh_token = '' } = tokens
  return [
    { subject, client_id, kind: 'access_token', token: access_token },
    { subject, client_id, kind: 'refresh_token', token: refresh_token },
  ]
}

async function ownToken(
  credential: Credential,
  at: Parameters<typeof fetchToken>[1],
): Promise<IssuedToken> {
  const token = await fetchToken(credential, at)
  return { subject: client_id, client_id, kind: 'access_token', token }
}

/** Whatever one of both has, and the other has not or has otherwise. */
function membersChanged(before: OAuth2Client, after: OAuth2Client): readonly string[] {
  const names = new Set([...Object.keys(before), ...Object.keys(after)])
  const textOf = (client: OAuth2Client, name: string) => JSON.stringify(Reflect.get(client, name))
  return [...names].filter((name) => textOf(before, name) !== textOf(after, name)).toSorted()
}
