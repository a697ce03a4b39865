/** What could not be done, announced at once. */
export const Failed = ({
  children,
  ref,
}: {
  children: React.ReactNode
  /** For who moves the focus to it. */
  ref?: React.Ref<HTMLParagraphElement>
}) => (
  <p ref={ref} className="state" data-kind="rejected" role="alert" tabIndex={ref ? -1 : undefined}>
    <span aria-hidden="true">✕</span> {children}
  </p>
)

/** What was done. */
export const Done = ({ children }: { children: React.ReactNode }) => (
  <p className="state" data-kind="approved" role="status">
    <span aria-hidden="true">✓</span> {children}
  </p>
)
