import type { Request } from '../http.ts'
import { anyForm } from './form.ts'

/** By the header, or as the parameter `access_token` (RFC 6750 section 2). */
export function bearerToken(request: Request): string {
  const header = /^bearer (.*)$/i.exec(request.headers.authorization ?? '')?.[1]
  return header ?? anyForm(request).get('access_token') ?? ''
}
