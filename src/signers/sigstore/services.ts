/** The services of a Sigstore instance, chosen as its signing configuration says (sigstore_trustroot.proto). */
import type { Service, ServiceConfiguration, SigningConfig } from '@sigstore/protobuf-specs';
import type { Witness } from '@sigstore/sign';
import { SignerError } from '../signer.ts';

/** The highest versions of the interfaces that the library speaks. */
const VERSIONS = { ca: 1, log: 2, timestamp: 1, login: 1 } as const;

/** Milliseconds; the second log interface answers when the entry is in the tree. */
const TIMEOUT = 20_000;
export const HTTP = { timeout: TIMEOUT, retry: { retries: 2 } } as const;

/** The newest service that is in use now and speaks a version that we do. @throws SignerError */
function choose(services: readonly Service[], version: number, what: string): Service {
  const now = Date.now();
  const begins = ({ validFor }: Service) => validFor?.start?.getTime() ?? 0;
  const [newest] = services
    .filter(
      ({ majorApiVersion, validFor }) =>
        majorApiVersion <= version && (validFor?.end?.getTime() ?? now) >= now,
    )
    .filter((service) => begins(service) <= now)
    .sort((a, b) => begins(b) - begins(a));
  if (newest) return newest;
  throw new SignerError(
    'service-refused',
    `The signing configuration of Sigstore names no ${what} that this version can use. Update playground, or check the configuration.`,
  );
}

export function certificateAuthority({ caUrls }: SigningConfig): string {
  return choose(caUrls, VERSIONS.ca, 'certificate authority').url;
}

export function loginIssuer({ oidcUrls }: SigningConfig): string {
  return choose(oidcUrls, VERSIONS.login, 'issuer to log in at').url;
}

/** Who testifies to a signature: a transparency log, and a timestamp authority where there is one. */
export async function witnesses(config: SigningConfig): Promise<Witness[]> {
  const { RekorWitness, TSAWitness } = await import('./libraries/signing.ts');
  const log = choose(config.rekorTlogUrls, VERSIONS.log, 'transparency log');
  await one(config.rekorTlogConfig, 'transparency log');
  const list: Witness[] = [
    new RekorWitness({ rekorBaseURL: log.url, majorApiVersion: log.majorApiVersion, ...HTTP }),
  ];
  if (config.tsaConfig && config.tsaUrls.length > 0) {
    await one(config.tsaConfig, 'timestamp authority');
    const { url } = choose(config.tsaUrls, VERSIONS.timestamp, 'timestamp authority');
    list.push(new TSAWitness({ tsaBaseURL: url, ...HTTP }));
  }
  return list;
}

/** The library's clients witness once; a configuration that asks for all services or for several is not for them. */
async function one(config: ServiceConfiguration | undefined, what: string): Promise<void> {
  const { ServiceSelector } = await import('./libraries/verifying.ts');
  if (!config || config.selector === ServiceSelector.ANY || config.count === 1) return;
  throw new SignerError(
    'service-refused',
    `The signing configuration of Sigstore asks for more than one ${what}, which this version cannot do. Update playground.`,
  );
}
