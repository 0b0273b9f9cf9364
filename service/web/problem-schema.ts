import Type from 'typebox'

export const ProblemSchema = Type.Object(
  {
    type: Type.String(),
    title: Type.String({ description: 'What the code means' }),
    status: Type.Integer(),
    detail: Type.String({ description: 'What was wrong this time' }),
    code: Type.String({ description: 'Stable: callers test this one' })
  },
  { description: 'What went wrong (RFC 9457)' }
)

/** The body of every answer that is not a success, as application/problem+json (RFC 9457). */
export type Problem = Type.Static<typeof ProblemSchema>

/** Every route has this as its `default` response in the OpenAPI document. */
export const PROBLEM_RESPONSE = {
  description: 'The request was not done',
  content: { 'application/problem+json': { schema: ProblemSchema } }
} as const
