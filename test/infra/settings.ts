import type { RotatedClient } from '../../infra/rotated-clients.ts'
import type { RevocationIssuer, Settings } from '../../infra/settings.ts'

export const mail: RotatedClient = {
  name: 'Mail',
  clientId: 'mail',
  everyDays: 30,
  overlap: 'PT1H',
}

export const calendar: RotatedClient = {
  name: 'Calendar',
  clientId: 'calendar',
  everyDays: 7,
  overlap: '10m',
  allowHardCut: true,
}

export const acme: RevocationIssuer = {
  issuer: 'https://acme.okta.com',
  jwksUri: 'https://acme.okta.com/oauth2/v1/keys',
  emailDomains: ['acme.example'],
}

/** As little as can be. */
export const least: Settings = {
  oryAdminUrl: 'https://ory.example',
  oryPublicUrl: 'https://ory.example',
  oryApiKey: true,
  loginConsentTtl: '30m',
  accessTokenLifespan: '1h',
  publishers: [],
  subjectField: 'subject',
  identitySubjectField: 'IdentityID',
  webhookSources: ['standard'],
  webhookConcurrency: 10,
  rotatedClients: [],
  protectedClientIds: [],
  protectedOwners: [],
  protectedIssuers: [],
  alarmEmails: [],
}

/** Ory Network, with its event stream, publishers, two rotated clients and every webhook source. */
export const network: Settings = {
  ...least,
  oryPublicUrl: 'https://auth.ory.example',
  publishers: ['arn:aws:iam::210987654321:role/accounts'],
  oryProjectId: 'b3a6e1f2-0000-4000-8000-000000000001',
  eventSources: ['https://accounts.example'],
  webhookSources: [
    'standard',
    'clerk',
    'polis',
    'github',
    'ory-actions',
    'cloudevents',
    'global-token-revocation',
  ],
  revocationIssuers: [acme],
  rotatedClients: [mail, calendar],
  protectedClientIds: ['console'],
  alarmEmails: ['oncall@example.com'],
}

/** A self-hosted Ory, whose admin port is in a VPC. */
export const selfHosted: Settings = {
  ...network,
  oryAdminUrl: 'http://hydra.internal:4445',
  oryPublicUrl: 'https://auth.example',
  oryApiKey: false,
  vpc: { privateSubnets: ['subnet-1', 'subnet-2'], securityGroups: ['sg-1'] },
}
