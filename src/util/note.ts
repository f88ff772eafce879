/** Why something ended as it did: a stable code for programs, and a sentence for people. */
export interface Note<Code extends string> {
  code: Code
  text: string
}
