/** What a client needs for TLS: whom it trusts, and who it is if servers ask. */
import { checkNames, type OptionNames, UsageError } from '#base';
import { Credentials, nodeNames, type Provider, type ReloadOptions, sharedNames } from './credentials.ts';
import type { Material } from './load.ts';

export interface ClientCredentialsOptions extends Material, ReloadOptions {
  /** Instead of the certificates and keys here: asked for them now and on each reload. */
  readonly provider?: Provider<Material> | undefined;
  /**
   * The name that servers' certificates must show, instead of the host that the channel connects to: for addresses behind
   * which a server of another name stands. It also goes out as SNI.
   */
  readonly serverName?: string | undefined;
}

const NAMES: OptionNames<ClientCredentialsOptions> = { ...sharedNames, provider: true, serverName: true };

export class ClientCredentials extends Credentials<Material> {
  readonly serverName: string | undefined;

  constructor(options: ClientCredentialsOptions = {}) {
    checkNames('clientCredentials', options, NAMES, { ...nodeNames, servername: 'serverName' });
    super(sourceOf(options), options, () => undefined);
    this.serverName = options.serverName;
  }
}

/** TLS with the options' certificates; without any: the public authorities are trusted, and no own certificate is shown. */
export function clientCredentials(options: ClientCredentialsOptions = {}): ClientCredentials {
  return new ClientCredentials(options);
}

/** The provider, or the certificates and keys among the options. */
export function sourceOf(
  options: Material & { readonly provider?: Provider<Material> | undefined },
): Material | Provider<Material> {
  const { provider, rootCertificates, certificate, privateKey, passphrase } = options;
  if (provider === undefined) return { rootCertificates, certificate, privateKey, passphrase };
  const both = { rootCertificates, certificate, privateKey, passphrase };
  const given = Object.entries(both).find(([, value]) => value !== undefined);
  if (given !== undefined) throw new UsageError(`${given[0]} is set beside a provider: the provider gives all of it`);
  return provider;
}
