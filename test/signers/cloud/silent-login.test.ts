/** A login that takes the request and never answers: the command says so and ends, without anybody's help. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { temporaryFolder } from '../../support/git.ts';
import { localhostCertificate, opensslIsThere } from '../../support/openssl.ts';
import { startPlayground } from '../../support/playground.ts';
import { scriptedService } from '../../support/scripted-service.ts';

const show = (uri: string, environment: Readonly<Record<string, string>>) =>
  startPlayground(temporaryFolder(), ['key', 'show', uri, '--json'], environment).ended;

describe.concurrent('a login that never answers', () => {
  it("is given up by Google's library", async () => {
    const { url } = await scriptedService(() => 'hang');
    const GOOGLE_APPLICATION_CREDENTIALS = join(temporaryFolder(), 'credentials.json');
    const credentials = {
      type: 'external_account',
      audience: '//iam.googleapis.com/projects/1/locations/global/workloadIdentityPools/a/providers/b',
      subject_token_type: 'urn:ietf:params:oauth:token-type:jwt',
      token_url: `${url}/v1/token`,
      credential_source: { url },
    };
    writeFileSync(GOOGLE_APPLICATION_CREDENTIALS, JSON.stringify(credentials));
    const uri = 'gcpkms:projects/p/locations/l/keyRings/r/cryptoKeys/k/cryptoKeyVersions/1';
    const outcome = await show(uri, { GOOGLE_APPLICATION_CREDENTIALS });
    expect(outcome).toMatchObject({ code: 2, json: { error: { code: 'timed-out' } } });
  });

  it.skipIf(!opensslIsThere)("is given up by Azure's library", async () => {
    const certificate = await localhostCertificate();
    const { url } = await scriptedService(() => 'hang', certificate);
    const NODE_EXTRA_CA_CERTS = join(temporaryFolder(), 'ca.pem');
    writeFileSync(NODE_EXTRA_CA_CERTS, certificate.cert);
    const id = '11111111-2222-3333-4444-555555555555';
    const outcome = await show('azurekms://v.vault.azure.net/keys/a/1', {
      ...{ NODE_EXTRA_CA_CERTS, AZURE_AUTHORITY_HOST: url },
      ...{ AZURE_TENANT_ID: id, AZURE_CLIENT_ID: id, AZURE_CLIENT_SECRET: 'secret' },
    });
    expect(outcome).toMatchObject({ code: 2, json: { error: { code: 'service-unreachable' } } });
  });
});
