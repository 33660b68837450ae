/** Secrets that show themselves in any text by what stands around them or by how they begin. */

/** The first group stays, the second is the secret; a third stays too. */
export const secretPatterns: readonly RegExp[] = [
  // JSON Web Tokens: base64 of `{"`, twice (RFC 7519 §3.1). A signature may be missing.
  /()\b(eyJ[\w-]{4,}\.[\w-]{4,}(?:\.[\w-]*)?)/g,
  // What stands after the scheme in an Authorization field (RFC 9110 §11.4).
  /(\b(?:Bearer|Basic|Digest|Negotiate)\s+)([\w.~+/=-]{6,})/gi,
  // A setting or field whose name says that its value is secret.
  /((?:pass(?:word|wd|phrase)?|pwd|secret|token|api[-_ ]?key|access[-_]?key|authorization|credentials?|session[-_]?id|signature)["']?\s*[=:]\s*["']?)((?!\*{3})[^\s"'&,;)}\]]{3,})/gi,
  // The password in an address: scheme://user:password@host (RFC 3986 §3.2.1).
  /(:\/\/[^\s/:@]*:)([^\s/@]+)(?=@)/g,
  // Keys that their makers let begin with a mark: AWS, GitHub, GitLab, Slack, Stripe and others, Google.
  /()\b((?:AKIA|ASIA)[0-9A-Z]{16}|gh[pousr]_\w{20,}|glpat-[\w-]{16,}|xox[abprs]-[\w-]{10,}|[srp]k[-_](?:live|test|proj|ant)[-_][\w-]{8,}|AIza[\w-]{30,})/g,
];

/** `?a=b&c=d`: each value of the query of an address. */
const QUERY = /\?[^\s?#"'<>=&]+=[^\s#"'<>]*/g;
const QUERY_VALUE = /([^=&]+=)([^&]+)/g;

/** Replaces each value in the queries that `text` holds. */
export function replaceQueries(text: string, replace: (value: string) => string): string {
  if (!text.includes('?')) return text;
  return text.replace(QUERY, (query) =>
    query.replace(QUERY_VALUE, (_whole, name: string, value: string) => name + replace(value)),
  );
}
