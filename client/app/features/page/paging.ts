/** One parameter of the next page that a `Link` header names, or null. */
export const nextParameterOf = (headers: Headers, parameter: string): string | null => {
  for (const link of (headers.get('Link') ?? '').split(/,(?=\s*<)/)) {
    const [, target, rel] = /^\s*<([^>]*)>.*;\s*rel="?([^";]+)"?/.exec(link) ?? []
    if (target !== undefined && rel === 'next')
      return new URL(target, 'http://service.invalid').searchParams.get(parameter)
  }
  return null
}

/** The cursor of the next page, or null. */
export const nextCursorOf = (headers: Headers): string | null => nextParameterOf(headers, 'cursor')
