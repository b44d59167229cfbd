import type { Answer } from '../http.ts'
import { escapeHtml } from './redirect.ts'

/**
 * OpenID Connect Front-Channel Logout: a page that opens every client's logout URI in a frame, and
 * moves on once they are loaded, or after seven seconds.
 */
export function frontChannelPage(urls: readonly string[], redirectTo: string): Answer {
  const frames = urls.map((url) => `<iframe src="${escapeHtml(url)}" onload="done()"></iframe>`)
  return {
    status: 200,
    headers: { 'Content-Type': 'text/html; charset=utf-8' },
    text: `<html>
<head><meta http-equiv="refresh" content="7; URL=${escapeHtml(redirectTo)}"></head>
<style>iframe { position: absolute; height: 0; width: 0; border: none; }</style>
<body>
<script>
let waiting = ${urls.length}
const leave = () => window.location.replace(${JSON.stringify(redirectTo).replaceAll('<', '\\u003c')})
const done = () => { waiting -= 1; if (waiting < 1) leave() }
</script>
<noscript><p><a href="${escapeHtml(redirectTo)}">Continue</a></p></noscript>
${frames.join('\n')}
</body>
</html>
`,
  }
}
