import { AnswerError } from './http.ts'

const statuses = {
  400: 'Bad Request',
  404: 'Not Found',
  409: 'Conflict',
} as const

/** An error as Kratos and Talos send it: in an envelope, where Hydra's handlers have two texts. */
export function enveloped(
  code: keyof typeof statuses,
  { id, reason, message }: { id?: string; reason?: string; message: string },
): AnswerError {
  const error = {
    ...(id && { id }),
    code,
    status: statuses[code],
    ...(reason && { reason }),
    message,
  }
  return new AnswerError({ status: code, json: { error } })
}
