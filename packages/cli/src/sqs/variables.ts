/** The variable with the URL of a queue, by the queue's name: `user-deleted-incident`. */
export function queueVariable(name: string): string {
  return `${inCapitals(name)}_QUEUE_URL`
}

/** The same of its DLQ. */
export function dlqVariable(name: string): string {
  return `${inCapitals(name)}_DLQ_URL`
}

function inCapitals(name: string): string {
  return name.toUpperCase().replaceAll('-', '_')
}
