/** Whether AWS refused with this name. */
export function isNamed(error: unknown, name: string): boolean {
  return error instanceof Error && error.name === name
}

/** Takes a refusal of this name for "there is none", and everything else for what it is. */
export function absent(name: string) {
  return (error: unknown): undefined => {
    if (!isNamed(error, name)) throw error
  }
}
