import { o as __toESM } from "./shared-rolldown-runtime.js";
import { t as SignerError } from "./shared-signer.js";
import { createHash } from "node:crypto";
import { mkdir, mkdtemp, readFile, rename, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { homedir } from "node:os";
// src/signers/sigstore/public-instance.ts
/**
* The public Sigstore instance. Its trust root is published in a TUF repository of its own, from which it is fetched
* with tuf-js, starting at a root that is pinned here by its hash. What was fetched stays in a cache, so that an older
* state is not accepted later.
*/
/** The hash of the file in Sigstore's repository `root-signing`; that this version has expired since does not matter. */
const PUBLIC_INSTANCE = {
	url: "https://tuf-repo-cdn.sigstore.dev",
	targets: "https://tuf-repo-cdn.sigstore.dev/targets",
	root: {
		version: 15,
		sha256: "73747011d0857ada15479a16c4cae0f3ed03aac698b523b97e1de314ac9d9ca8"
	}
};
/** Milliseconds for one file. */
const TIMEOUT = 1e4;
const LARGEST_ROOT = 512e3;
/** @throws SignerError */
async function fetchPublicInstance(environment, instance = PUBLIC_INSTANCE) {
	const forms = await import("./shared-verifying.js");
	const { Updater } = await import("./shared-dist5.js").then((m) => /* @__PURE__ */ __toESM(m.default, 1));
	try {
		const metadataDir = join(cacheDirectory(environment), `sigstore-${instance.root.sha256.slice(0, 16)}`);
		await mkdir(metadataDir, { recursive: true });
		await pinRoot(metadataDir, instance);
		const updater = new Updater({
			metadataDir,
			metadataBaseUrl: instance.url,
			targetBaseUrl: instance.targets,
			config: {
				fetchTimeout: TIMEOUT,
				fetchRetry: 2
			}
		});
		await updater.refresh();
		return {
			trustedRoot: forms.TrustedRoot.fromJSON(await target(updater, metadataDir, "trusted_root.json")),
			signingConfig: forms.SigningConfig.fromJSON(await target(updater, metadataDir, "signing_config.v0.2.json"))
		};
	} catch (error) {
		if (error instanceof SignerError) throw error;
		const cause = error instanceof Error ? error.message : String(error);
		const message = `The trust root of Sigstore cannot be fetched from ${instance.url}: ${cause}. Check the network and this machine's clock, and try again.`;
		throw new SignerError("service-unreachable", message, { cause: error });
	}
}
function cacheDirectory(environment) {
	const home = environment.HOME || environment.USERPROFILE || homedir();
	return join(environment.XDG_CACHE_HOME || join(home, ".cache"), "playground");
}
/** Puts the pinned root where the client looks for what it trusts, unless it is further already. */
async function pinRoot(metadataDir, { url, root }) {
	const path = join(metadataDir, "root.json");
	try {
		JSON.parse(await readFile(path, "utf8"));
		return;
	} catch {}
	const response = await fetch(`${url}/${root.version}.root.json`, { signal: AbortSignal.timeout(TIMEOUT) });
	if (!response.ok) throw new Error(`its root ${root.version} is not there (HTTP ${response.status})`);
	const bytes = Buffer.from(await response.arrayBuffer());
	const sha256 = createHash("sha256").update(bytes).digest("hex");
	if (bytes.length > LARGEST_ROOT || sha256 !== root.sha256) throw new Error(`its root ${root.version} is not the one that is pinned here (sha256 ${sha256})`);
	const draft = await mkdtemp(join(metadataDir, ".draft-"));
	await writeFile(join(draft, "root.json"), bytes);
	await rename(join(draft, "root.json"), path);
	await rm(draft, { recursive: true });
}
/** A target as JSON; it is in the cache where its hash is still that of the metadata. */
async function target(updater, directory, name) {
	const info = await updater.getTargetInfo(name);
	if (!info) throw new Error(`${name} is not among its targets`);
	const path = join(directory, `target-${name}`);
	const there = await updater.findCachedTarget(info, path);
	return JSON.parse(await readFile(there ?? await updater.downloadTarget(info, path), "utf8"));
}
// src/signers/sigstore/trust.ts
/**
* Whom to trust in Sigstore and which services to use: the public instance, or one that is named in a file of the form
* `ClientTrustConfig`, as other Sigstore tools take it (sigstore/protobuf-specs, sigstore_trustroot.proto).
*
* Nothing of it comes from the repository: whoever could choose the trust root there could sign for anybody.
*/
/** Names a file for another instance than the public one. */
const TRUST_CONFIG = "PLAYGROUND_SIGSTORE_TRUST_CONFIG";
const known = /* @__PURE__ */ new Map();
/** The trust that the environment asks for; fetched or read once. @throws SignerError */
function sigstoreTrust(environment) {
	const file = environment[TRUST_CONFIG] ?? "";
	const trust = known.get(file) ?? (file === "" ? fetchPublicInstance(environment) : readTrustConfig(file));
	known.set(file, trust);
	trust.catch(() => known.delete(file));
	return trust;
}
async function readTrustConfig(file) {
	const { ClientTrustConfig } = await import("./shared-verifying.js");
	try {
		const { trustedRoot, signingConfig } = ClientTrustConfig.fromJSON(JSON.parse(await readFile(file, "utf8")));
		if (trustedRoot && signingConfig) return {
			trustedRoot,
			signingConfig
		};
	} catch (error) {
		throw unusable(file, error);
	}
	throw unusable(file);
}
function unusable(file, cause) {
	const message = `The file ${file} (${TRUST_CONFIG}) is no Sigstore trust configuration with a trusted root and a signing configuration. Get it from whoever runs that Sigstore, or unset the variable for the public one.`;
	return new SignerError("service-unreachable", message, { cause });
}
/** The trust root alone, as JSON, for whoever verifies without us. @throws SignerError */
async function sigstoreTrustedRoot(environment) {
	const { TrustedRoot } = await import("./shared-verifying.js");
	return TrustedRoot.toJSON((await sigstoreTrust(environment)).trustedRoot);
}
export { sigstoreTrustedRoot as n, sigstoreTrust as t };
