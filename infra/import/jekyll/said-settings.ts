import type { SaidSettings } from '../settings.ts'
import type { Config } from './site.ts'
import { yamlText } from './yaml.ts'

/** What `_config.yml` says of the blog, by the words of Jekyll and those of its themes. */
export const saidBy = ({ map }: Config): SaidSettings => {
  const text = (...keys: string[]) => keys.map((key) => yamlText(map, key)).find((each) => each.trim() !== '')
  return {
    title: text('title', 'name'),
    description: text('description', 'tagline', 'subtitle'),
    language: text('lang', 'locale', 'language'),
    timeZone: text('timezone'),
  }
}
