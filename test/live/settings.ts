import type { SettingsOptions } from '@lapse/ory-emulator'

/**
 * The settings that `--settings` compares; a live server is given them so:
 *
 *     oauth2:
 *       pkce: { enforced: true }
 *       grant: { refresh_token: { rotation_grace_period: 1h, rotation_grace_reuse_count: 2 } }
 *     oidc:
 *       subject_identifiers: { supported_types: [public, pairwise], pairwise: { salt: a-salt-of-16-byte } }
 *       dynamic_client_registration: { enabled: true, default_scope: [openid, offline, read] }
 */
export const settings: SettingsOptions = {
  pkce: { enforced: true },
  refreshToken: { rotationGracePeriod: '1h', rotationGraceReuseCount: 2 },
  subjectIdentifiers: { supportedTypes: ['public', 'pairwise'], salt: 'a-salt-of-16-byte' },
  dynamicClientRegistration: { enabled: true, defaultScope: ['openid', 'offline', 'read'] },
}
