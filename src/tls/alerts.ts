/** Alert descriptions (RFC 8446 §6; IANA TLS Alerts). */

const names: Readonly<Record<number, string>> = {
  0: 'close_notify',
  10: 'unexpected_message',
  20: 'bad_record_mac',
  22: 'record_overflow',
  40: 'handshake_failure',
  42: 'bad_certificate',
  43: 'unsupported_certificate',
  44: 'certificate_revoked',
  45: 'certificate_expired',
  46: 'certificate_unknown',
  47: 'illegal_parameter',
  48: 'unknown_ca',
  49: 'access_denied',
  50: 'decode_error',
  51: 'decrypt_error',
  70: 'protocol_version',
  71: 'insufficient_security',
  80: 'internal_error',
  86: 'inappropriate_fallback',
  90: 'user_canceled',
  100: 'no_renegotiation',
  109: 'missing_extension',
  110: 'unsupported_extension',
  112: 'unrecognized_name',
  113: 'bad_certificate_status_response',
  115: 'unknown_psk_identity',
  116: 'certificate_required',
  120: 'no_application_protocol',
};

const FATAL = 2;
const CLOSE_NOTIFY = 0;
const USER_CANCELED = 90;

export function alertName(code: number): string {
  return names[code] ?? `alert ${code}`;
}

/** In TLS 1.3 the level says nothing: every alert but two ends the connection (RFC 8446 §6). */
export function isFatal(level: number, code: number): boolean {
  if (code === CLOSE_NOTIFY || code === USER_CANCELED) return false;
  return level === FATAL || code !== 100;
}
