import { z } from 'zod'

/** Thrown at start for settings that make no sense; its message names each variable and what it should be. */
export class ConfigError extends Error {
  override name = 'ConfigError'
}

/**
 * Reads settings from the environment. Keys of the shape are variable names; an empty variable counts as absent. Wrong
 * values are all named at once, and the process is expected to end.
 */
export const parseConfig = <Shape extends z.ZodRawShape>(
  shape: Shape,
  env: NodeJS.ProcessEnv,
): z.infer<z.ZodObject<Shape>> => {
  const present = Object.fromEntries(Object.keys(shape).flatMap((key) => (env[key] ? [[key, env[key]]] : [])))
  const parsed = z.object(shape).safeParse(present)
  if (parsed.success) return parsed.data
  const lines = parsed.error.issues.map(
    ({ path, message }) =>
      `  ${path.join('.')}: ${message} (got ${JSON.stringify(env[String(path[0])] ?? '')})`,
  )
  throw new ConfigError(`Wrong settings:\n${lines.join('\n')}`)
}

/** The kinds of setting that occur in more than one service. */
export const setting = {
  /** 0 lets the system choose. */
  port: (fallback: number) => z.coerce.number().int().min(0).max(65_535).default(fallback),
  host: () => z.string().min(1).default('127.0.0.1'),
  url: (fallback: string) =>
    z
      .url({ protocol: /^https?$/ })
      .transform((url) => url.replace(/\/$/, ''))
      .default(fallback),
  /** A folder or file; relative ones count from where the process was started. */
  path: (fallback: string) => z.string().min(1).default(fallback),
  count: (fallback: number) => z.coerce.number().int().min(0).default(fallback),
  logLevel: () => z.enum(['trace', 'debug', 'info', 'warn', 'error', 'silent']).default('info'),
  /** Comma-separated origins, such as `http://localhost:3001`. */
  origins: (fallback: string) =>
    z
      .string()
      .default(fallback)
      .transform((list) =>
        list
          .split(',')
          .map((origin) => origin.trim())
          .filter(Boolean),
      )
      .pipe(z.array(z.url())),
}
