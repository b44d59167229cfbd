/** What a person can do about it, by the code of the operating system or of Node's loader. */
const advice: Readonly<Record<string, string>> = {
  EACCES: 'this user may not do that: take a port from 1024 on, or mend the rights of the file',
  EADDRINUSE: 'stop what listens there, or choose another port',
  EADDRNOTAVAIL: 'this machine has no such address; set up its loopback interface',
  EMFILE: 'too many files are open; raise the limit with ulimit -n',
  ENFILE: 'too many files are open on this machine; end what you do not need',
  ENOENT: 'something is missing; see that the folder is there, or run npm ci',
  ENOMEM: 'there is too little memory; end what you do not need',
  ENOSPC: 'the disk is full; make room',
  EPERM: 'the system does not allow it; see what guards this machine',
  EROFS: 'nothing can be written there; start lapse in another folder',
  ERR_MODULE_NOT_FOUND: 'a file of lapse is missing; run npm ci',
}

const fallback = 'put that right, and try again'

/**
 * An error of the operating system, or a module that is missing, with its code and what to do;
 * `undefined` for anything else. Such messages say what was called, and with which path or address.
 */
export function systemProblem(error: unknown): string | undefined {
  const { code, syscall, message } = Object(error) as NodeJS.ErrnoException
  if (syscall === undefined && code !== 'ERR_MODULE_NOT_FOUND') return undefined
  return `${withCode(message, code)}; ${advice[code ?? ''] ?? fallback}`
}

/** Why a part of the local system cannot start: with its code, where it has one. */
export function startProblem(part: string, error: unknown): string {
  const { code, message = String(error) } = Object(error) as Partial<NodeJS.ErrnoException>
  return `${part} cannot start: ${systemProblem(error) ?? `${withCode(message, code)}; ${fallback}`}`
}

function withCode(message: string, code: string | undefined): string {
  return code === undefined || message.includes(code) ? message : `${message} (${code})`
}
