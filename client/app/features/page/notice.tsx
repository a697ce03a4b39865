/** A page with one message: an error, an empty list. */
export const Notice = ({
  mark,
  title,
  children,
}: {
  mark?: string
  title: string
  children: React.ReactNode
}) => (
  <div className="notice">
    {mark ? <p className="notice-mark">{mark}</p> : null}
    <h1>{title}</h1>
    {children}
  </div>
)
