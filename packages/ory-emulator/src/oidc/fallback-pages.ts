import { escapeHtml } from '../flows/redirect.ts'
import type { Answer, Request } from '../http.ts'

interface Page {
  readonly path: string
  /** The configuration key that would have led elsewhere. */
  readonly key: string
  readonly title: string
  readonly heading: string
}

const missing =
  'The request could not be executed because a mandatory configuration key is missing or malformed'

/** Where browsers end up while no app of one's own is configured; the paths are the settings' defaults. */
export const fallbackPages: readonly Page[] = [
  ...(['login', 'consent', 'logout'] as const).map((app) => ({
    path: `/oauth2/fallbacks/${app}`,
    key: `urls.${app}`,
    title: missing,
    heading: missing,
  })),
  {
    path: '/oauth2/fallbacks/logout/callback',
    key: 'urls.post_logout_redirect',
    title: 'You logged out successfully!',
    heading:
      'The Default Post Logout URL is not set which is why you are seeing this fallback page. Your log out request however succeeded.',
  },
  {
    path: '/oauth2/fallbacks/device',
    key: 'urls.device.verification',
    title: missing,
    heading: missing,
  },
  {
    path: '/oauth2/fallbacks/device/done',
    key: 'urls.device.success',
    title: 'You successfully authenticated on your device!',
    heading:
      'The Default Post Device URL is not set which is why you are seeing this fallback page. Your device login request however succeeded.',
  },
]

export function fallbackPage({ title, heading, key }: Page): Answer {
  return page(200, title, `<h1>${heading}</h1>`, key)
}

/** The page behind `urls.error`: shows the error it was sent. */
export function errorPage({ query }: Request): Answer {
  const item = (label: string, parameter: string) =>
    `<li>${label}: ${escapeHtml(query.get(parameter) ?? '')}</li>`
  const items = [
    item('Error', 'error'),
    item('Description', 'error_description'),
    item('Hint', 'error_hint'),
    item('Debug', 'error_debug'),
  ]
  const body = `<h1>The OAuth2 request resulted in an error.</h1>\n<ul>${items.join('')}</ul>`
  return page(500, 'An OAuth 2.0 Error Occurred', body, 'urls.error')
}

function page(status: number, title: string, body: string, key: string): Answer {
  return {
    status,
    headers: { 'Content-Type': 'text/html; charset=utf-8' },
    text: [
      `<html><head><title>${title}</title></head>`,
      `<body>${body}`,
      `<p>You are seeing this page because configuration key <code>${key}</code> is not set.</p>`,
      '</body></html>',
      '',
    ].join('\n'),
  }
}
