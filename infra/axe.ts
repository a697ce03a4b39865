import { AxeBuilder } from '@axe-core/playwright'
import type { Page } from 'playwright-core'

/** What axe finds wrong on a page: by all rules, or by those that are named. */
export const axeFindings = async (page: Page, ...rules: string[]) => {
  // Our pages hold no frames, so axe needs no page of its own, beside each, to bring the findings of frames together.
  // Nor is told of what passes, node by node, which took axe almost as long as to judge.
  const axe = new AxeBuilder({ page }).setLegacyMode().options({
    ...{ resultTypes: ['violations'] },
    // WCAG 2.2, which axe leaves out unless told.
    rules: { 'target-size': { enabled: true } },
  })
  const { violations } = await (rules.length > 0 ? axe.withRules(rules) : axe).analyze()
  return violations
}
