/** Settings that a backup notes, of the environment that it was made in. */
const noted =
  /^(LOGBOOK_|BLOG_|SMTP_|MAIL_|COMMENTS_FROM$|SIGN_UP$|PUBLIC_URL$|TRUSTED_PROXIES$|PUSH_ALLOW$|CORS_ORIGINS$|EVENTS_PER_SECOND_MAX$|TZ$)/
/** What may be a secret is in no backup. */
const secret = /(TOKEN|SECRET|PASSWORD|KEY|CREDENTIAL|_USER$)/

/** The settings of a blog that are no secrets, to be set again on another machine. */
export const settingsIn = (env: NodeJS.ProcessEnv): Record<string, string> =>
  Object.fromEntries(
    Object.entries(env)
      .filter(
        (pair): pair is [string, string] => noted.test(pair[0]) && !secret.test(pair[0]) && Boolean(pair[1]),
      )
      .sort(),
  )
