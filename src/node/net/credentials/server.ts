/** What a server needs for TLS: who it is, and whether its clients must show who they are. */
import { checkNames, type OptionNames, refused, UsageError } from '#base';
import { sourceOf } from './client.ts';
import { Credentials, nodeNames, type Provider, type ReloadOptions, sharedNames } from './credentials.ts';
import type { Material } from './load.ts';

/**
 * `none`: clients are not asked. `optional`: a client may show a certificate, and one that it shows must be valid.
 * `required`: a client without a valid certificate is not served.
 */
export type ClientCertificates = 'none' | 'optional' | 'required';

export interface ServerCredentialsOptions extends Material, ReloadOptions {
  /** Instead of the certificates and keys here: asked for them now and on each reload. */
  readonly provider?: Provider<Material> | undefined;
  /** Default `none`. The others need `rootCertificates`: the authorities that issue your clients' certificates. */
  readonly clientCertificates?: ClientCertificates | undefined;
}

const NAMES: OptionNames<ServerCredentialsOptions> = { ...sharedNames, provider: true, clientCertificates: true };
const CLIENT_CERTIFICATES: readonly unknown[] = ['none', 'optional', 'required'] satisfies ClientCertificates[];

export class ServerCredentials extends Credentials<Material> {
  readonly clientCertificates: ClientCertificates;

  constructor(options: ServerCredentialsOptions) {
    checkNames('serverCredentials', options, NAMES, { ...nodeNames, requestCert: 'clientCertificates' });
    const clientCertificates = options.clientCertificates ?? 'none';
    if (!CLIENT_CERTIFICATES.includes(clientCertificates)) {
      throw refused('clientCertificates', "'none', 'optional' or 'required'", clientCertificates);
    }
    super(sourceOf(options), options, (material) => checkServer(material, clientCertificates));
    this.clientCertificates = clientCertificates;
  }
}

export function serverCredentials(options: ServerCredentialsOptions): ServerCredentials {
  return new ServerCredentials(options);
}

function checkServer(material: Material, clientCertificates: ClientCertificates): void {
  if (material.certificate === undefined) throw new UsageError('A server needs a certificate and its privateKey.');
  const hasRoots = material.rootCertificates !== undefined;
  if (clientCertificates !== 'none' && !hasRoots) {
    // Node would fall back to the public authorities of the web: anybody's certificate would do.
    throw new UsageError(
      `clientCertificates "${clientCertificates}" needs rootCertificates: the authorities that issue your clients' certificates.`,
    );
  }
  if (clientCertificates === 'none' && hasRoots) {
    throw new UsageError(
      'rootCertificates has no effect on a server unless clientCertificates is "optional" or "required".',
    );
  }
}
